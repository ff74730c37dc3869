/** The numbers that were promised, and what became of them. */
import { round } from './numbers.ts'

export interface Result {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The most it may be; `undefined`: told, but nothing was promised. */
  readonly limit?: number
  /** Where the limit comes from, or what the number stands for. */
  readonly remark: string
}

export const missed = ({ value, limit }: Result): boolean => limit !== undefined && !(value <= limit)

/** What others take for an iteration, ms, with a no-op agent on two cores; measured elsewhere. */
const OTHERS: readonly (readonly [name: string, ms: string])[] = [
  ['a bare loop that commits', '12'],
  ['gnhf', '37'],
  ['TAKT, in place', '240'],
  ['continuous-claude', '430 to 680'],
  ['TAKT, with worktrees', '640'],
  ['frankbria/ralph', '2400'],
]

/** A table for people. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.limit === undefined ? ' ' : missed(result) ? '✗' : '✓',
    result.name,
    `${round(result.value)} ${result.unit}`.trim(),
    result.limit === undefined ? '' : `≤ ${round(result.limit)}`,
    result.remark,
  ])
  const others = OTHERS.map(([name, ms]) => `    ${name.padEnd(28)} ${ms} ms`)
  return [...aligned(rows), '', '  For comparison, an iteration of others:', ...others].join('\n')
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  )
}
