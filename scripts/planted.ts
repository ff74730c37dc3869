/**
 * Plants bugs, one at a time, in copies of the sources, and says which test finds each: `npm run planted`.
 *
 * The tests that are likely to find it run first, then those of its layer, then the others: what
 * survives has seen all of `npm test`. What is known is kept in `.cache/planted/results.json`.
 */
import { parseArgs } from 'node:util'
import { type Bug, faultsOf } from './planted/bug.ts'
import { BUGS } from './planted/bugs.ts'
import { lines, verdictOn } from './planted/report.ts'
import { type Result, Results } from './planted/results.ts'
import { allTests, runTests } from './planted/tests.ts'
import { copyTree, digestOfAll, type Tree } from './planted/trees.ts'

const HELP = `Usage: npm run planted -- [options]

Plants each bug of scripts/planted/ in a copy of the sources and runs the tests of \`npm test\`
until one fails. Ends with 1 where less than 90 % are found, or where one survives without a
reason; with 2 where a bug does not fit to the sources any more.

  --only <text>  bugs whose name or file contains it; may be given more than once
  --jobs <n>     copies of the sources to work in at once (default 2)
  --likely       only the likely tests: a quick look, not a verdict
  --again        forget what is known
  --list         name the bugs
  --help         this`

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    likely: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const chosen = BUGS.filter(
  ({ name, file }) =>
    flags.only.length === 0 || flags.only.some((text) => name.includes(text) || file.includes(text)),
)

/** Longer than all the tests of a stage take on a slow machine, minutes. */
const PATIENCE = { likely: 5, more: 15, rest: 30 } as const

/** The tests of the layer that a bug is in, those of the other, and the rest. */
const distance = ({ file }: Bug, test: string): number => {
  const [, layer = ''] = file.split('/')
  return test.startsWith(`test/${layer}/`) ? 0 : /^test\/(core|app)\//.test(test) ? 1 : 2
}

/** @returns `undefined` where only a part of the tests has been asked, and none of it has found the bug. */
async function tryBug(
  tree: Tree,
  tests: readonly string[],
  bug: Bug,
): Promise<Omit<Result, 'digest'> | undefined> {
  using _planted = tree.plant(bug)
  const began = performance.now()
  const others = tests.filter((test) => !bug.tests.includes(test))
  const at = (far: number) => others.filter((test) => distance(bug, test) === far)
  const stages = [
    [bug.tests, PATIENCE.likely],
    [at(0), PATIENCE.more],
    [at(1), PATIENCE.more],
    [at(2), PATIENCE.rest],
  ] as const
  for (const [files, minutes] of stages.slice(0, flags.likely ? 1 : stages.length)) {
    const ran = await runTests(tree.folder, files, minutes)
    const seconds = Math.round((performance.now() - began) / 1_000)
    if (ran.is === 'red') return { is: 'caught', by: ran.by, test: ran.test, seconds }
    if (ran.is === 'endless')
      return { is: 'endless', by: '', test: 'the tests do not come to an end', seconds }
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  return flags.likely ? undefined : { is: 'survived', by: '', test: '', seconds }
}

/** Test files that were seen green without any bug: only of them it means something that they are red with one. */
const sound = new Set<string>()

async function needSound({ folder }: Tree, test: string): Promise<void> {
  if (test === '' || sound.has(test)) return
  if ((await runTests(folder, [test], PATIENCE.likely)).is !== 'green')
    throw new Error(`${test} fails without any bug, too`)
  sound.add(test)
}

async function main(): Promise<number> {
  const faults = BUGS.flatMap(faultsOf)
  if (faults.length > 0) {
    console.error(faults.join('\n'))
    return 2
  }
  const all = digestOfAll()
  const results = new Results()
  const known = (bug: Bug) => results.of(bug, all)
  const queue = chosen.filter((bug) => flags.again || known(bug) === undefined)
  console.log(`${chosen.length} bugs, ${queue.length} to be tried.`)
  const work = async (number: number): Promise<void> => {
    const tree = copyTree(number)
    const tests = await allTests(tree.folder)
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const result = await tryBug(tree, tests, bug)
      await needSound(tree, result?.by ?? '')
      if (result !== undefined) results.add(bug, result, all)
      console.log(verdictOn(bug, result))
    }
  }
  const jobs = Math.min(Math.max(1, Number(flags.jobs)), queue.length)
  await Promise.all(Array.from({ length: jobs }, (_, number) => work(number + 1)))
  const { text, isGood } = lines(chosen.map((bug) => ({ bug, result: known(bug) })))
  console.log(text)
  return isGood ? 0 : 1
}

if (flags.help) console.log(HELP)
else if (flags.list) for (const { name, file, hurts } of chosen) console.log(`${name}  ${file}\n    ${hurts}`)
else process.exitCode = await main()
