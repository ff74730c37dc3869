/** The numbers that were promised, and what became of them. */
import { round } from './numbers.ts'

export interface Result {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The most it may be; `undefined`: told, but nothing was promised. */
  readonly limit?: number
  /** The least it may be, where more is better. */
  readonly least?: number
  /** Where the limit comes from, or what the number stands for. */
  readonly remark: string
}

/** A limit of 0 is no matter of speed: something was lost, or done twice. */
export const broken = (result: Result): boolean => result.limit === 0 && missed(result)

export const missed = ({ value, limit, least }: Result): boolean =>
  (limit !== undefined && !(value <= limit)) || (least !== undefined && !(value >= least))

/** What others take for an iteration, ms, with a no-op agent on two cores; measured elsewhere. */
const OTHERS: readonly (readonly [name: string, ms: string])[] = [
  ['a bare loop that commits', '12'],
  ['gnhf', '37'],
  ['TAKT, in place', '240'],
  ['continuous-claude', '430 to 680'],
  ['TAKT, with worktrees', '640'],
  ['frankbria/ralph', '2400'],
]

/** A table for people, with what others take below it. */
export function table(results: readonly Result[]): string {
  const others = OTHERS.map(([name, ms]) => `    ${name.padEnd(28)} ${ms} ms`)
  return [...rows(results), '', '  For comparison, an iteration of others:', ...others].join('\n')
}

/** One line for each number. */
export const rows = (results: readonly Result[]): string[] =>
  aligned(
    results.map((result) => [
      promised(result) === '' ? ' ' : missed(result) ? '✗' : '✓',
      result.name,
      `${round(result.value)} ${result.unit}`.trim(),
      promised(result),
      result.remark,
    ]),
  )

const promised = ({ limit, least }: Result): string =>
  limit !== undefined ? `≤ ${round(limit)}` : least !== undefined ? `≥ ${round(least)}` : ''

function aligned(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  )
  return cells.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  )
}
