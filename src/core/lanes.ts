/** Which lanes should run, whose request is answered, and which task a lane takes. Pure decisions. */
import { mayStart, type Reserved, usdShare } from './budget.ts'
import type { Checkpoint } from './checkpoint.ts'
import { durations } from './durations.ts'
import { agentOf, stepFor, stepText } from './escalation.ts'
import type { Event, TaskLeased } from './event.ts'
import type { Asked } from './lane.ts'
import { chooseLessons } from './learning/choose.ts'
import { readyTasks, startable, whyFirst } from './ready.ts'
import { attemptLimit, reserveFor, type Settings } from './settings.ts'
import { needsNoAgent } from './split.ts'
import { standing } from './status.ts'
import type { Task } from './task.ts'
import { leases } from './tasks.ts'
import { epoch, iso, MINUTE } from './time.ts'

/** A run launches at most this many lanes; each of them launches further ones. */
export const LAUNCH_LIMIT = 4

/** Lanes that are asked for or at work. */
export const liveLanes = ({ lanes }: Checkpoint): string[] =>
  Object.keys(lanes).filter((id) => lanes[id]?.state.at !== 'idle')

/**
 * Ids of the lanes to launch now: as many as there is work for that the budget allows, the lowest idle
 * ones first.
 *
 * @param most how many this run may launch.
 */
export function lanesToLaunch(checkpoint: Checkpoint, now: number, most: number = LAUNCH_LIMIT): string[] {
  if (standing(checkpoint, now).status !== 'running') return []
  const live = new Set(liveLanes(checkpoint))
  const starting = live.size - leases(checkpoint).length
  const room = Math.min(
    checkpoint.config.settings.parallel - live.size,
    roomToAsk(checkpoint, now),
    iterationsLeft(checkpoint),
    most,
    LAUNCH_LIMIT,
  )
  const wanted = Math.min(room, affordable(checkpoint, now, starting + room) - starting)
  const idle: string[] = []
  for (let n = 1; idle.length < wanted; n++) if (!live.has(String(n))) idle.push(String(n))
  return idle
}

/** An agent that meets the limit again says so sooner, ms. */
const TOLD_BY = 5 * MINUTE

/**
 * How many lanes may ask an agent after a wait. Whether its limit is over nobody knows: one asks, until an
 * attempt is finished or has been at work for a while. Others would be told the same, each on a machine of its own.
 */
function roomToAsk({ waiting, lanes }: Checkpoint, now: number): number {
  if (waiting === null) return Number.POSITIVE_INFINITY
  const until = epoch(waiting.until)
  const states = Object.values(lanes).map(({ state }) => state)
  const begun = states.filter((state) => state.at === 'running' && epoch(state.since) >= until)
  const isTold = begun.some((state) => state.at === 'running' && now - epoch(state.since) >= TOLD_BY)
  const asked = states.filter(({ at }) => at === 'dispatched').length
  return isTold ? Number.POSITIVE_INFINITY : 1 - asked - begun.length
}

/** How many ready tasks could be begun side by side before a cap is reached; counted up to `most`. */
function affordable(checkpoint: Checkpoint, now: number, most: number): number {
  const beside = { usd: 0, minutes: 0, attempts: 0 }
  const expected = durations(checkpoint)
  const tasks = startable(checkpoint, now).slice(0, Math.max(0, most))
  const refused = tasks.findIndex((task) => {
    const landing = needsNoAgent(task)
    if (mayStart(checkpoint, now, { landing, beside }).is !== 'free') return true
    const { usd, minutes } = reserveOf(checkpoint, task)
    beside.usd += usd
    beside.minutes += Math.min(minutes, expected(task.id))
    beside.attempts += landing ? 0 : 1
    return false
  })
  return refused === -1 ? tasks.length : refused
}

/** What a lease of a task sets aside. Nobody is paid for a landing. */
function reserveOf(checkpoint: Checkpoint, task: Task): Reserved {
  const { settings } = checkpoint.config
  const agent = agentOf(settings, task)
  const isLanding = needsNoAgent(task)
  const minutes = attemptLimit(settings, isLanding ? 0 : agent.timeout) / MINUTE
  return { usd: isLanding ? 0 : reserveFor(settings, agent), minutes }
}

/** Every lane asked for is an iteration, even if it finds nothing to do. */
function iterationsLeft({ config, ledger, lanes }: Checkpoint): number {
  const asked = Object.values(lanes).filter(({ state }) => state.at === 'dispatched').length
  return (config.settings.budget.iterations ?? Number.POSITIVE_INFINITY) - ledger.iterations - asked
}

export interface Request {
  readonly by: string
  readonly now: number
  readonly nonce: () => string
  /** `false`: nobody would answer a request, so none is made. */
  readonly onward?: boolean
}

