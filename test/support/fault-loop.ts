/** A small loop of the bundled command line, for faults to happen to. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { expectFinished } from './finished.ts'
import { type Ended, KillWorld } from './kill-world.ts'

const TASKS = ['a', 'b']

/** The first attempt of `a` leaves what does not pass; every agent says in the home folder that it began. */
const loopFile = (loop: string): object => ({
  loop,
  agent: 'command',
  policy: { attempts: 9 },
  budget: { usd: 1_000 },
  tasks: [
    {
      id: 'a',
      name: 'Write a',
      run: 'echo a >> "$HOME/began"; echo a >> a.txt; mkdir "$HOME/once" 2> /dev/null || echo b >> a.txt',
      verify: ['grep -q b a.txt'],
    },
    {
      id: 'b',
      name: 'Write b',
      needs: ['a'],
      run: 'echo b >> "$HOME/began"; echo b > b.txt',
      verify: ['test -f b.txt'],
    },
  ],
})

let made = 0

/** A repository with that loop, and nothing done yet. */
export function faultLoop(change: (file: object) => object = (file) => file): Promise<KillWorld> {
  made += 1
  const loop = `fault-${process.pid}-${made}`
  return KillWorld.open({ loop, loopFile: change(loopFile(loop)), program: 'dist/cli.js' })
}

/** How many agents have begun. */
function begun({ home }: KillWorld): number {
  const file = join(home, '..', 'began')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}

/** A command either did what it should, or said with a code of ours what a person can do. */
export function expectSaid({ code, out }: Ended): void {
  expect(out).not.toMatch(/This is a bug|\n\s+at /)
  if (code !== 0) expect(out).toMatch(/fix: .*\[[a-z-]+\]/s)
}

/** The next run brings the loop to its end, and leaves nothing behind. */
export async function expectEnds(world: KillWorld): Promise<void> {
  const { code, out } = await world.cms(...world.runArguments())
  if (code !== 0) throw new Error(`it did not go on:\n${out}`)
  expectFinished((...args) => world.git(...args), { loop: world.loop, tasks: TASKS, begun: begun(world) })
  expect([world.locks(), world.lanes(), world.marked()]).toEqual([[], [], []])
}
