/** `cms run` in a terminal on tasks that take a second each: what many lanes bring over one. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { z } from 'zod'
import { PROJECT } from './growth.ts'
import { loopText } from './loop-file.ts'
import { ENV, repository, temporary } from './place.ts'
import { program } from './program.ts'

const start = promisify(execFile)

export interface Throughput {
  /** ms of a task, all lanes together. */
  readonly serial: number
  readonly parallel: number
  /** How many times as many tasks in the same time. */
  readonly gain: number
}

export async function throughput(lanes: number, tasks: number, serialTasks: number): Promise<Throughput> {
  const serial = await perTask(serialTasks, 1)
  const parallel = await perTask(tasks, lanes)
  return { serial, parallel, gain: serial / parallel }
}

const Ended = z.object({ status: z.string(), tasks: z.object({ done: z.number() }) })

/** From the start of the program to its exit, over the number of tasks. */
async function perTask(tasks: number, lanes: number): Promise<number> {
  await using folder = await temporary()
  const user = await repository(join(folder.path, 'user'), PROJECT)
  await mkdir(join(user, '.cms'))
  const run = 'sleep 1; echo x > "file-$CMS_TASK"'
  const text = loopText({ tasks, run, verify: ['true'], attempts: 3, chain: 0 })
  await writeFile(join(user, '.cms', 'loop.yml'), text)
  const began = performance.now()
  const { stdout } = await start(
    process.execPath,
    [program(), 'run', '--local', '--json', '--parallel', String(lanes)],
    { cwd: user, env: { ...ENV, CMS_HOME: join(folder.path, 'home') }, maxBuffer: 64 << 20 },
  )
  const took = performance.now() - began
  const ended = Ended.parse(JSON.parse(stdout))
  if (ended.status !== 'done' || ended.tasks.done !== tasks) throw new Error(`not all are done: ${stdout}`)
  return took / tasks
}
