/**
 * How long mail between agents takes that work at the same time: two runners with a git server between them, at
 * the defaults; and two lanes in a terminal. A letter's time is from when its agent has written it to when the
 * other one finds it.
 *
 *   --json   only the numbers, as JSON
 *   --check  exit code 1 when a promised number is missed
 *   --quick  few letters: a first look, not a measurement
 */
import { parseArgs } from 'node:util'
import { type Correspondence, correspond } from '../../test/support/correspondence.ts'
import { missed, type Result, rows } from './budgets.ts'
import { median } from './numbers.ts'

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, check: { type: 'boolean' }, quick: { type: 'boolean' } },
})

/** As many as one attempt may send. */
const letters = flags.quick === true ? 6 : 20

async function measured(
  wanted: Correspondence,
  most: { median?: number; maximum: number },
): Promise<Result[]> {
  const { received, story } = await correspond(wanted)
  const ms = received.map((one) => one.ms / 1_000)
  const commits = story.filter((subject) => subject.startsWith('mail: ')).length
  const remark = `${ms.length} letters, one every ${wanted.pause / 1_000} s of each; ${commits} commits`
  const [name, unit] = [`mail, ${wanted.where}`, 's']
  return [
    {
      ...{ name: `${name}, median`, value: median(ms), unit, remark },
      ...(most.median === undefined ? {} : { limit: most.median }),
    },
    { name: `${name}, maximum`, value: Math.max(...ms), unit, limit: most.maximum, remark },
  ]
}

const results = [
  ...(await measured({ where: 'two runners', letters, pause: 7_000 }, { median: 35, maximum: 70 })),
  ...(await measured({ where: 'a terminal', letters, pause: 1_300 }, { maximum: 3 })),
]
process.stdout.write(flags.json === true ? `${JSON.stringify(results)}\n` : `${rows(results).join('\n')}\n`)
if (flags.check === true && results.some(missed)) process.exitCode = 1
