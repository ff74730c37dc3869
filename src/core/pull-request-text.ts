/** Title and body of a loop's pull request. */
import type { Checkpoint } from './checkpoint.ts'
import { toPeople } from './mail.ts'
import { answerLine, isHeard } from './mail-text.ts'
import { cell } from './markdown.ts'
import { loopRefs, shortRef } from './refs.ts'
import { spendLines, type TaskStanding, taskStandings } from './report.ts'
import { END_STATES, loopFlag } from './status.ts'
import type { CompletedTask } from './task.ts'
import { oneLine } from './text.ts'

/** Where the rest is to be seen. */
export interface Web {
  /** `https://github.com/owner/repo` */
  readonly repository: string
  /** The run that tells. */
  readonly run?: string
}

/** GitHub takes 65,536 characters; people may want to add some. */
const MOST = 60_000
/** What decides what "verified" means must not crowd out what was done. */
const MOST_WARNINGS = 15_000
const TITLE = 100

const BEGIN = '<!-- cms-iterate:begin, rewritten by the loop; your own words above or below stay -->'
const END = '<!-- cms-iterate:end -->'
/** Whatever else a version says in its mark. A beginning without an end is nobody's any more. */
const OURS =
  /<!-- cms-iterate:begin\b[^<>\n]*-->(?:(?!<!-- cms-iterate:begin\b)[\s\S])*?<!-- cms-iterate:end -->/

/** The first line of the goal, or the loop's name. People may change it: it is never written again. */
export function pullRequestTitle({ goal, loop }: Checkpoint): string {
  const line = oneLine(goal.split('\n', 1).join())
  if (line === '') return `Work of the loop ${loop}`
  return line.length <= TITLE ? line : `${line.slice(0, TITLE - 1)}…`
}

/** A body with our part in it, and everything else as it was. */
export function withPart(body: string, part: string): string {
  const lines = body.replaceAll('\r\n', '\n')
  if (OURS.test(lines)) return lines.replace(OURS, () => part)
  return lines.trim() === '' ? part : `${lines.trimEnd()}\n\n${part}`
}

/** Our part of the body, between its marks. */
export function pullRequestPart(checkpoint: Checkpoint, web: Web | undefined): string {
  const { goal } = checkpoint
  const warnings = reviewFirst(checkpoint)
  const head = [
    ...warnings,
    ...(goal === '' ? [] : [`**Goal:** ${quoted(goal)}`]),
    standingLine(checkpoint),
    ...nextLine(checkpoint),
    ...questionsIn(checkpoint),
  ]
  const foot = [linksLine(checkpoint, web), APPROVAL]
  const frame = [BEGIN, ...head, '', ...foot, END].join('\n\n')
  const tasks = withinLimit(taskLines(checkpoint), MOST - frame.length, 'tasks')
  return [BEGIN, ...head, tasks.join('\n'), ...foot, END].join('\n\n')
}

const APPROVAL =
  "Checks of a pull request that was opened with the workflow's own token wait until somebody approves them."

/** Changes that decide what "verified" means, by task: the first thing to look at. */
function reviewFirst({ completed_tasks }: Checkpoint): string[] {
  const lines = completed_tasks.flatMap(({ id, verify_surface: paths }) => {
    if (paths.length === 0) return []
    const more = paths.length > PATHS ? ` and ${paths.length - PATHS} more` : ''
    return [`- \`${id}\`: ${paths.slice(0, PATHS).map(quoted).join(', ')}${more}`]
  })
  if (lines.length === 0) return []
  const title = '⚠ **Review these first.** These tasks changed files that decide what "verified" means:'
  return [title, withinLimit(lines, MOST_WARNINGS, 'tasks').join('\n')]
}

const PATHS = 10

function standingLine(checkpoint: Checkpoint): string {
  const { completed_tasks: done, remaining_tasks: left, status, reason } = checkpoint
  const spent = spendLines(checkpoint).find(([name]) => name === 'cost')?.[1] ?? ''
  const tasks = `**${done.length} of ${done.length + left.length} tasks done**`
  return `${tasks} · ${spent} · ${status.replaceAll('_', ' ')}: ${quoted(reason)}`
}

