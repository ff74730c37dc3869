/** Lanes for people: which are asked for or at work, on what, since when, and who lands first. */
import type { Checkpoint } from './checkpoint.ts'
import { runName } from './ids.ts'
import { landingHolder } from './landing.ts'
import { liveLanes } from './lanes.ts'
import { type Cell, table } from './markdown.ts'
import { END_STATES } from './status.ts'
import { leases } from './tasks.ts'
import { duration, epoch } from './time.ts'

/** Lanes that are listed; the rest is counted. */
const MOST = 20

/** A lane that is not idle. */
interface LaneStanding {
  readonly lane: string
  readonly state: 'working' | 'landing' | 'starting' | 'asked for'
  readonly task: string
  /** 0: none. */
  readonly attempt: number
  /** ISO 8601. */
  readonly since: string
  /** Of the run at work; of one that is asked for nothing is known. */
  readonly run: string
  /** Requests without an answer so far. */
  readonly tries: number
}

/** Every lane that is not idle, by number. */
function laneStandings(checkpoint: Checkpoint): LaneStanding[] {
  const held = new Map(leases(checkpoint).map((one) => [one.lease.lane, one]))
  return liveLanes(checkpoint)
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((lane): LaneStanding[] => {
      const state = checkpoint.lanes[lane]?.state
      if (state === undefined || state.at === 'idle') return []
      const none = { lane, task: '', attempt: 0, tries: 0, since: state.since }
      if (state.at === 'dispatched') return [{ ...none, state: 'asked for', run: '', tries: state.tries }]
      const hold = held.get(lane)
      if (hold === undefined) return [{ ...none, state: 'starting', run: state.run }]
      const { attempt, at: since, landing } = hold.lease
      const doing = landing === true ? 'landing' : 'working'
      return [{ ...none, state: doing, task: hold.task.id, attempt, since, run: state.run }]
    })
}

/** Whether lanes are worth a word: a loop that has one looks as if there were none. */
export const hasLanes = (checkpoint: Checkpoint): boolean =>
  checkpoint.config.settings.parallel > 1 || liveLanes(checkpoint).length > 1

/** `3 of 6 lanes at work, 1 asked for` */
function counted({ config }: Checkpoint, lanes: readonly LaneStanding[]): string {
  const asked = lanes.filter(({ state }) => state === 'asked for').length
  // The loop file may have come to allow fewer than there are.
  const allowed = Math.max(config.settings.parallel, lanes.length)
  const rest = asked === 0 ? '' : `, ${asked} asked for`
  return `${lanes.length - asked} of ${allowed} lanes at work${rest}`
}

/** Whose code lands first. */
function landingFirst(checkpoint: Checkpoint, now: number): string[] {
  const { landing } = checkpoint
  if (landing === null || landingHolder(checkpoint, now) === undefined) return []
  return [`Lane ${landing.lane} lands first, until ${landing.until}.`]
}

/** For a terminal; none where there is one lane, or where nobody is at work and nobody will be. @param now epoch ms */
export function laneLines(checkpoint: Checkpoint, now: number): string[] {
  if (!hasLanes(checkpoint)) return []
  const lanes = laneStandings(checkpoint)
  if (lanes.length === 0 && END_STATES.includes(checkpoint.status)) return []
  const shown = lanes.slice(0, MOST)
  const widest = `lane ${shown.at(-1)?.lane ?? ''}`.length
  return [
    ...shown.map((one) => `${`lane ${one.lane}`.padEnd(widest)}  ${doing(one, now)}`),
    ...(lanes.length > MOST ? [`… ${lanes.length - MOST} more`] : []),
    ...landingFirst(checkpoint, now),
    counted(checkpoint, lanes),
  ]
}

function doing({ state, task, attempt, since, run, tries }: LaneStanding, now: number): string {
  const time = duration(Math.max(0, now - epoch(since)))
  if (state === 'asked for') return `asked for ${time} ago${tries > 1 ? ` (try ${tries})` : ''}`
  return `${state}  ${task === '' ? '' : `${task}, attempt ${attempt}, `}for ${time}  ${runName(run)}`
}

/** For a page, as paragraphs; none where there is one lane. @param home where runs of GitHub have a page */
export function laneTable(checkpoint: Checkpoint, home?: string): string[] {
  if (!hasLanes(checkpoint)) return []
  const lanes = laneStandings(checkpoint)
  const rows = lanes.slice(0, MOST).map(({ lane, state, task, attempt, since, run, tries }): Cell[] => {
    const asked = tries > 1 ? `asked for, try ${tries}` : state
    return [lane, asked, task, attempt === 0 ? '' : String(attempt), since, linked(run, home)]
  })
  return [
    ...(rows.length === 0 ? [] : [table(['Lane', 'State', 'Task', 'Attempt', 'Since', 'Run'], rows)]),
    `${counted(checkpoint, lanes)}${lanes.length > MOST ? `; ${lanes.length - MOST} are not listed` : ''}.`,
    ...landingFirst(checkpoint, epoch(checkpoint.updated_at)),
  ]
}

function linked(run: string, home: string | undefined): Cell {
  const number = /^gh:(\d+)\.\d+$/.exec(run)?.[1]
  return number === undefined || home === undefined
    ? runName(run)
    : { text: run, url: `${home}/actions/runs/${number}` }
}
