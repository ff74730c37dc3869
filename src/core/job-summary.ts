/**
 * The page of a job. Whoever opens it knows in five seconds what this run changed (the first
 * line), how the loop stands and what it cost, and where to go on; below that is why.
 */
import type { Checkpoint } from './checkpoint.ts'
import type { ErrorCode } from './error.ts'
import { laneTable } from './lane-view.ts'
import { questions } from './mail-text.ts'
import { code, fenced, prose } from './markdown.ts'
import { taskTable, title, why } from './readme.ts'
import { loopRefs, shortRef } from './refs.ts'
import { dollars, spendLines } from './report.ts'
import { taskGraph } from './task-graph.ts'
import { printable, sentences } from './text.ts'
import { duration } from './time.ts'

/** An attempt that ended in this run. */
export interface AttemptFacts {
  readonly task: string
  readonly verdict: string
  readonly because: string
  readonly usd: number
  /** The end of the output of what failed; redacted. */
  readonly tail?: string
  readonly ms: number
}

/** What this run knows beside the checkpoint. */
export interface RunFacts {
  /** `https://github.com/owner/repo` */
  readonly home: string
  /** File name of the workflow, where a person can start it. */
  readonly workflow: string | undefined
  /** In the order they ended. */
  readonly attempts: readonly AttemptFacts[]
  /** The folder with everything that agents and commands printed; `undefined` when nothing did. */
  readonly logs: string | undefined
}

export interface JobSummary {
  /** A sentence. */
  readonly changed: string
  /** `undefined` when there is no loop. */
  readonly checkpoint: Checkpoint | undefined
  /** Where the runs can be watched that this one asked for. */
  readonly next: readonly string[]
  readonly facts: RunFacts
}

export const jobSummary = ({ changed, checkpoint, next, facts }: JobSummary): string =>
  blocks(
    prose(changed),
    ...(checkpoint === undefined ? [] : standing(checkpoint, next, facts)),
    ...attempts(facts),
    ...(checkpoint === undefined ? [] : tasks(checkpoint, facts.home)),
  )

export interface Failure {
  /** What happened; the first line is a sentence. */
  readonly message: string
  /** `undefined` for a bug of ours. */
  readonly way: { readonly code: ErrorCode; readonly hint: string } | undefined
  /** How the loop stands, and what the run did; as far as that is known. */
  readonly checkpoint: Checkpoint | undefined
  readonly facts: RunFacts | undefined
}

/** The summary of a job that failed: what went wrong, the way out, how the loop stands. */
export function failureSummary({ message, way, checkpoint, facts }: Failure): string {
  const [first = '', ...rest] = printable(message).split('\n')
  return blocks(
    `Failed: ${prose(first)}`,
    ...(rest.length === 0 ? [] : [rest.map((line) => `    ${line}`).join('\n')]),
    ...(way === undefined ? [] : [`**Fix:** ${prose(way.hint)}`, `Error code: \`${way.code}\``]),
    ...(checkpoint === undefined || facts === undefined ? [] : standing(checkpoint, [], facts)),
    ...(facts === undefined ? [] : attempts(facts)),
    ...(checkpoint === undefined ? [] : tasks(checkpoint, facts?.home)),
  )
}

/** `5 of 12 tasks done, $1.20 of $10.00.` */
export function tally({ completed_tasks, remaining_tasks, ledger, config }: Checkpoint): string {
  const cap = config.settings.budget.usd
  const of = cap === undefined ? '' : ` of ${dollars(cap)}`
  return `${completed_tasks.length} of ${completed_tasks.length + remaining_tasks.length} tasks done, ${dollars(ledger.usd)}${of}.`
}

/** The last line of a log: what changed, and what comes next. */
export function lastLine({ changed, checkpoint, next }: Omit<JobSummary, 'facts'>): string {
  const [run] = next
  const order = checkpoint?.next ?? ''
  if (run !== undefined) return `${sentences(changed)} Next run: ${run}`
  return order === '' ? changed : `${sentences(changed)} Next: ${order}`
}

