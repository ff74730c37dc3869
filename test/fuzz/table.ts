/** What a fuzz run has found, a line for each target. */
import type { Found, Hostile } from './messages.ts'

export interface Row {
  readonly name: string
  readonly accepted: number
  readonly rejected: number
  readonly slowest: { readonly seed: number; readonly ms: number }
  /** The most memory of any of its processes, MB. */
  readonly rss: number
  readonly found: readonly Found[]
  readonly hostile: readonly Hostile[]
  readonly seconds: number
  /** A process ended before it was done. */
  readonly failed: boolean
}

const HEAD = [
  'target',
  'inputs',
  'accepted',
  'slowest',
  'at seed',
  'peak',
  'hostile',
  'slowest',
  'most memory',
  'seconds',
  'broken',
]

export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, n) => Math.max(...cells.map((row) => row[n]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  '),
    )
    .join('\n')
}

function cellsOf({ name, accepted, rejected, slowest, rss, found, hostile, seconds, failed }: Row): string[] {
  const inputs = accepted + rejected
  const share = inputs === 0 ? '-' : `${Math.round((100 * accepted) / inputs)} %`
  const ms = Math.max(0, ...hostile.map((one) => one.ms))
  const mb = Math.max(0, ...hostile.map((one) => one.mb))
  const broken = found.length + hostile.filter((one) => one.broken !== undefined).length
  return [
    ...[
      name,
      String(inputs),
      share,
      `${Math.round(slowest.ms)} ms`,
      String(slowest.seed),
      `${Math.round(rss)} MB`,
    ],
    ...[String(hostile.length), `${Math.round(ms)} ms`, `${Math.round(mb)} MB`, String(Math.round(seconds))],
    failed ? 'did not end' : String(broken),
  ]
}