function nextLine({ status, next, pull_request }: Checkpoint): string[] {
  if (status === 'done') {
    const ready = pull_request.wanted === 'draft' ? 'press "Ready for review", then ' : ''
    return [`**Next:** review the changes, ${ready}merge.`]
  }
  // While it goes on by itself, there is nothing to do for people.
  return next === '' || !END_STATES.includes(status)
    ? []
    : [`**Next:** \`${cell(next).replaceAll('`', "'")}\``]
}

/** That are shown here; a page of the loop has them, too. */
const QUESTIONS = 10

/** What agents ask people, and how it is answered here or in a clone. */
function questionsIn(checkpoint: Checkpoint): string[] {
  const all = toPeople(checkpoint)
  if (all.length === 0) return []
  const lines = all
    .slice(0, QUESTIONS)
    .map(({ id, from, body }) => `- \`${id}\` from \`${from}\`: ${quoted(body)}`)
  const rest = all.length - QUESTIONS
  const more = rest > 0 ? [`- … and ${rest} more`] : []
  // Whoever is done reads no answer.
  const first = all.find(({ from }) => isHeard(checkpoint, from))
  const how =
    first === undefined
      ? `Those who ask are done: take it as read with \`cms message --ack all${loopFlag(checkpoint)}\`.`
      : `Answer with \`${answerLine(checkpoint, first)}\`, or, where the workflow for comments is set up, with a comment \`/cms reply ${first.id} …\`.`
  return ['**Agents ask you:**', [...lines, ...more].join('\n'), how]
}

/** Every task in the order of the loop file. */
function taskLines(checkpoint: Checkpoint): string[] {
  const done = new Map(checkpoint.completed_tasks.map((task) => [task.id, task]))
  return taskStandings(checkpoint).map((standing) => {
    const completed = done.get(standing.id)
    return completed === undefined ? openLine(standing) : doneLine(completed)
  })
}

function openLine({ id, name, state, detail }: TaskStanding): string {
  const why = detail === '' ? '' : `: ${quoted(detail)}`
  return `- [ ] \`${id}\` ${quoted(name)} (${state}${why})`
}

function doneLine({ id, name, commit, summary }: CompletedTask): string {
  const how = commit === null ? 'accepted by a person' : commit.slice(0, 9)
  const what = summary === '' || commit === null ? '' : `: ${quoted(summary)}`
  return `- [x] \`${id}\` ${quoted(name)} (${how})${what}`
}

function linksLine({ loop, work, config }: Checkpoint, web: Web | undefined): string {
  const state = shortRef(loopRefs(loop, config.settings.refs).state)
  const isShown = web !== undefined && config.settings.refs === 'branches'
  const memory = isShown ? `[${state}](${web.repository}/tree/${pathOf(state)})` : `\`${state}\``
  const run = web?.run === undefined ? '' : ` · [last run](${web.run})`
  return `Loop \`${loop}\` of CMS Iterate · work on \`${shortRef(work.ref)}\` · state on ${memory}${run}`
}

const pathOf = (ref: string): string => ref.split('/').map(encodeURIComponent).join('/')

/** Whole lines as far as there is room, and how many more there are. */
function withinLimit(lines: readonly string[], room: number, of: string): string[] {
  const kept: string[] = []
  let left = room - 60
  for (const line of lines) {
    left -= line.length + 1
    if (left < 0) return [...kept, `- … and ${lines.length - kept.length} more ${of}`]
    kept.push(line)
  }
  return kept
}

/**
 * Text of agents and people, on one line, that nobody is told of, that leads nowhere and closes no
 * issue. What tells GitHub a link from text is taken apart by a space without width.
 */
const quoted = (text: string): string =>
  cell(text)
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/\b(GH-)(?=\d)/gi, '$1\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.')
    .replaceAll('`', "'")
