/**
 * What many lanes bring, and what they cost.
 *
 *   --json   only the numbers, as JSON
 *   --check  exit code 1 when a promised number is missed; without it, when work was lost or done twice
 *   --quick  a tenth of everything: a first look, not a measurement
 *   --only   one part: makespan, settles, throughput, thousand
 */
import '../../src/entry/memory.ts'
import { arch, cpus, platform } from 'node:os'
import { parseArgs } from 'node:util'
import { broken, missed, type Result, rows } from './budgets.ts'
import { throughput } from './lane-throughput.ts'
import { makespans, type Ratios } from './makespan.ts'
import { round } from './numbers.ts'
import { settlesAtOnce } from './settles-at-once.ts'
import { thousand } from './thousand.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean' },
    check: { type: 'boolean' },
    quick: { type: 'boolean' },
    only: { type: 'string' },
  },
})
const many = flags.quick === true ? 0.1 : 1

const tell = (text: string): void => {
  if (flags.json !== true) process.stderr.write(`${text}\n`)
}

async function makespan(): Promise<Result[]> {
  const graphs = Math.round(200 * many)
  tell(`makespan: ${graphs} graphs of 120 tasks on 4 and on 8 lanes, simulated …`)
  return [4, 8].flatMap((lanes) => {
    const { unknown, known, blind, late, waves } = makespans(graphs, lanes)
    const floor = unknown.mean / blind.mean
    const blame = `the same tasks without needs, taken blindly: ${round(blind.mean)}`
    return [
      ratio(`makespan, ${lanes} lanes, durations unknown`, unknown, undefined),
      { name: '  over what not knowing costs anyway', value: floor, unit: '×', limit: 1.02, remark: blame },
      ratio(`makespan, ${lanes} lanes, durations known`, known, 1.01),
      ratio(`makespan, ${lanes} lanes, 5 min each, 15 s to begin`, late, 1.12),
      ratio(`  in waves, ${lanes} lanes`, waves, undefined),
    ]
  })
}

/** @param limit of the mean. */
function ratio(name: string, { mean, worst, graphs, rejected }: Ratios, limit: number | undefined): Result {
  const remark = `of max(path, work / lanes); worst ${round(worst)}; ${graphs} graphs, ${rejected} too narrow`
  return { name, value: mean, unit: '×', remark, ...(limit === undefined ? {} : { limit }) }
}

async function settles(): Promise<Result[]> {
  const runners = Math.round(64 * many)
  tell(`settles: ${runners} runners over HTTP, begun one after another, finished at once …`)
  const { alone, together, ratio: share, pushes, merges, lost } = await settlesAtOnce(runners)
  const remark = `${round(together)} ms together; alone ${round(alone)} ms each`
  return [
    { name: `${runners} settles at once`, value: share, unit: '× alone', limit: 6, remark },
    { name: '  lost', value: lost, unit: '', limit: 0, remark: 'done, and on the work branch once' },
    { name: '  pushes for each', value: pushes, unit: '', remark: 'refused ones among them' },
    { name: '  merges for each', value: merges, unit: '', remark: 'each verified' },
  ]
}

async function terminal(): Promise<Result[]> {
  const tasks = Math.max(16, Math.round(64 * many))
  tell(`throughput: ${tasks} tasks of a second on 8 lanes, 12 on one …`)
  const { gain, serial, parallel } = await throughput(8, tasks, 12)
  const remark = `${round(parallel)} ms a task, ${round(serial)} ms on one lane`
  return [{ name: 'tasks of a second on 8 lanes', value: gain, unit: '× one lane', least: 5, remark }]
}

async function large(): Promise<Result[]> {
  const tasks = Math.round(1_000 * many)
  tell(`growth: ${tasks} tasks on 16 lanes …`)
  const { iterations, done, landed, first, last, state, all } = await thousand(tasks, 16)
  const once = `${done} done, ${landed} commits, ${iterations} iterations`
  const missing = Math.max(tasks - done, Math.abs(landed - tasks), iterations - tasks)
  return [
    { name: `${tasks} tasks, not done exactly once`, value: missing, unit: '', limit: 0, remark: once },
    { name: '  state branch, repacked', value: state, unit: 'MB', limit: 25, remark: 'alone in a clone' },
    { name: '  whole repository', value: all, unit: 'MB', remark: 'repacked' },
    {
      ...{ name: '  last iterations', value: last / first, unit: '× first', limit: 1.2 },
      remark: `${round(last)} and ${round(first)} ms, 16 lanes together`,
    },
  ]
}

const PARTS = { makespan, settles, throughput: terminal, thousand: large }

const results: Result[] = []
for (const [name, part] of Object.entries(PARTS))
  if (flags.only === undefined || flags.only === name) results.push(...(await part()))
const machine = { node: process.version, platform: platform(), arch: arch(), cores: cpus().length }
const document = {
  machine,
  quick: flags.quick === true,
  results: results.map((one) => ({ ...one, name: one.name.trim(), missed: missed(one) })),
}
if (flags.json !== true) process.stdout.write(`\n${rows(results).join('\n')}\n\n`)
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
process.exitCode = results.some(flags.check === true ? missed : broken) ? 1 : 0