/** The events that ask for lanes, and what to ask the relay for. */
export function launch(
  lanes: readonly string[],
  { by, now, nonce }: Request,
): { events: Event[]; asked: Asked[] } {
  const asked = lanes.map((lane) => ({ lane, nonce: nonce() }))
  const events = asked.map((one): Event => ({ type: 'lane_dispatched', at: iso(now), by, ...one }))
  return { events, asked }
}

export type Acceptance =
  | { readonly is: 'accepted' }
  /** We began already; the answer to that commit was lost. */
  | { readonly is: 'resumed' }
  | { readonly is: 'superseded'; readonly because: string }

/** Whether a run may act for a lane: it was asked for, by this nonce, and nobody has begun. */
export function acceptance(
  checkpoint: Checkpoint,
  { lane, nonce, run }: Asked & { readonly run: string },
): Acceptance {
  const state = checkpoint.lanes[lane]?.state
  if (state?.at === 'dispatched' && state.nonce === nonce) return { is: 'accepted' }
  if (state?.at === 'running' && state.nonce === nonce && state.run === run) return { is: 'resumed' }
  const now = state === undefined || state.at === 'idle' ? 'is idle' : `is ${state.at} for another request`
  return { is: 'superseded', because: `Lane ${lane} ${now}; this run changes nothing.` }
}

/** An agent that has less time than this is not worth starting, unless its own limit is shorter, ms. */
const LEAST = 5 * MINUTE

/**
 * What is left for the agent of an attempt that has to be over in `left` ms: its own limit, or
 * less, but never less than is worth starting; and whether the attempt then fits.
 */
export function roomFor(
  settings: Settings,
  timeout: number,
  left: number,
): { readonly fits: boolean; readonly timeout: number } {
  const room = left - attemptLimit(settings, 0)
  const least = Math.min(timeout, LEAST)
  return { fits: room >= least, timeout: Math.max(least, Math.min(timeout, room)) }
}

/** Whether the next attempt fits between `now` and `ends`, epoch ms; with nothing ready there is none to fit. */
export function nextFits(checkpoint: Checkpoint, now: number, ends: number): boolean {
  const { settings } = checkpoint.config
  const [task] = readyTasks(checkpoint, now)
  if (task === undefined) return true
  return roomFor(settings, needsNoAgent(task) ? 0 : agentOf(settings, task).timeout, ends - now).fits
}

/** The lease a lane takes next; `undefined` when there is nothing it may start. */
export function nextLease(
  checkpoint: Checkpoint,
  lane: string,
  run: string,
  now: number,
): TaskLeased | undefined {
  const choices = readyTasks(checkpoint, now)
  const [task] = choices
  if (task === undefined) return undefined
  const reserve = reserveOf(checkpoint, task)
  const means = meansFor(checkpoint, task)
  return {
    type: 'task_leased',
    at: iso(now),
    task: task.id,
    lane,
    run,
    until: iso(now + reserve.minutes * MINUTE),
    reserved_usd: reserve.usd,
    ...(isTold(checkpoint, task)
      ? { cap_usd: usdShare(checkpoint, { reserve: reserve.usd, ready: choices.length, now }) }
      : {}),
    reserved_minutes: reserve.minutes,
    ...(needsNoAgent(task) ? { landing: true } : {}),
    ...means,
    because: `${whyFirst(checkpoint, task, choices)}${meansText(task, means)}`,
  }
}

/** What an attempt is made with, beside its task. */
type Means = Pick<TaskLeased, 'step' | 'lessons'>

function meansFor(checkpoint: Checkpoint, task: Task): Means {
  if (needsNoAgent(task)) return {}
  const step = stepFor(checkpoint.config.settings, task)
  const lessons = chooseLessons(checkpoint, task)
  return { ...(step === undefined ? {} : { step }), ...(lessons === undefined ? {} : { lessons }) }
}

function meansText(task: Task, { step, lessons }: Means): string {
  const given =
    lessons === undefined || lessons.given.length === 0 ? [] : [`given ${lessons.given.join(', ')}`]
  const without =
    lessons?.left_out === undefined ? [] : [`${lessons.left_out} left out to see what it is worth`]
  const raised = step === undefined ? [] : [stepText(task, step)]
  return [...raised, ...given, ...without].map((text) => `; ${text}`).join('')
}

/** Whether an agent is started that can be told what it may cost: a command cannot. */
const isTold = ({ config }: Checkpoint, task: Task): boolean =>
  !needsNoAgent(task) && agentOf(config.settings, task).use !== 'command'

/** The task a lane holds. */
export const taskOfLane = (checkpoint: Checkpoint, lane: string): Task | undefined =>
  leases(checkpoint).find(({ lease }) => lease.lane === lane)?.task
