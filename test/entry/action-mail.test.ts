/** Words of a person that come with a dispatch, in a world in memory. */
import { expect, test } from '@jest/globals'
import { actionJob } from '../support/action-job.ts'
import { loopConfig } from '../support/loop-config.ts'
import { codeOf, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] })
const WORDS = { message: '{"to":"b","body":"Use the v2 endpoint."}' }

async function begun(): Promise<World> {
  const world = new World()
  await actionJob(world, { run: 1, config: CONFIG })
  return world
}

test('are in the mailbox before anything begins, and the run goes on as a tick', async () => {
  const world = await begun()
  const did = await actionJob(world, { run: 2, config: CONFIG, inputs: WORDS })
  expect(did.changed).toMatch(/^m1 is sent to b\. b gets it when it begins\. /)
  expect(did.red).toBe(false)
  expect(world.checkpoint().messages).toMatchObject([{ from: 'human', to: 'b', key: 'gh:2.1' }])
  const [request] = world.relay.requests
  if (request === undefined) throw new Error('nothing was asked for')
  expect(world.events().filter(({ type }) => type === 'lane_dispatched')).toHaveLength(1)
})

test('of a run that is run again are not sent again', async () => {
  const world = await begun()
  await actionJob(world, { run: 2, config: CONFIG, inputs: WORDS })
  await actionJob(world, { run: 2, attempt: 2, config: CONFIG, inputs: WORDS })
  expect(world.checkpoint().mail_seq).toBe(1)
})

test('to a loop that is paused wait, and it stays paused', async () => {
  const world = await begun()
  await actionJob(world, { run: 2, config: CONFIG, inputs: { stop: 'true' } })
  const did = await actionJob(world, { run: 3, config: CONFIG, inputs: WORDS })
  expect(did.after).toMatchObject({ status: 'paused', mail_seq: 1 })
})

// biome-ignore format: one row, one case
test.each([
  ['to nobody',          '{"to":"x","body":"y"}',            'unknown-task'],
  ['in answer to none',  '{"reply":"m9","body":"y"}',        'unknown-message'],
  ['of another form',    '{"to":"b","body":"y","from":"a"}', 'bad-input'],
  ['that are no JSON',   'b hello',                          'bad-input'],
])('%s fail the run, and nothing begins', async (_, message, code) => {
  const world = await begun()
  const before = world.stateTip
  const job = async () => actionJob(world, { run: 2, config: CONFIG, inputs: { message } })
  expect(await codeOf(job())).toBe(code)
  expect(world.stateTip).toBe(before)
})

test('where there is no loop are said to nobody', async () => {
  const world = new World()
  const job = async () => actionJob(world, { run: 1, config: CONFIG, inputs: WORDS })
  expect(await codeOf(job())).toBe('no-loop')
  expect(world.stateTip).toBeUndefined()
})
