/** G3, G7 and G8 of what is written: it says who must do what, it holds no secret, and it stays small. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import { SECRET } from '../agents.ts'
import { Broken, type Saved } from './broken.ts'

export function pages({ before, after, change, text, isRewritten }: Saved): void {
  keepsSecrets([text, change.message, change.files['README.md'] ?? ''])
  staysSmall(after, text)
  saysWho(after)
  // Of a checkpoint that people ruined nobody knows how many were at work.
  if (before !== undefined || !isRewritten) boundsLanes(before, after)
}

function keepsSecrets(texts: readonly string[]): void {
  const leak = texts.find((text) => text.includes(SECRET))
  if (leak !== undefined) throw new Broken('G7 state', `a secret is written: ${leak.slice(0, 80)}`)
}

/** Characters of a checkpoint: of itself, of each task with three attempts in full, of a message with its readers. */
const SMALL = { whole: 40_000, task: 9_000, lesson: 2_500, message: 3_000 } as const

/** It grows with the tasks, and with nothing else: of all that is added to there is a most. */
function staysSmall(checkpoint: Checkpoint, text: string): void {
  const { remaining_tasks, completed_tasks, lessons, messages } = checkpoint
  const tasks = remaining_tasks.length + completed_tasks.length
  const mail = messages.reduce((sum, { body }) => sum + SMALL.message + body.length, 0)
  const most = SMALL.whole + SMALL.task * tasks + SMALL.lesson * lessons.length + mail
  if (text.length > most) throw new Broken('G8 size', `${text.length} characters, and ${most} were enough`)
  for (const [what, count, many] of lists(checkpoint))
    if (count > many) throw new Broken('G8 lists', `${count} ${what} are kept, and not ${many}`)
}

type List = readonly [what: string, count: number, most: number]

/** As `docs/checkpoint.md` has them. */
function lists({ remaining_tasks, lanes, messages, lessons, ledger }: Checkpoint): readonly List[] {
  const attempts = remaining_tasks.map((task) => task.attempts.length)
  const given = remaining_tasks.map(({ state }) =>
    state.at === 'leased' ? (state.lease.lessons?.given.length ?? 0) : 0,
  )
  const asked = Object.values(lanes).map(({ last }) => last?.asked.length ?? 0)
  const unfinished = remaining_tasks.filter(
    (task) => task.salvage !== undefined && task.candidate === undefined,
  )
  return [
    ['attempts of a task', Math.max(0, ...attempts), 3],
    ['runs that a lane asked for', Math.max(0, ...asked), 4],
    ['tasks with unfinished work', unfinished.length, 20],
    ['estimates', ledger.estimates.length, 32],
    ['days', Object.keys(ledger.by_day).length, 90],
    ['messages', messages.length, 200],
    ['lessons', lessons.length, 100],
    ['lessons that an attempt was given', Math.max(0, ...given), 15],
  ]
}

/** Lanes of one loop. */
const LANES = 1_000

const STOPPED: ReadonlySet<string> = new Set(['paused', 'needs_human', 'budget_exhausted'])

/** Whoever stops says why, and what to do. */
function saysWho({ status, reason, next, remaining_tasks }: Checkpoint): void {
  if (reason === '') throw new Broken('G3 reason', `it is ${status}, and does not say why`)
  if (STOPPED.has(status) && next === '')
    throw new Broken('G3 next', `it is ${status}, and does not say what to type`)
  if (status === 'done' && remaining_tasks.length > 0) throw new Broken('G3 done', 'tasks are left')
}

function boundsLanes(before: Checkpoint | undefined, after: Checkpoint): void {
  const live = liveIn(after)
  const most = Math.max(after.config.settings.parallel, before === undefined ? 0 : liveIn(before))
  if (live > Math.min(most, LANES)) throw new Broken('lanes', `${live} are at work, ${most} may be`)
}

const liveIn = ({ lanes }: Checkpoint): number =>
  Object.values(lanes).filter(({ state }) => state.at !== 'idle').length
