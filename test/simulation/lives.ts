/** Many lives one after another, and what came of them together. */
import { Cells } from './cells.ts'
import { FAULT_NAMES, PHASES } from './faults.ts'
import { type Lived, live } from './life.ts'
import { FORMS, scenarioOf } from './scenario.ts'

/** What many lives add up to; plain data, so that it can come from another thread. */
export interface Sum {
  readonly lives: number
  readonly iterations: number
  readonly commits: number
  readonly faults: number
  readonly alone: Readonly<Record<string, number>>
  readonly forms: Readonly<Record<string, number>>
  readonly lanes: Readonly<Record<string, number>>
  /** By `fault/phase`. */
  readonly cells: Readonly<Record<string, number>>
  readonly failed: readonly { readonly seed: number; readonly what: string }[]
}

export const NOTHING: Sum = {
  ...{
    lives: 0,
    iterations: 0,
    commits: 0,
    faults: 0,
    alone: {},
    forms: {},
    lanes: {},
    cells: {},
    failed: [],
  },
}

type Counts = Readonly<Record<string, number>>

const more = (one: Counts, other: Counts): Counts => {
  const sum = { ...one }
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count
  return sum
}

export const plus = (one: Sum, other: Sum): Sum => ({
  lives: one.lives + other.lives,
  iterations: one.iterations + other.iterations,
  commits: one.commits + other.commits,
  faults: one.faults + other.faults,
  alone: more(one.alone, other.alone),
  forms: more(one.forms, other.forms),
  lanes: more(one.lanes, other.lanes),
  cells: more(one.cells, other.cells),
  failed: [...one.failed, ...other.failed],
})

export function sumOf({ scenario, iterations, commits, happened, failure, alone }: Lived): Sum {
  const cells: Record<string, number> = {}
  for (const { fault, phases } of happened)
    for (const phase of phases) cells[`${fault}/${phase}`] = (cells[`${fault}/${phase}`] ?? 0) + 1
  return {
    ...{ lives: 1, iterations, commits, faults: happened.length, cells },
    alone: { [alone]: 1 },
    forms: { [scenario.form]: iterations },
    lanes: { [scenario.lanes]: 1 },
    failed: failure === undefined ? [] : [{ seed: scenario.seed, what: failure.message }],
  }
}

/** Lives of seeds, one after another. */
export async function liveAll(seeds: readonly number[]): Promise<Sum> {
  let sum = NOTHING
  for (const seed of seeds) sum = plus(sum, sumOf(await live(scenarioOf(seed))))
  return sum
}

export function cellsOf({ cells }: Sum): Cells {
  const table = new Cells()
  for (const fault of FAULT_NAMES)
    for (const phase of PHASES) {
      const count = cells[`${fault}/${phase}`]
      if (count !== undefined) table.add(fault, phase, count)
    }
  return table
}

export const formsOf = ({ forms }: Sum): string =>
  FORMS.map((form) => `${form} ${(forms[form] ?? 0).toLocaleString('en')}`).join(', ')