const blocks = (...parts: readonly string[]): string => parts.join('\n\n')

/** The first screen: the status and why, what to do next, the cost, and the ways from here. */
function standing(checkpoint: Checkpoint, next: readonly string[], facts: RunFacts): string[] {
  const order = next.length > 0 || checkpoint.next === '' ? [] : [`**Next:** ${step(checkpoint, facts)}`]
  return [
    `## ${title(checkpoint)}`,
    why(checkpoint),
    ...order,
    ...questions(checkpoint),
    ...next.map((url) => `**Next run:** ${url}`),
    spent(checkpoint),
    links(checkpoint, facts).join(' · '),
    ...trouble(checkpoint),
  ]
}

/** What keeps the pull request from being as it should be. */
const trouble = ({ pull_request: { problem, wanted } }: Checkpoint): string[] =>
  problem === null || wanted === 'none' ? [] : [`⚠ **Pull request:** ${prose(problem)}`]

/** What was used against every cap, the used part in bold. */
const spent = (checkpoint: Checkpoint): string =>
  spendLines(checkpoint)
    .map(([name, use]) => `${name} ${use.replace(/^\S+/, '**$&**')}`)
    .join(' · ')
    .replace(/^c/, 'C')

/** The command; and the button, where there is one that does the same. */
function step({ next, loop }: Checkpoint, { home, workflow }: RunFacts): string {
  if (workflow === undefined || !/^cms resume|^cms run --resume/.test(next)) return code(next)
  const page = `${home}/actions/workflows/${encodeURIComponent(workflow)}`
  return `${code(next)}, or [Run workflow](${page}) with \`loop\` ${code(loop)} and \`resume\``
}

function links({ loop, work, config, pull_request }: Checkpoint, { home }: RunFacts): string[] {
  const { state } = loopRefs(loop, config.settings.refs)
  const branch = (ref: string) =>
    ref.startsWith('refs/heads/')
      ? `[\`${shortRef(ref)}\`](${home}/tree/${shortRef(ref).split('/').map(encodeURIComponent).join('/')})`
      : `\`${ref}\``
  const { number } = pull_request
  return [
    ...(number === null ? [] : [`**Pull request:** [#${number}](${home}/pull/${number})`]),
    `**Work:** ${branch(work.ref)} at \`${work.head.slice(0, 9)}\``,
    `**State:** ${branch(state)}`,
  ]
}

/** Attempts of a long job: the last of them say why it ended as it did. */
const SHOWN = 5

/** What this run tried: the verdict, why, and the end of the output of what failed. */
function attempts({ attempts: all, logs }: RunFacts): string[] {
  const hidden = all.length - SHOWN
  const earlier =
    hidden > 0 ? [`_${hidden} earlier ${hidden === 1 ? 'attempt' : 'attempts'} not shown._`] : []
  const shown = all.slice(-SHOWN).flatMap(attempt)
  const raw =
    logs === undefined
      ? []
      : [
          `Everything that agents and commands printed is in ${code(logs)} on the runner (output \`log-path\`).`,
        ]
  if (shown.length === 0) return raw
  return ['### This run', ...earlier, ...shown, ...raw]
}

function attempt({ task, verdict, because, usd, ms, tail = '' }: AttemptFacts): string[] {
  const what = `**${prose(task)}:** ${verdict.replaceAll('_', ' ')}, ${dollars(usd)}, ${duration(ms)}. ${prose(because)}`
  return verdict === 'done' || tail.trim() === '' ? [what] : [what, fenced(tail, 'text')]
}

function tasks(checkpoint: Checkpoint, home: string | undefined): string[] {
  const { goal, epoch, seq, updated_at } = checkpoint
  const lanes = laneTable(checkpoint, home)
  return [
    ...(lanes.length === 0 ? [] : ['### Lanes', ...lanes]),
    '### Tasks',
    ...(goal === '' ? [] : [`**Goal:** ${prose(goal)}`]),
    taskGraph(checkpoint),
    taskTable(checkpoint),
    `Epoch ${epoch}, checkpoint ${seq}, ${updated_at}.`,
  ]
}
