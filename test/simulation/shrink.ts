/** From a life that breaks a law to a smaller one that breaks the same: fewer faults, tasks, lanes, days. */
import { Broken } from './laws/broken.ts'
import { type Lived, live, type Watching } from './life.ts'
import type { Scenario } from './scenario.ts'

/** Lives that are spent on it at most. */
const MOST = 250

const lawOf = ({ failure }: Lived): string | undefined =>
  failure instanceof Broken ? failure.law : failure?.message.slice(0, 40)

export async function shrink(first: Lived, watching: Watching = {}): Promise<Lived> {
  const law = lawOf(first)
  let best = first
  let left = MOST
  const tries = async (scenario: Scenario): Promise<boolean> => {
    if (left-- <= 0) return false
    const lived = await live(scenario, watching)
    if (lawOf(lived) !== law) return false
    best = lived
    return true
  }
  await fewer(
    () => [...new Set(best.happened.map(({ fault }) => fault))],
    (without) => {
      const faults = new Set(best.happened.map(({ fault }) => fault).filter((one) => !without.includes(one)))
      return tries({ ...best.scenario, faults })
    },
  )
  await fewer(
    () => best.happened.map(({ key }) => key),
    (without) => tries({ ...best.scenario, spared: new Set([...best.scenario.spared, ...without]) }),
  )
  for (const smaller of SMALLER)
    for (let next = smaller(best.scenario); next !== undefined && (await tries(next)); )
      next = smaller(best.scenario)
  return best
}

/** The next smaller one; `undefined`: it is as small as can be. */
const SMALLER: readonly ((scenario: Scenario) => Scenario | undefined)[] = [
  (one) => (one.tasks > 1 ? { ...one, tasks: one.tasks - 1 } : undefined),
  (one) => (one.lanes > 1 ? { ...one, lanes: one.lanes - 1 } : undefined),
  (one) => (one.days > 0.02 ? { ...one, days: one.days / 2 } : undefined),
]

/** Takes away as many as it can: halves first, then ever smaller parts. */
async function fewer<T>(
  all: () => readonly T[],
  works: (without: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let size = Math.ceil(all().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < all().length; ) {
      const part = all().slice(at, at + size)
      if (!(await works(part))) at += size
    }
  }
}

/** A scenario in a line, for `npm run simulate -- --replay '…'`. */
export const told = ({ faults, spared, ...rest }: Scenario): string =>
  JSON.stringify({ ...rest, faults: [...faults], spared: [...spared] })
