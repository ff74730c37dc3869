/** A small loop of the bundled command line, for faults to happen to. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { expectFinished } from './finished.ts'
import { type Ended, KillWorld } from './kill-world.ts'

/** Nothing but the second time, which goes on from what the first has left. */
const TWICE = 'echo a >> a.txt; mkdir "$HOME/once" 2> /dev/null || echo b >> a.txt'

/** The first attempt leaves what does not pass; every agent says in the home folder that it began. */
const loopFile = (loop: string, run = TWICE): object => ({
  loop,
  agent: 'command',
  policy: { attempts: 9 },
  budget: { usd: 1_000 },
  tasks: [
    {
      id: 'a',
      name: 'Write a',
      run: `echo a >> "$HOME/began"; ${run}`,
      verify: ['grep -q b a.txt'],
    },
  ],
})

let made = 0

/**
 * A repository with that loop, and nothing done yet.
 *
 * @param run what the agent does, instead.
 */
export function faultLoop({ run, at }: { run?: string; at?: string } = {}): Promise<KillWorld> {
  made += 1
  const loop = `fault-${process.pid}-${made}`
  const file = loopFile(loop, run)
  return KillWorld.open({ loop, loopFile: file, program: 'dist/cli.js', ...(at === undefined ? {} : { at }) })
}

/** How many agents have begun. */
function begun({ home }: KillWorld): number {
  const file = join(home, '..', 'began')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}

/** A command either did what it should, or said with a code of ours what a person can do. */
export function expectSaid({ code, out }: Ended, which = '[a-z-]+'): void {
  expect(out).not.toMatch(/This is a bug|\n\s+at /)
  if (code !== 0) expect(out).toMatch(new RegExp(`fix: .*\\[${which}\\]`, 's'))
}

/** The next run brings the loop to its end, and leaves nothing behind. */
export async function expectEnds(world: KillWorld): Promise<void> {
  const { code, out } = await world.cms(...world.runArguments())
  if (code !== 0) throw new Error(`it did not go on:\n${out}`)
  expectFinished((...args) => world.git(...args), { loop: world.loop, tasks: ['a'], begun: begun(world) })
  expect([world.locks(), world.lanes(), world.marked()]).toEqual([[], [], []])
}
