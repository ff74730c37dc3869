/**
 * A cancelled job, with the runner's own times: SIGINT to the main step alone, 7.5 s later SIGTERM, 2.5 s later
 * SIGKILL to all that it has started, and then the post step.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from '@jest/globals'
import { finished, goesOn, isWrite, nth, vanish } from '../support/action-faults.ts'
import type { Ran, Running } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { processesWith } from '../support/processes.ts'

/** Says once that it is at work, then does not end by itself. */
const stays = (out: string, how: string) => `if mkdir ${out}/once 2> /dev/null; then ${how}; fi`
const WAITS = (out: string) => `mkdir -p out; echo half > out/half.txt; touch ${out}/at-work; sleep 60`
const STUBBORN = (out: string) => `trap '' INT TERM HUP; touch ${out}/at-work; while :; do sleep 1; done`

interface Row {
  readonly what: string
  readonly loop: (out: string) => string
  /** What of its work is kept. */
  readonly kept?: string
  /** The write that gets no answer, of the lane's run; until then it is not cancelled. */
  readonly silent?: number
}

const one = (run: string, more: object = {}) => loopFile([task('a', run, { ...more })])

const ROWS: readonly Row[] = [
  {
    what: 'an agent that ends when it is asked',
    loop: (out) => one(`${stays(out, WAITS(out))}; ${writes(out, 'a')}`),
    kept: 'out/half.txt',
  },
  {
    what: 'an agent that does not listen',
    loop: (out) => one(`${stays(out, STUBBORN(out))}; ${writes(out, 'a')}`),
  },
  {
    what: 'a verify command that does not listen',
    loop: (out) => one(writes(out, 'a'), { verify: [stays(out, STUBBORN(out))] }),
    kept: 'out/a.txt',
  },
  { what: 'a push of "begin" without an answer', loop: (out) => one(writes(out, 'a')), silent: 1 },
  {
    what: 'a push of "settle" without an answer',
    loop: (out) => one(writes(out, 'a')),
    silent: 2,
    kept: 'out/a.txt',
  },
]

/** What the runner of GitHub does to a step. */
async function cancel({ child, ended }: Running, { runner }: ActionWorld): Promise<Ran> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await Promise.race([gone, sleep(7_500)])
  if (child.exitCode === null) child.kill('SIGTERM')
  await Promise.race([gone, sleep(2_500)])
  if (child.exitCode === null) vanish(runner)
  return ended
}

async function cancelled({ loop, silent }: Row) {
  const world = await ActionWorld.open(loop)
  const { runner, server } = world
  await runner.job(await world.press())
  const running = await runner.start(world.waiting())
  const due = Promise.withResolvers<void>()
  if (silent !== undefined) {
    const fits = nth(silent, isWrite)
    server.spoiler = (call) => (fits(call) ? { how: 'silence', meanwhile: due.resolve } : undefined)
    await due.promise
  } else while (!existsSync(world.outside('at-work'))) await sleep(20)
  const ran = await cancel(running, world)
  return { world, ran, left: processesWith(`${runner.folder}/`) }
}

/** They wait for the same clock: all of them at once. */
const jobs = new Map(ROWS.map((row) => [row.what, cancelled(row)]))
afterAll(async () => {
  for (const job of await Promise.allSettled(jobs.values()))
    if (job.status === 'fulfilled') await job.value.world[Symbol.asyncDispose]()
})

test.each(ROWS)(
  '$what: the loop is paused, its work is kept, nothing is left running, and `resume` goes on',
  async ({ what, silent, kept }) => {
    const job = await jobs.get(what)
    if (job === undefined) throw new Error('no such row')
    const { world, ran, left } = job
    // Who waits for an answer is killed in the end, and the post step does the rest.
    if (silent !== undefined) expect(ran.signal).toBe('SIGKILL')
    expect(left).toEqual([])
    expect(world.checkpoint()).toMatchObject({ status: 'paused', next: 'cms resume' })
    expect(world.checkpoint().reason).toMatch(/cancelled/)
    const commit = world.checkpoint().remaining_tasks[0]?.salvage?.commit
    expect(commit && world.server.git('diff', '--name-only', world.checkpoint().work.head, commit)).toBe(kept)
    await world.press({ resume: 'true' })
    expect(await goesOn(world)).toBe(0)
    finished(world, ['a'])
  },
)
