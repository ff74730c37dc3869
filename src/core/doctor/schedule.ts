/** The watchdog: whether there is one, when it starts runs, and what they cost. */
import { frequencyOf, shortestPause } from './cron.ts'
import { type Facts, isPrivate, repoFlag, shellWord } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { onwardOf } from './workflow.ts'

const WRITE = "Write under `on:`: `schedule: [{ cron: '23 */3 * * *' }]`"

/** Minutes a month that the smallest plan includes. */
const INCLUDED = 2_000

/** GitHub starts a schedule no more often than that, minutes. */
const LEAST_PAUSE = 5

export function scheduleFindings(facts: Facts, subject: Subject): Finding[] {
  const { crons } = subject.workflow
  if (crons.length === 0 && isWatched(facts, subject))
    return [fine('schedule', 'The schedule of another workflow wakes the loop.')]
  if (crons.length === 0)
    return [
      {
        id: 'schedule',
        level: onwardOf(subject.workflow, subject.ours) === 'here' ? 'note' : 'warning',
        what: `${subject.file} has no schedule.`,
        why: 'When a runner dies, nobody carries the loop on; and a loop that waits for a limit to pass does not wake.',
        fix: WRITE,
      },
    ]
  const findings = crons.slice(0, 20).flatMap(cronFindings)
  const perMonth = crons.reduce((sum, cron) => sum + (frequencyOf(cron)?.perMonth ?? 0), 0)
  return [
    ...(findings.length > 0 ? findings : [fine('schedule', `The schedule starts ${perMonth} runs a month.`)]),
    ...costs(facts, subject, perMonth),
    ...sleeps(facts, subject),
  ]
}

/** Another workflow with a schedule that starts this one. */
const isWatched = ({ workflows }: Facts, { file }: Subject): boolean =>
  workflows.some(
    (one) =>
      one.file !== file && /^\s*schedule\s*:/m.test(one.text) && one.text.includes(`gh workflow run ${file}`),
  )

function cronFindings(cron: string): Finding[] {
  const finding = (level: 'error' | 'note', what: string, why: string): Finding => ({
    ...{ id: 'schedule', level, what, why, fix: WRITE },
  })
  const frequency = frequencyOf(cron)
  const shown = `"${cron.slice(0, 60)}"`
  if (frequency === undefined)
    return [
      finding(
        'error',
        `The schedule ${shown} cannot be read.`,
        'GitHub reads no workflow with it: five fields, in UTC.',
      ),
    ]
  const { minutes } = frequency
  if (minutes.length === 1 && minutes[0] === 0)
    return [
      finding(
        'note',
        `The schedule ${shown} starts on the hour.`,
        'Then everybody does: GitHub starts those late, and drops some.',
      ),
    ]
  if (shortestPause(minutes) < LEAST_PAUSE)
    return [
      finding(
        'note',
        `The schedule ${shown} starts more often than every ${LEAST_PAUSE} minutes.`,
        'GitHub does not.',
      ),
    ]
  return []
}

/** Of a tick, one job runs in either form; other jobs of the workflow run as well. */
function costs(facts: Facts, { file, workflow, ours }: Subject, perMonth: number): Finding[] {
  if (ours === undefined || perMonth === 0) return []
  const isOwnRunner = /self-hosted/.test(ours.job.runsOn)
  const minutes = perMonth * workflow.jobs.length
  const isHidden = isPrivate(facts)
  if (isHidden === false || isOwnRunner)
    return [
      fine(
        'schedule-cost',
        `The schedule costs nothing: ${isOwnRunner ? 'the runner is your own' : 'the repository is public'}.`,
      ),
    ]
  const where = isHidden === undefined ? ', if the repository is private' : ''
  return [
    {
      id: 'schedule-cost',
      level: minutes > INCLUDED / 2 ? 'warning' : 'note',
      what: `The schedule costs about ${minutes} minutes a month${where}.`,
      why: `Each tick is billed as one minute for each job, whether it finds something to do or not. The Free plan includes ${INCLUDED}.`,
      fix:
        minutes > INCLUDED / 2
          ? "Start less often: `schedule: [{ cron: '23 */3 * * *' }]` comes to 244 runs a month."
          : `Nothing, or start less often; \`gh workflow disable ${shellWord(file)}${repoFlag(facts.place)}\` stops it when the loop is done.`,
    },
  ]
}

function sleeps(facts: Facts, { file }: Subject): Finding[] {
  if (isPrivate(facts) !== false) return []
  return [
    {
      id: 'schedule-sleep',
      level: 'note',
      what: 'In a public repository, GitHub disables a schedule after 60 days without activity.',
      why: 'Then the workflow takes no requests either, and runs do not count as activity. While a loop is unfinished, its runs enable the workflow anew once a day; nobody does that for a loop that is done.',
      fix: `When it has happened: \`gh workflow enable ${shellWord(file)}${repoFlag(facts.place)}\``,
    },
  ]
}
