/** A thousand tasks on sixteen lanes of one process: what they take, first and last, and what they leave. */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { runLoop } from '../../src/app/run.ts'
import type { Reporter } from '../../src/ports/reporter.ts'
import { PROJECT } from './growth.ts'
import { loopText } from './loop-file.ts'
import { composed, settings } from './loops.ts'
import { git, repository, sizeOf, temporary } from './place.ts'

export interface Thousand {
  readonly iterations: number
  /** Tasks done, each once; landed commits say so, too. */
  readonly done: number
  readonly landed: number
  /** ms of an iteration, all lanes together: of the first hundred, and of the last. */
  readonly first: number
  readonly last: number
  /** Megabytes of objects, repacked: in a clone of the state branch alone, and of everything. */
  readonly state: number
  readonly all: number
}

export async function thousand(tasks: number, lanes: number): Promise<Thousand> {
  await using folder = await temporary()
  const user = await repository(join(folder.path, 'user'), PROJECT)
  const loop = loopText({ tasks, run: WRITE, verify: ['true'], attempts: 3, chain: 0, parallel: lanes })
  const times = [performance.now()]
  const reporter: Reporter = {
    tell: ({ type }) => {
      if (type === 'settled') times.push(performance.now())
    },
  }
  const ports = await composed({ repository: user, home: join(folder.path, 'home') }, { reporter }, {})
  const { checkpoint, iterations } = await runLoop(ports, settings({ loop }, 'clean'), {
    ...{ fresh: false, resume: false, maxIterations: undefined, wait: 0, until: undefined },
    signal: new AbortController().signal,
  })
  const log = await git(user, 'log', '--format=%(trailers:key=Cms-Task,valueonly)', 'main..cms/main/work')
  const landed = log.split('\n').filter((line) => line !== '')
  const part = Math.min(100, Math.floor(tasks / 4))
  const mean = (from: number) => ((times.at(from + part) ?? 0) - (times.at(from) ?? 0)) / part
  return {
    iterations,
    done: new Set(checkpoint.completed_tasks.map(({ id }) => id)).size,
    landed: new Set(landed).size === landed.length ? landed.length : Number.NaN,
    first: mean(0),
    last: mean(times.length - 1 - part),
    state: await packed(folder.path, user, ['--single-branch', '--branch=cms/main/state']),
    all: await packed(folder.path, user, ['--mirror']),
  }
}

/** One file of its own for each. */
const WRITE = 'echo "$CMS_TASK" > "src/$CMS_TASK.txt"'

async function packed(folder: string, from: string, which: readonly string[]): Promise<number> {
  const clone = join(folder, `clone${which.length}.git`)
  await git(folder, 'clone', '--quiet', '--bare', ...which, `file://${from}`, clone)
  await git(clone, 'repack', '--quiet', '-adf')
  return (await sizeOf(join(clone, 'objects'))) / 1e6
}
