/** `npm run simulate`: whole lives of loops in a simulated world, thousands a minute, one seed each. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { searchPlanted } from '../test/simulation/planted-search.ts'
import { replay, retold } from '../test/simulation/replay.ts'
import { report } from '../test/simulation/report.ts'
import { Threads } from '../test/simulation/threads.ts'

const HELP = `npm run simulate -- [options]

Lives of loops in a simulated world: the real core, app and action over a store, a relay, runners, agents, people,
clocks and caches that fail in every way that has a name. One seed decides a whole life. After every saved change the
guarantees G1 to G8 are looked at; when trouble has ceased, the loop has to come to its end.

  --seeds N         so many lives (default 500)
  --iterations N    go on until so many iterations were begun
  --from N          the first seed (default 1); from 1000000 on mail is exchanged while agents work, too
  --jobs N          threads (default: one a core)
  --seed N          one life, told line by line; a failing one is made smaller
  --replay JSON     a life that was made smaller, told line by line
  --planted [NAME]  plants known bugs one after another, and looks whether the lives find them
  --within N        with --planted: leave out bugs that take more lives to find
  --until-failure   no further than the first failure
  --cells           fails where a fault never struck in a phase in which it can (always from 2,000 seeds on)
  --help

A failure names its seed: \`npm run simulate -- --seed N\` lives it again, the same to the last step.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '500' },
    iterations: { type: 'string' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seed: { type: 'string' },
    replay: { type: 'string' },
    planted: { type: 'boolean', default: false },
    within: { type: 'string', default: 'Infinity' },
    'until-failure': { type: 'boolean', default: false },
    cells: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Lives from which on every cell must have been met. */
const ALL_CELLS = 2_000

async function many(): Promise<boolean> {
  const threads = new Threads(Number(values.jobs))
  const wanted = {
    from: Number(values.from),
    seeds: Number(values.seeds),
    iterations: values.iterations === undefined ? undefined : Number(values.iterations),
    untilFailure: values['until-failure'],
  }
  const { sum, seconds } = await threads.live(wanted)
  return report(sum, { seconds, cells: values.cells || sum.lives >= ALL_CELLS })
}

async function main(): Promise<boolean> {
  if (values.help) {
    process.stdout.write(`${HELP}\n`)
    return true
  }
  if (values.planted)
    return searchPlanted({ only: positionals, within: Number(values.within), jobs: Number(values.jobs) })
  if (values.replay !== undefined) return replay(values.replay)
  if (values.seed !== undefined) return retold(Number(values.seed))
  return many()
}

process.exitCode = (await main()) ? 0 : 1
