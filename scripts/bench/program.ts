/** The command line as a person starts it: its memory, and its time on two thousand tasks. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { planLoop } from '../../src/core/plan/plan.ts'
import { PROJECT, WRITE } from './growth.ts'
import { loopConfig, loopText } from './loop-file.ts'
import { median } from './numbers.ts'
import { ENV, ROOT, repository, temporary } from './place.ts'

const start = promisify(execFile)

/** The bundle where there is one: what people install. */
export const program = (): string => {
  const bundle = join(ROOT, 'dist', 'cli.js')
  return existsSync(bundle) ? bundle : join(ROOT, 'src', 'entry', 'cli.ts')
}

/** Writes the peak of its own process when it ends: that of `wait4` would count what it was forked from. */
const PEAK = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS
  try {
    kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  } catch {}
  writeFileSync(process.env.CMS_BENCH_PEAK, String(kilobytes))
})
`

/** Peak memory of `cms run`, MB. */
export async function peakMemory(tasks: number, iterations: number): Promise<number> {
  await using folder = await temporary()
  const user = await withLoop(folder.path, tasks)
  const peak = join(folder.path, 'peak')
  const hook = join(folder.path, 'peak.mjs')
  await writeFile(hook, PEAK)
  const flags = ['--import', hook, program(), 'run', '--local', '--max-iterations', String(iterations)]
  await start(process.execPath, flags, {
    cwd: user,
    env: { ...ENV, CMS_HOME: join(folder.path, 'home'), CMS_BENCH_PEAK: peak },
    maxBuffer: 64 << 20,
  })
  return Number(await readFile(peak, 'utf8')) / 1_024
}

export interface Planning {
  /** ms, in a process that is warm. */
  readonly inProcess: number
  /** ms from start to exit of the command lines, together. */
  readonly commands: number
}

/** `cms validate` and `cms plan`. */
export async function planning(tasks: number, trials: number): Promise<Planning> {
  await using folder = await temporary()
  const user = await withLoop(folder.path, tasks)
  const text = await readFile(join(user, '.cms', 'loop.yml'), 'utf8')
  const [inProcess, commands]: [number[], number[]] = [[], []]
  for (let n = 0; n < trials; n++) {
    inProcess.push(await timed(async () => void planLoop(loopConfig(text), undefined)))
    commands.push(
      await timed(async () => {
        for (const command of ['validate', 'plan'])
          await start(process.execPath, [program(), command, '--json'], {
            cwd: user,
            env: { ...ENV, CMS_HOME: join(folder.path, 'home') },
            maxBuffer: 64 << 20,
          })
      }),
    )
  }
  return { inProcess: median(inProcess), commands: median(commands) }
}

async function withLoop(folder: string, tasks: number): Promise<string> {
  const user = await repository(join(folder, 'user'), PROJECT)
  await mkdir(join(user, '.cms'))
  const text = loopText({ tasks, run: WRITE, verify: ['true'], attempts: 3, chain: 5 })
  await writeFile(join(user, '.cms', 'loop.yml'), text)
  return user
}

async function timed(body: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await body()
  return performance.now() - began
}
