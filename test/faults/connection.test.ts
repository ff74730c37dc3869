/** Answers that are lost and connections that break in mid-pack: the run gets over it, or the next one does. */
import { expect, test } from '@jest/globals'
import { finished, goesOn, isWrite, nth, runOf, twoTasks } from '../support/action-faults.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { type Fault, LONG } from '../support/github-wire.ts'

const DROPPED: Fault = { how: 'drop', when: 'after' }
const BAD_GATEWAY: Fault = { how: 'answer', status: 502, when: 'after' }
const WRITES = [
  {
    which: 'first',
    at: 1,
    write: 'the push that starts the loop',
    fault: DROPPED,
    how: 'with the connection',
  },
  { which: 'lane', at: 1, write: 'the push of "begin"', fault: BAD_GATEWAY, how: 'behind a 502' },
  { which: 'lane', at: 2, write: 'the push of "settle"', fault: DROPPED, how: 'with the connection' },
  { which: 'lane', at: 2, write: 'the push of "settle"', fault: BAD_GATEWAY, how: 'behind a 502' },
  { which: 'lane', at: 3, write: 'the request for the next run', fault: DROPPED, how: 'with the connection' },
] as const

test.each(WRITES)(
  '$write is accepted and the answer is lost $how: the run goes on, and nothing is done twice',
  async ({ which, at, fault }) => {
    await using world = await ActionWorld.open(twoTasks)
    const run = await runOf(world, which)
    const before = world.server.world.runs.length
    const { ended } = await world.runner.start(run)
    const fits = nth(at, isWrite)
    let lost = 0
    world.server.spoiler = (call) => {
      if (!fits(call)) return undefined
      lost += 1
      return fault
    }
    const ran = await ended
    expect([lost, ran.code, ran.log]).toEqual([1, 0, expect.any(String)])
    expect(world.server.world.runs).toHaveLength(before + 1)
    expect(await goesOn(world)).toBe(0)
    finished(world)
    expect(world.lines('ran')).toEqual(['a', 'b'])
  },
)

/** The first task makes 3 MB that no packing makes smaller. */
const bigWork = (out: string): string =>
  loopFile([
    task('a', `head -c 3000000 /dev/urandom > big.bin; ${writes(out, 'a')}`),
    task('b', writes(out, 'b'), { needs: ['a'] }),
  ])

const isPush = ({ method, url }: { method?: string | undefined; url?: string | undefined }): boolean =>
  method === 'POST' && url?.endsWith('/git-receive-pack') === true

test.each([
  { times: 'once', most: 1 },
  { times: 'seven times', most: 7 },
])(
  'a push that breaks off in mid-pack, $times: it is tried again, and no half of it lands',
  async ({ most }) => {
    await using world = await ActionWorld.open(bigWork)
    const { server, runner } = world
    const { ended } = await runner.start(await runOf(world, 'lane'))
    let broken = 0
    server.breaksOff = (request) => (isPush(request) && broken < most ? LONG : undefined)
    const seen = () => server.git('for-each-ref', 'refs/heads/cms/main')
    const tips: string[] = []
    server.spoiler = (call) => {
      // The push of "begin" is shorter.
      if (isPush(call) && call.body.length >= LONG && broken < most) {
        broken += 1
        tips.push(seen())
      }
      return undefined
    }
    expect(await ended).toMatchObject({ code: 0 })
    expect([tips.length, new Set(tips).size]).toEqual([most, 1])
    expect(await goesOn(world)).toBe(0)
    finished(world)
    expect(world.lines('ran')).toEqual(['a', 'b'])
  },
)

test('a fetch that breaks off in mid-pack: nothing begins without the work, and the next tick goes on', async () => {
  await using world = await ActionWorld.open(bigWork)
  const { server, runner } = world
  await runner.job(await runOf(world, 'lane'))
  const { ended } = await runner.start(world.waiting())
  let broken = 0
  const meanwhile = () => {
    broken += 1
  }
  server.spoiler = ({ path }) =>
    broken === 0 && path.endsWith('/git-upload-pack') ? { how: 'half', when: 'after', meanwhile } : undefined
  const ran = await ended
  expect([broken, ran.code, ran.log]).toEqual([1, 1, expect.stringContaining('[remote-unreachable]')])
  expect(world.lines('ran')).toEqual(['a'])
  expect(await goesOn(world)).toBe(1)
  finished(world)
  expect(world.lines('ran')).toEqual(['a', 'b'])
})
