import { expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { asItStands } from '../../src/app/standing.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died } from '../support/mortal.ts'
import { loop, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

/** A loop whose run has just begun its first attempt. */
async function working(): Promise<{ world: World; ports: ReturnType<World['run']> }> {
  const world = new World()
  const ports = world.run()
  world.script.onStart = () => {
    throw new Died()
  }
  await loop(ports, CONFIG).catch((error: unknown) => {
    if (!(error instanceof Died)) throw error
  })
  return { world, ports }
}

async function seen(world: World, number: number) {
  const restored = await restore(world.run(number))
  if (restored === undefined) throw new Error('there is no loop')
  return asItStands(world.run(number), restored)
}

test('a run that lives is at work', async () => {
  const { world } = await working()
  expect(await seen(world, 2)).toMatchObject({ status: 'running', reason: 'Working on a (attempt 1).' })
})

test('one that is dead is not, and what to type is said; nothing is written', async () => {
  const { world, ports } = await working()
  world.kill(ports)
  const tip = world.stateTip
  expect(await seen(world, 2)).toMatchObject({
    status: 'running',
    reason: '2 tasks left, 2 ready to start.',
    next: 'cms run --resume',
    remaining_tasks: [
      { id: 'a', state: { at: 'open' }, attempts: [{ verdict: 'runner_lost' }] },
      { id: 'b' },
    ],
    seq: world.checkpoint().seq,
  })
  expect(world.stateTip).toBe(tip)
})

test.each(['accept', 'retry'] as const)('a person may %s what a dead run held', async (say) => {
  const { world, ports } = await working()
  await expect(tellLoop(world.run(2), { say, task: 'a' })).rejects.toMatchObject({ code: 'not-allowed' })
  world.kill(ports)
  const heard = await tellLoop(world.run(2), { say, task: 'a' })
  expect(heard.obeyed).toBe(true)
  expect(world.cleared).toEqual([ports.host.self])
  expect(heard.checkpoint.completed_tasks.map(({ id }) => id)).toEqual(say === 'accept' ? ['a'] : [])
  expect(Object.values(heard.checkpoint.lanes).map(({ state }) => state.at)).toEqual(['idle'])
})
