/**
 * How many lanes can work at once: what the API of GitHub carries, and what a budget has room for.
 *
 * The limits are GitHub's own, from "Rate limits for the REST API" and "Actions limits": a thousand requests
 * an hour for all runs of a repository by its own token, and five hundred an hour that create something, which
 * a dispatch may be.
 */
import { agentFor, reserveFor, type Settings } from './settings.ts'

const REQUESTS = 1_000
const CREATIONS = 500

/** An iteration is taken to last so long at least, start of the job and all, minutes. */
const ITERATION = 5
const PER_HOUR = 60 / ITERATION

/** Requests of an iteration: its dispatch, and a look at the other lanes; with four jobs it makes one more. */
export const REQUESTS_OF = { one: 2, several: 3 } as const

export interface Quota {
  /** The most lanes that keep within it. */
  readonly lanes: number
  /** A sentence: the sum for the number of lanes that was asked for. */
  readonly sum: string
}

/** @param requests of one iteration. */
export function quotaFor(lanes: number, requests: number): Quota {
  const most = Math.min(Math.floor(REQUESTS / PER_HOUR / requests), Math.floor(CREATIONS / PER_HOUR))
  const asked = lanes * PER_HOUR * requests
  const made = lanes * PER_HOUR
  return {
    lanes: most,
    sum: `${lanes} lanes × ${PER_HOUR} iterations an hour × ${requests} requests = ${asked} requests an hour, ${made} of them dispatches; GitHub allows ${REQUESTS} and ${CREATIONS}: at most ${most} lanes`,
  }
}

export interface BudgetRoom {
  /** The most attempts that can be in flight at once. */
  readonly lanes: number
  /** How so. */
  readonly because: string
}

/** What attempts set aside together ends before the lanes do; `undefined`: every lane may work. */
export function budgetRoom(settings: Settings): BudgetRoom | undefined {
  const { budget, parallel } = settings
  const each = reserveFor(settings, agentFor(settings, undefined))
  if (budget.usd === undefined || each === 0) return undefined
  const lanes = Math.ceil(budget.usd / each)
  const because = `each attempt sets aside $${each} until it ends, and budget.usd is ${budget.usd}`
  return lanes < parallel ? { lanes, because } : undefined
}

/** What is worth saying of the number of lanes in a loop file. */
export function laneWarnings(settings: Settings): string[] {
  const { parallel } = settings
  const quota = quotaFor(parallel, REQUESTS_OF.one)
  const refused = `A workflow on GitHub will refuse \`parallel: ${parallel}\`: ${quota.sum}.`
  return [...(parallel > quota.lanes ? [refused] : []), ...roomWarnings(settings)]
}

/** Of the number of lanes, wherever it is said. */
export function roomWarnings(settings: Settings): string[] {
  const room = budgetRoom(settings)
  if (room === undefined) return []
  const { lanes, because } = room
  return [
    `Of \`parallel: ${settings.parallel}\` at most ${lanes} ${lanes === 1 ? 'lane works' : 'lanes work'} at once: ${because}.`,
  ]
}
