/** Real loops: the composition of the CLI and of the action, with a meter between them and the world. */
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRepository } from '../../src/adapters/git/repository.ts'
import { iterate } from '../../src/app/iterate.ts'
import type { Ports, RunSettings } from '../../src/app/ports.ts'
import { runLoop } from '../../src/app/run.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { Asked } from '../../src/core/lane.ts'
import { compose } from '../../src/entry/compose.ts'
import { secretsOf } from '../../src/entry/secrets.ts'
import { harnessGit } from '../../src/entry/surroundings.ts'
import type { Reporter } from '../../src/ports/reporter.ts'
import type { Floor } from './floor.ts'
import { loopConfig } from './loop-file.ts'
import { Meter, type Sample } from './meter.ts'
import { ENV, git } from './place.ts'

export interface LoopRun {
  /** The user's clone. */
  readonly repository: string
  /** A folder for what the loop keeps on this machine. */
  readonly home: string
  /** The text of the loop file. */
  readonly loop: string
  readonly iterations: number
  /** `undefined`: a local loop. */
  readonly url?: string
  /** See `Meter`. */
  readonly aside?: Floor
}

/** `cms run`: one process, many iterations. */
export async function inOneProcess(loop: LoopRun): Promise<readonly Sample[]> {
  const meter = new Meter(loop.aside)
  const ports = meter.around(await composed(loop, meter, {}))
  meter.restart()
  await runLoop(ports, settings(loop, 'clean'), {
    fresh: false,
    resume: false,
    maxIterations: loop.iterations,
    wait: 0,
    until: undefined,
    signal: new AbortController().signal,
  })
  return meter.samples
}

/**
 * The action: every iteration in a new checkout on a machine that knows nothing, but without the
 * start of Node and without the call that asks for the next run.
 */
export async function inManyJobs(loop: LoopRun & { readonly url: string }): Promise<readonly Sample[]> {
  const meter = new Meter(loop.aside)
  const run = settings(loop, 'same')
  const first = await composed(loop, meter, { identity: 'gh:1.1' })
  let asked: Asked | undefined = (await tick(first, run, await startOrContinue(first, run, START))).asked[0]
  for (let n = 2; asked !== undefined && n < loop.iterations + 2; n++) {
    const checkout = join(tmpdir(), `cms-bench-job-${process.pid}`)
    const job = { ...loop, repository: checkout, home: join(checkout, '..', `cms-bench-home-${process.pid}`) }
    await git(tmpdir(), 'clone', '--quiet', '--depth=1', `file://${loop.repository}`, checkout)
    try {
      meter.restart()
      const ports = meter.around(await composed(job, meter, { identity: `gh:${n}.1`, inPlace: true }))
      const done = await iterate(ports, run, asked, { signal: new AbortController().signal, onward: true })
      asked = done.is === 'settled' ? done.asked[0] : undefined
    } finally {
      for (const path of [checkout, job.home]) await rm(path, { recursive: true, force: true })
    }
  }
  return meter.samples
}

const START = { fresh: false, resume: false }

/** What a run of the loop is told. */
export const settings = (
  { loop, url }: Pick<LoopRun, 'loop' | 'url'>,
  verifyIn: RunSettings['verifyIn'],
): RunSettings => ({
  loop: 'main',
  config: loopConfig(loop),
  home: url === undefined ? 'local' : 'origin',
  verifyIn,
})

/** The ports of one process. */
export async function composed(
  { repository, home, url }: Pick<LoopRun, 'repository' | 'home' | 'url'>,
  { reporter }: { readonly reporter: Reporter },
  rest: { readonly identity?: string; readonly inPlace?: boolean },
): Promise<Ports> {
  const env = { ...ENV, CMS_HOME: home }
  return compose({
    secrets: secretsOf({}),
    repository: await openRepository(harnessGit(env), repository),
    env,
    loop: 'main',
    refs: 'branches',
    remote: url === undefined ? undefined : { url, network: harnessGit(env) },
    reporter,
    ...rest,
  })
}
