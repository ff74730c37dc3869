/** Planning and splitting whose run dies: at each of its calls, before and after it took effect. */
import { describe, expect, test } from '@jest/globals'
import type { LoopConfig } from '../../src/core/settings.ts'
import { loopConfig } from '../support/loop-config.ts'
import { type Death, Died, mortal } from '../support/mortal.ts'
import { goalOf, proposal, proposes } from '../support/proposing.ts'
import { loop, World } from '../support/world.ts'

const BY_ITSELF = goalOf({ approve_plan: false })
const TWO = [proposal('a'), proposal('b', { needs: ['a'] })]
const done = (world: World) => world.checkpoint().completed_tasks.map(({ id }) => id)

function worldOf(acts: Readonly<Record<string, Parameters<World['script']['acts']['set']>[1]>>): World {
  const world = new World()
  for (const [task, list] of Object.entries(acts)) world.script.acts.set(task, list)
  return world
}

const CASES: readonly {
  readonly name: string
  readonly config: LoopConfig
  readonly acts: Parameters<typeof worldOf>[0]
  readonly all: readonly string[]
}[] = [
  { name: 'a plan', config: BY_ITSELF, acts: { plan: [proposes(TWO)] }, all: ['a', 'b', 'plan'] },
  {
    name: 'a split',
    config: loopConfig({ tasks: [{ id: 'whole', verify: ['has b.txt'] }] }),
    acts: { whole: [proposes(TWO, { status: 'split' })] },
    all: ['a', 'b', 'whole'],
  },
]

async function lives(world: World, number: number, config: LoopConfig, death?: Death): Promise<number> {
  const run = mortal(world.run(number), death)
  try {
    await loop(run.ports, config)
  } catch (error) {
    if (!(error instanceof Died)) throw error
  }
  world.kill(run.ports)
  return run.calls()
}

describe.each(CASES)('$name whose run dies', ({ config, acts, all }) => {
  // What the second run splits again after the first has died with it has the same parts.
  test.each([{ after: false }, { after: true }])(
    'at any call (after it took effect: $after) is finished by the next',
    async ({ after }) => {
      const calls = await lives(worldOf(acts), 1, config)
      expect(calls).toBeGreaterThan(20)
      for (let at = 1; at <= calls; at++) {
        const world = worldOf(acts)
        await lives(world, 1, config, { at, after })
        await lives(world, 2, config)
        const checkpoint = world.checkpoint()
        expect(checkpoint.status).toBe('done')
        expect(done(world).toSorted()).toEqual(all)
        expect(world.landed().toSorted()).toEqual(all.filter((id) => id !== 'plan'))
        expect(checkpoint.work.head).toBe(world.workTip)
        const proposals = world.events().filter(({ type }) => type === 'tasks_proposed')
        expect(proposals).toHaveLength(1)
      }
    },
  )
})
