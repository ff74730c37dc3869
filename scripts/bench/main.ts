/**
 * What the harness costs, beside git's own floor measured in the same minutes.
 *
 *   --json   only the numbers, as JSON
 *   --check  exit code 1 when a promised number is missed
 *   --quick  a tenth of the iterations: a first look, not a measurement
 */
import '../../src/entry/memory.ts'
import { existsSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { actionStart } from './action.ts'
import { missed, type Result, table } from './budgets.ts'
import { growth } from './growth.ts'
import { round } from './numbers.ts'
import { overHttp } from './over-http.ts'
import { ROOT } from './place.ts'
import { peakMemory, planning, program } from './program.ts'
import { bundleSize, quietIterations } from './quiet.ts'

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, check: { type: 'boolean' }, quick: { type: 'boolean' } },
})
const many = flags.quick === true ? 0.1 : 1

const tell = (text: string): void => {
  if (flags.json !== true) process.stderr.write(`${text}\n`)
}

async function local(): Promise<Result[]> {
  const iterations = Math.round(300 * many)
  tell('local: 40 tasks, each iteration with a floor beside it …')
  const usual = await growth({ tasks: 40, iterations: 40, kind: 'done' })
  tell(`local: ${iterations + 40} tasks, ${iterations} iterations …`)
  const done = await growth({ tasks: iterations + 40, iterations, kind: 'done' })
  tell(`local: 40 tasks that fail ${iterations} times …`)
  const failing = await growth({ tasks: 40, iterations, kind: 'failing' })
  return [
    ...overhead('40 tasks', usual),
    ...overhead(`${iterations + 40} tasks`, done),
    ...grown('tasks get done', done),
    ...grown('tasks fail', failing),
  ]
}

const overhead = (
  tasks: string,
  { harness, harnessP90, wall, floor }: Awaited<ReturnType<typeof growth>>,
): Result[] => [
  result(`local iteration, ${tasks}`, harness, 'ms', floor + 80, `floor ${round(floor)} ms + 80`),
  result('  of ten the slowest', harnessP90, 'ms', undefined, 'same run'),
  result('  with agent and verify', wall, 'ms', undefined, 'a shell that writes one file, and `true`'),
]

const grown = (what: string, { time, prompt, checkpoint, ...rest }: Awaited<ReturnType<typeof growth>>) => [
  result(
    `time at iteration ${rest.iterations}, ${what}`,
    time,
    '×',
    1.15,
    'of iteration 10, by the floor beside each',
  ),
  result(`prompt at iteration ${rest.iterations}, ${what}`, prompt, '×', 1.05, 'of iteration 10'),
  result(
    `checkpoint at iteration ${rest.iterations}, ${what}`,
    checkpoint,
    '×',
    undefined,
    `${round(rest.checkpointBytes / 1_024)} KB`,
  ),
]

async function http(): Promise<Result[]> {
  const iterations = Math.round(40 * many) + 3
  tell(`HTTP: ${iterations} iterations in one process, then as many in jobs of their own …`)
  const kinds = [
    ['over HTTP, one process', 'process', 'two pushes'],
    ['over HTTP, a job each', 'jobs', 'a fetch into a new repository and two pushes'],
  ] as const
  const results: Result[] = []
  for (const [name, kind, floorOf] of kinds) {
    const { harness, floor, ratio } = await overHttp({ iterations, kind })
    results.push(
      result(name, ratio, '× floor', 2, `${round(harness)} ms; floor: ${floorOf}, ${round(floor)} ms`),
    )
  }
  return results
}

async function programs(): Promise<Result[]> {
  tell('the command line: memory, two thousand tasks …')
  const which = program().slice(ROOT.length + 1)
  const memory = await peakMemory(400, Math.round(100 * many))
  const largest = await peakMemory(2_000, Math.round(20 * many))
  const { inProcess, commands } = await planning(2_000, Math.round(10 * many) + 1)
  return [
    result('peak memory, 400 tasks', memory, 'MB', 150, which),
    result('peak memory, 2,000 tasks', largest, 'MB', 150, which),
    result('validate and plan, 2,000 tasks', inProcess, 'ms', 500, 'reading, checking, planning'),
    result('  as two commands', commands, 'ms', undefined, `${which}, two starts of Node among it`),
  ]
}

async function action(): Promise<Result[]> {
  if (!existsSync(join(ROOT, 'dist', 'action.js'))) {
    tell('There is no dist/action.js: `npm run build` makes it. Its start is not measured.')
    return []
  }
  tell('the action: from its start to its first git command …')
  const { action: ms, reference, ratio } = await actionStart(Math.round(20 * many) + 1)
  const remark = `${round(ms)} ms; @actions/core and zod alone ${round(reference)} ms`
  tell('the action: a loop of runs that do nothing …')
  const quiet = await quietIterations(Math.round(20 * many) + 2)
  return [
    result('dist/action.js to its first git', ratio, '×', 1.5, remark),
    result('main step of a no-op iteration', quiet.main, 'ms', 1_500, 'over HTTP, 22 git commands among it'),
    result('  its post step', quiet.post, 'ms', undefined, 'nothing left to do'),
    result('REST calls of an iteration', quiet.calls, '', 2, 'median'),
    result('  of all iterations the most', quiet.mostCalls, '', 4, 'the one that opens the pull request'),
    result('dist', bundleSize(), 'MB', 3, 'readable, all chunks'),
  ]
}

function result(
  name: string,
  value: number,
  unit: string,
  limit: number | undefined,
  remark: string,
): Result {
  return { name, value, unit, remark, ...(limit === undefined ? {} : { limit }) }
}

const results = [...(await local()), ...(await http()), ...(await programs()), ...(await action())]
const machine = { node: process.version, platform: platform(), arch: arch(), cores: cpus().length }
const document = {
  machine,
  quick: flags.quick === true,
  results: results.map((one) => ({ ...one, name: one.name.trim(), missed: missed(one) })),
}
if (flags.json !== true) process.stdout.write(`\n${table(results)}\n\n`)
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
process.exitCode = flags.check === true && results.some(missed) ? 1 : 0
