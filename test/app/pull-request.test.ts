/** The pull request of a loop, over a whole life of it in memory. */
import { describe, expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { tendPullRequest } from '../../src/app/pull-request.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { LoopError } from '../../src/core/error.ts'
import { readme } from '../../src/core/readme.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { statusText } from '../../src/core/status-text.ts'
import { DAY, iso, MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { loop, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

const some = (count: number, more: object = {}): LoopConfig =>
  loopConfig({ tasks: IDS.slice(0, count).map((id) => ({ id })), ...more })

const three = (pull_request?: 'draft' | 'ready' | 'none'): LoopConfig =>
  some(3, pull_request === undefined ? {} : { pull_request })

/** A world on GitHub in which every attempt takes so many minutes. */
function worldOf(minutes: number): World {
  const world = new World()
  world.pullRequests.onOpen = { is: 'open', number: 12 }
  const slow: Act = (scene) => {
    world.clock.pass(minutes * MINUTE)
    return writes(scene)
  }
  for (const id of IDS) world.script.acts.set(id, [slow])
  return world
}

const types = (world: World) => world.events().map(({ type }) => type)
const warnings = (world: World) =>
  world.told.flatMap((report) => (report.type === 'warning' ? [report.text] : []))
const done = (part: string) => part.match(/^- \[x\]/gm)?.length ?? 0

/** What a run does that belongs to no lane. */
async function swept(world: World, run: number, occasion: 'sweep' | 'person' = 'sweep') {
  const ports = world.as(`gh:${run}.1`)
  const restored = await restore(ports)
  if (restored === undefined) throw new Error('no loop')
  return (await tendPullRequest(ports, settingsOf(undefined), restored, occasion)).checkpoint
}

test('opened with the first landed task, kept current, and complete at the end', async () => {
  const world = worldOf(6)
  const ended = await loop(world.run(), some(6))
  expect(ended.checkpoint.pull_request).toEqual({ wanted: 'draft', number: 12, problem: null })
  const { opened, updated } = world.pullRequests
  expect(opened).toEqual([
    expect.objectContaining({
      head: 'cms/main/work',
      base: 'main',
      title: 'Work of the loop main',
      draft: true,
    }),
  ])
  expect([...opened, ...updated].map(({ part }) => done(part))).toEqual([1, 4, 6])
  expect(updated.at(-1)?.part).toMatch(/6 of 6 tasks done.*done: All 6 tasks/)
  expect(types(world).filter((type) => type.startsWith('pull_request'))).toEqual(['pull_request_opened'])
})

test('quick iterations do not tell of each task, and the end is told all the same', async () => {
  const world = worldOf(1)
  await loop(world.run(), three())
  const { opened, updated } = world.pullRequests
  expect([...opened, ...updated].map(({ part }) => done(part))).toEqual([1, 3])
})

test('nothing secret is on its page: neither in the title nor in the body, new or kept current', async () => {
  const world = worldOf(6)
  world.pullRequests.onOpen = { is: 'unknown', because: 'Lost.' }
  const config = {
    ...loopConfig({ tasks: [{ id: 'a', name: 'Write hunter2' }, { id: 'b' }] }),
    goal: 'Use hunter2',
  }
  await loop(world.run(), config, { maxIterations: 1 })
  world.pullRequests.onOpen = { is: 'open', number: 12 }
  const { opened, updated } = world.pullRequests
  opened.length = 0
  const redact = (text: string) => text.replaceAll('hunter2', '***')
  const ports = { ...world.as('gh:2.1'), redact }
  const restored = await restore(ports)
  if (restored === undefined) throw new Error('no loop')
  const known = await tendPullRequest(ports, settingsOf(undefined), restored, 'sweep')
  await tendPullRequest(ports, settingsOf(undefined), known, 'rested')
  const part = expect.stringContaining('Write ***')
  expect(opened).toEqual([expect.objectContaining({ title: 'Use ***', part })])
  expect(updated).toEqual([{ number: 12, part }])
  expect(JSON.stringify([opened, updated])).not.toContain('hunter2')
})

test('an iteration that lands nothing asks for nothing', async () => {
  const world = worldOf(6)
  world.script.acts.set('a', [() => ({ end: 'agent_failed' }), writes])
  const ended = await loop(world.run(), three(), { maxIterations: 1 })
  expect(ended.checkpoint.ledger.iterations).toBe(1)
  expect(world.pullRequests.calls).toBe(0)
})

test.each([
  ['none', 0, undefined],
  ['ready', 1, false],
  ['draft', 1, true],
] as const)('wanted: %s', async (wanted, calls, draft) => {
  const world = worldOf(6)
  await loop(world.run(), three(wanted), { maxIterations: 1 })
  expect(world.pullRequests.opened.map((one) => one.draft)).toEqual(calls === 0 ? [] : [draft])
})

test('a loop in a clone has none, and nobody is told', async () => {
  const world = worldOf(6)
  world.pullRequests.onOpen = { is: 'nowhere' }
  await loop(world.run(), three())
  expect(world.checkpoint()).toMatchObject({ status: 'done', pull_request: { number: null, problem: null } })
  expect(warnings(world)).toEqual([])
})

describe('what stands in the way', () => {
  const refusing = () => {
    const world = worldOf(6)
    world.pullRequests.onOpen = { is: 'refused', because: 'It is not permitted. https://x/compare' }
    return world
  }

  test('is recorded, told once, shown, and stops nothing', async () => {
    const world = refusing()
    const ended = await loop(world.run(), three())
    expect(ended.checkpoint).toMatchObject({
      status: 'done',
      pull_request: { number: null, problem: 'It is not permitted. https://x/compare' },
    })
    expect(world.pullRequests.calls).toBe(1)
    expect(warnings(world)).toEqual([expect.stringContaining('It is not permitted.')])
    for (const page of [readme(ended.checkpoint), statusText(ended.checkpoint, 100)])
      expect(page).toMatch(/^Pull request: It is not permitted\. https:\/\/x\/compare$/m)
  })

  test('is tried again a day later, and told again only if it is something else', async () => {
    const world = refusing()
    await loop(world.run(), three(), { maxIterations: 1 })
    await swept(world, 2)
    expect(world.pullRequests.calls).toBe(1)
    world.clock.pass(DAY)
    await swept(world, 3)
    expect(world.pullRequests.calls).toBe(2)
    expect(warnings(world)).toHaveLength(1)
    world.clock.pass(DAY)
    world.pullRequests.onOpen = { is: 'open', number: 7 }
    expect((await swept(world, 4)).pull_request).toEqual({ wanted: 'draft', number: 7, problem: null })
  })

  test.each([
    ['starts a run', (world: World) => swept(world, 2, 'person')],
    [
      'resumes the loop',
      async (world: World) => {
        expect((await tellLoop(world.run(9), { say: 'resume' })).obeyed).toBe(true)
        return swept(world, 2)
      },
    ],
  ])('is tried again when a person %s', async (_what, act) => {
    const world = refusing()
    await loop(world.run(), three(), { maxIterations: 1 })
    world.pullRequests.onOpen = { is: 'open', number: 7 }
    expect((await act(world)).pull_request.number).toBe(7)
  })
})

test('an unknown outcome is completed by the next sweep', async () => {
  const world = worldOf(6)
  world.pullRequests.onOpen = { is: 'unknown', because: 'The answer was lost.' }
  await loop(world.run(), three(), { maxIterations: 1 })
  expect(world.checkpoint().pull_request).toEqual({ wanted: 'draft', number: null, problem: null })
  world.pullRequests.onOpen = { is: 'open', number: 7 }
  expect((await swept(world, 2)).pull_request.number).toBe(7)
})

describe('a last change that was lost', () => {
  const LOST = { is: 'unknown', because: 'The answer was lost.' } as const

  /** Done, with a page that does not say so. */
  async function behind(): Promise<World> {
    const world = worldOf(1)
    world.pullRequests.onUpdate = LOST
    await loop(world.run(), three())
    expect(world.checkpoint()).toMatchObject({
      status: 'done',
      pull_request: { number: 12, problem: expect.stringContaining(LOST.because) },
    })
    return world
  }

  test('is made by the next sweep that can, and by no other one', async () => {
    const world = await behind()
    const state = world.stateTip
    await swept(world, 2)
    expect(world.stateTip).toBe(state)
    world.pullRequests.onUpdate = { is: 'updated' }
    world.clock.pass(2 * DAY)
    expect((await swept(world, 3)).pull_request).toEqual({ wanted: 'draft', number: 12, problem: null })
    expect(done(world.pullRequests.updated.at(-1)?.part ?? '')).toBe(3)
    const { calls } = world.pullRequests
    await swept(world, 4)
    expect(world.pullRequests.calls).toBe(calls)
  })

  test.each([
    ['closed', { is: 'closed' }],
    ['merged', { is: 'merged', at: '2100-01-01T00:00:00.000Z' }],
  ] as const)('is of no use to one that people %s', async (_, onUpdate) => {
    const world = await behind()
    world.pullRequests.onUpdate = onUpdate
    expect((await swept(world, 2)).pull_request.problem).toBeNull()
    expect(world.pullRequests.opened).toHaveLength(1)
  })

  test('is no reason to ask for one that nothing distinguishes from its base', async () => {
    const world = await behind()
    world.pullRequests.onUpdate = { is: 'merged', at: '2000-01-01T00:00:00.000Z' }
    world.pullRequests.onOpen = { is: 'empty' }
    expect((await swept(world, 2)).pull_request.problem).toBeNull()
  })

  test('is not recorded while the loop goes on: its page is written again', async () => {
    const world = worldOf(6)
    world.pullRequests.onUpdate = LOST
    await loop(world.run(), some(6), { maxIterations: 4 })
    expect(world.pullRequests.updated).toHaveLength(1)
    expect(world.checkpoint().pull_request.problem).toBeNull()
  })
})

test('branches that do not differ are no trouble: the next task tries again', async () => {
  const world = worldOf(6)
  world.pullRequests.onOpen = { is: 'empty' }
  await loop(world.run(), three(), { maxIterations: 2 })
  expect(world.pullRequests.opened).toHaveLength(2)
  expect(world.checkpoint().pull_request.problem).toBeNull()
  expect(warnings(world)).toEqual([])
})

describe('one that people', () => {
  test('closed is left alone for good', async () => {
    const world = worldOf(6)
    world.pullRequests.onUpdate = { is: 'closed' }
    await loop(world.run(), three())
    expect(world.pullRequests.opened).toHaveLength(1)
    expect(world.checkpoint().pull_request.number).toBe(12)
  })

  test('merged is followed by another when a task lands after it', async () => {
    const world = worldOf(6)
    await loop(world.run(), some(6), { maxIterations: 1 })
    world.pullRequests.onUpdate = { is: 'merged', at: iso(world.clock.now()) }
    world.pullRequests.onOpen = { is: 'open', number: 13 }
    await loop(world.run(2), some(6), { maxIterations: 3 })
    expect(world.checkpoint().pull_request.number).toBe(13)
  })

  test('merged is the last one when nothing lands after it', async () => {
    const world = worldOf(6)
    world.pullRequests.onUpdate = { is: 'merged', at: iso(world.clock.now() + DAY) }
    await loop(world.run(), three())
    expect(world.pullRequests.opened).toHaveLength(1)
  })
})

test('a new epoch has one of its own; what an old run found out is not written into it', async () => {
  const world = worldOf(6)
  await loop(world.run(), three())
  const old = await restore(world.as('gh:5.1'))
  if (old === undefined) throw new Error('no loop')
  await startOrContinue(world.run(2), settingsOf(three()), { fresh: true, resume: false })
  expect(world.checkpoint().pull_request).toEqual({ wanted: 'draft', number: null, problem: null })
  world.pullRequests.onUpdate = { is: 'refused', because: 'No.' }
  await tendPullRequest(world.as('gh:5.1'), settingsOf(three()), old, 'rested')
  expect(world.checkpoint().pull_request).toEqual({ wanted: 'draft', number: null, problem: null })
})

test('that it cannot be saved is said, and fails nothing', async () => {
  const world = worldOf(6)
  world.pullRequests.onOpen = { is: 'unknown', because: 'Lost.' }
  await loop(world.run(), three(), { maxIterations: 1 })
  world.pullRequests.onOpen = { is: 'open', number: 7 }
  const ports = world.as('gh:2.1')
  const restored = await restore(ports)
  if (restored === undefined) throw new Error('no loop')
  const store = Object.assign(Object.create(ports.store), {
    swap: () => Promise.reject(new LoopError('remote-unreachable', 'Nobody answers.')),
  })
  const after = await tendPullRequest({ ...ports, store }, settingsOf(three()), restored, 'sweep')
  expect(after).toBe(restored)
  expect(warnings(world).at(-1)).toMatch(/could not be saved: Nobody answers/)
})
