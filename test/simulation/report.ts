/** What a person reads of many lives. */
import { cellsOf, formsOf, type Sum } from './lives.ts'

interface Reporting {
  readonly seconds: number
  /** Whether every cell must have been met. */
  readonly cells: boolean
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const number = (count: number): string => count.toLocaleString('en')

/** @returns whether everything held. */
export function report(sum: Sum, { seconds, cells }: Reporting): boolean {
  const table = cellsOf(sum)
  say(table.table)
  say('')
  say('Cells marked – cannot be met:')
  for (const reason of table.reasons) say(`  ${reason}`)
  say('')
  const alone = Object.entries(sum.alone).map(([status, count]) => `${status} ${number(count)}`)
  const lanes = Object.entries(sum.lanes).map(([count, lives]) => `${count}: ${number(lives)}`)
  say(
    `${number(sum.lives)} lives, ${number(sum.iterations)} iterations, ${number(sum.commits)} saved changes, ${number(sum.faults)} faults, ${Math.round(seconds)} s`,
  )
  say(`iterations by form: ${formsOf(sum)}`)
  say(`lives by lanes: ${lanes.join(', ')}`)
  say(`when trouble had ceased, and before people helped: ${alone.join(', ')}`)
  const gaps = cells ? table.faults : []
  for (const gap of gaps) say(`gap: ${gap}`)
  for (const { seed, what } of sum.failed.slice(0, 20)) say(`seed ${seed}: ${what}`)
  if (sum.failed.length > 0) say(`see one: npm run simulate -- --seed ${sum.failed[0]?.seed}`)
  say(`${number(sum.failed.length)} lives broke a law${cells ? `, ${gaps.length} cells were never met` : ''}`)
  return sum.failed.length === 0 && gaps.length === 0
}
