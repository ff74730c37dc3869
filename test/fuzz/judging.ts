/** One input judged: by the laws of its target, and by the time that it takes. */
import { availableParallelism, loadavg } from 'node:os'
import { inputOf } from './input.ts'
import { type Opened, type Target, type Verdict, Violation } from './target.ts'

/** An input may take so long, ms: one of a megabyte, and every smaller one. */
const MOST_MS = 2_000

/** The same; where others work, too, processors share what makes them fast, and it is twice as much. */
export function mostMs(): number {
  const [load = 0] = loadavg()
  return load > 2 * availableParallelism() ? 2 * MOST_MS : MOST_MS
}

export interface Broken {
  readonly law: string
  readonly message: string
}

export interface Judged {
  readonly verdict: Verdict | undefined
  readonly broken: Broken | undefined
  /** Wall, ms. */
  readonly ms: number
}

export async function judge(target: Opened, input: Buffer): Promise<Judged> {
  const since = performance.now()
  try {
    const verdict = await target.judge(input)
    return { verdict, broken: undefined, ms: performance.now() - since }
  } catch (error) {
    return { verdict: undefined, broken: brokenBy(error), ms: performance.now() - since }
  }
}

function brokenBy(error: unknown): Broken {
  if (error instanceof Violation) return { law: error.law, message: error.message }
  if (!Error.isError(error)) return { law: 'throws only errors', message: String(error) }
  const [where = ''] = error.stack?.split('\n').filter((line) => line.includes('/src/')) ?? []
  return { law: `no uncaught ${error.name}`, message: `${error.message.slice(0, 400)} ${where.trim()}` }
}

/**
 * The same, and whether it took too long: by the processor's time and the best of three, for
 * machines that are busy with something else.
 */
export async function judgeInTime(target: Opened, input: Buffer): Promise<Judged> {
  const judged = await judge(target, input)
  if (judged.broken !== undefined || judged.ms <= mostMs()) return judged
  const again = await spent(target, input)
  const ms = again <= mostMs() ? again : Math.min(again, await spent(target, input))
  if (ms <= mostMs()) return { ...judged, ms }
  return { ...judged, ms, broken: { law: 'two seconds at most', message: `It took ${Math.round(ms)} ms.` } }
}

async function spent(target: Opened, input: Buffer): Promise<number> {
  const before = process.cpuUsage()
  await judge(target, input)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** What a run has found out about a target. */
export interface Tally {
  readonly accepted: number
  readonly rejected: number
  readonly slowest: { readonly seed: number; readonly ms: number }
  readonly found: readonly Finding[]
}

export interface Finding extends Broken {
  readonly seed: number
  readonly input: Buffer
}

export const NOTHING: Tally = { accepted: 0, rejected: 0, slowest: { seed: 0, ms: 0 }, found: [] }

/** Kinds of violations after which nobody reads on. */
export const ENOUGH = 5

export interface Range {
  readonly from: number
  readonly count: number
  /** Every so manieth seed. */
  readonly step: number
  /** Laws that may be broken before it ends. Default: five. */
  readonly enough?: number
}

/** Judges the inputs of many seeds. Of every law it tells the first input that breaks it. */
export async function hunt(
  target: Pick<Target, 'form'>,
  opened: Opened,
  { from, count, step, enough = ENOUGH }: Range,
  heard: (tally: Tally) => void = () => {},
): Promise<Tally> {
  let tally = NOTHING
  let told = performance.now()
  for (let n = 0; n < count && tally.found.length < enough; n++) {
    const seed = from + n * step
    const input = inputOf(opened.corpus, target.form, seed)
    const { verdict, broken, ms } = await judgeInTime(opened, input)
    const isNew = broken !== undefined && !tally.found.some(({ law }) => law === broken.law)
    tally = {
      accepted: tally.accepted + (verdict === 'accepted' ? 1 : 0),
      rejected: tally.rejected + (verdict === 'rejected' ? 1 : 0),
      slowest: ms > tally.slowest.ms ? { seed, ms } : tally.slowest,
      found: isNew ? [...tally.found, { ...broken, seed, input }] : tally.found,
    }
    if (performance.now() - told < 500) continue
    told = performance.now()
    heard(tally)
  }
  return tally
}
