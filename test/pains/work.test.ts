/** What users of such loops suffer from most, by its name: work that is lost, undone, or said to be done and is not. */
import { describe, expect, test } from '@jest/globals'
import { LoopError } from '../../src/core/error.ts'
import { HOUR } from '../../src/core/time.ts'
import { Fleet } from '../support/fleet.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died, guardedBy } from '../support/mortal.ts'
import { loop, REFS, World } from '../support/world.ts'
import { type Act, type Instant, writes } from '../support/world-agents.ts'

const three = loopConfig({ tasks: ['a', 'b', 'c'].map((id) => ({ id, verify: [`has ${id}.txt`] })) })

const vanishes: Act = () => {
  throw new Died('the machine is lost')
}

/** Files of the work branch. */
const filesOf = ({ objects, workTip }: World): string[] => [...objects.files(workTip).keys()].toSorted()

describe('Token expiry loses work', () => {
  /** Ports whose remote no longer takes the token once `isOver` says so. */
  const expiring = (world: World, identity: string, isOver: () => boolean) => {
    const ports = world.as(identity)
    const store = guardedBy(async (call) => {
      if (isOver()) throw new LoopError('auth-failed', 'The remote does not know the token.')
      return call()
    })(ports.store)
    return { ...ports, store }
  }

  test('between begin and settle: what was landed stays, the attempt is charged, and the next run goes on', async () => {
    const world = new World()
    let isOver = false
    world.script.acts.set('b', [(scene) => ((isOver = true), writes(scene)), writes])
    const run = loop(
      expiring(world, 'gh:1.1', () => isOver),
      three,
    )
    await expect(run).rejects.toMatchObject({ code: 'auth-failed' })
    const warnings = world.told.flatMap((one) => (one.type === 'warning' ? [one.text] : []))
    expect(warnings).toEqual([
      expect.stringMatching(/^Mail of b cannot be exchanged now/),
      expect.stringMatching(/^Attempt 1 of b was not saved\. Its work is commit [0-9a-f]{40}/),
    ])
    expect(world.landed()).toEqual(['a'])
    world.relay.states.set('gh:1.1', { is: 'over', how: 'finished' })
    world.clock.pass(2 * HOUR)
    const after = await loop(world.as('gh:2.1'), three)
    expect(after.checkpoint).toMatchObject({ status: 'done', ledger: { attempts: 4, usd_estimated: 1 } })
    expect(world.landed()).toEqual(['a', 'b', 'c'])
  })

  test('before begin: nothing is spent', async () => {
    const world = new World()
    await loop(world.run(), three, { maxIterations: 1 })
    const tip = world.stateTip
    await expect(
      loop(
        expiring(world, 'gh:1.1', () => true),
        three,
      ),
    ).rejects.toMatchObject({ code: 'auth-failed' })
    expect([world.stateTip, world.script.worked.length]).toEqual([tip, 1])
  })
})

describe('False "done"', () => {
  const PROMISE = '<promise>COMPLETE</promise> All 47 tests pass. EXIT_SIGNAL: true'

  test.each<[how: string, act: Instant]>([
    ['in its last words', () => ({ text: PROMISE, because: PROMISE })],
    [
      'in its report',
      (scene) => (scene.report({ status: 'ready', summary: PROMISE, outputs: { tests: 'green' } }), {}),
    ],
    ['in a status of its own', (scene) => (scene.report({ status: 'done', summary: PROMISE }), {})],
    [
      'in files that look like the output of tests',
      ({ room }) => (room.files.set('test-output.txt', '47 passed').set('.done', 'yes'), {}),
    ],
    ['in a commit with our trailers', ({ room }) => (room.subjects.push('Finish a\n\nCms-Task: a'), {})],
  ])('said %s, while the tests are red: it is not done', async (_, act) => {
    const lies: Act = (scene) => ({ ...writes(scene), ...act(scene) })
    const fleet = Fleet.of(
      loopConfig({ verify: ['false'], tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] }),
      {
        a: [lies],
      },
    )
    await fleet.press()
    await fleet.for(6 * HOUR, HOUR)
    expect(fleet.world.landed()).toEqual([])
    expect(fleet.world.checkpoint()).toMatchObject({ status: 'needs_human', completed_tasks: [] })
    expect(fleet.world.script.worked.every(({ task }) => task === 'a')).toBe(true)
  })

  test('green where it worked, and red in a clean checkout: it is not done', async () => {
    // What git ignores stays behind, and with it what made the tests green.
    const world = new World()
    world.script.deeds.set('tests', (files, { cwd }) =>
      cwd.endsWith('verify') && !files.has('src.txt') ? { ok: false, tail: 'Error: no src' } : {},
    )
    await loop(world.run(), loopConfig({ tasks: [{ id: 'a', verify: ['tests'] }] }))
    expect(world.landed()).toEqual([])
  })

  test('by weaker tests: the change is named on the task; strictly, it is refused', async () => {
    const weakens: Act = (scene) => {
      scene.room.files.set('sum.test.js', 'test.skip()')
      return writes(scene)
    }
    const ended = async (strict_verify: boolean) => {
      const world = new World({ 'sum.test.js': 'expect(sum(1, 2)).toBe(3)' })
      world.script.acts.set('a', [weakens])
      world.script.deeds.set('npm test', () => ({}))
      return loop(world.run(), loopConfig({ strict_verify, verify: ['npm test'], tasks: [{ id: 'a' }] }))
    }
    expect((await ended(false)).checkpoint.completed_tasks).toMatchObject([
      { verify_surface: ['sum.test.js'] },
    ])
    expect((await ended(true)).checkpoint.remaining_tasks).toMatchObject([
      { violations: 2, state: { at: 'parked' } },
    ])
  })

  test('the reverse: an agent that never says it is done is done when its tests are green', async () => {
    const fleet = Fleet.of(three, {
      a: [(scene) => ({ ...writes(scene), text: 'I will tick the box next.' })],
    })
    await fleet.press()
    expect(fleet.verdicts).toEqual(['a done', 'b done', 'c done'])
  })

  test('the reverse: what was done before anybody began is found so without an agent', async () => {
    const world = new World({ 'a.txt': 'there' })
    const ended = await loop(world.run(), { ...three, settings: { ...three.settings, red_first: true } })
    expect(world.script.worked.map(({ task }) => task)).toEqual(['b', 'c'])
    expect(ended.checkpoint).toMatchObject({ status: 'needs_human', next: 'cms accept a' })
  })
})

describe('Lost or overwritten state', () => {
  /** Two of three tasks are done, and something happens to the state. */
  async function after(happens: (world: World) => void) {
    const fleet = Fleet.of(three, { c: [vanishes, writes] })
    await fleet.press()
    expect(fleet.world.landed()).toEqual(['a', 'b'])
    happens(fleet.world)
    await fleet.for(4 * HOUR, HOUR)
    return fleet
  }

  test.each<[what: string, happens: (world: World) => void]>([
    ['is torn in mid-write', (world) => world.corrupt('{"version": "1.0", "loo')],
    ['is emptied', (world) => world.corrupt('')],
    ['is overwritten by a stranger', (world) => world.corrupt('{"status": "ok", "tasks": []}')],
  ])(
    'the newest checkpoint %s: the last good one takes its place, and nothing is done twice',
    async (_, happens) => {
      const { world } = await after(happens)
      expect(world.checkpoint().status).toBe('done')
      expect(world.events().some(({ type }) => type === 'recovered')).toBe(true)
      expect(world.landed()).toEqual(['a', 'b', 'c'])
    },
  )

  test('the state branch is deleted: the work branch says what is done, and no work is lost or made again', async () => {
    const fleet = await after(({ repository }) => repository.refs.delete(REFS.state))
    const { world } = fleet
    // A schedule never starts a loop: a person does.
    expect(world.stateTip).toBeUndefined()
    world.script.acts.clear()
    await fleet.press()
    expect(world.checkpoint().status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'b', 'c', 'c'])
  })

  test('the cache has another state, older or forged: nobody looks at it while git has one', async () => {
    const { world } = await after(({ mirror }) => {
      mirror.spares.push({ loop: 'main', tag: '0'.repeat(40), seq: 999, text: '{"status": "done"}' })
    })
    expect(world.mirror.asked).toBe(0)
    expect(world.landed()).toEqual(['a', 'b', 'c'])
  })

  test('a run is ended in the middle: what it has done is kept, and the next attempt begins there', async () => {
    const seen: string[][] = []
    const looks: Act = ({ room }) => {
      seen.push([...room.files.keys()].toSorted())
      room.files.set('a.txt', 'x')
      return {}
    }
    const half: Act = (scene) => (scene.room.files.set('half.txt', 'x'), { end: 'interrupted' })
    const fleet = Fleet.of(three, { a: [half, looks] })
    await fleet.press()
    expect(seen).toEqual([['README.md', 'half.txt']])
    expect(filesOf(fleet.world)).toContain('half.txt')
  })
})

describe('Parallel merges and orphans', () => {
  const ids = ['a', 'b', 'c', 'd', 'e']
  const wide = (verify: readonly string[] = []) =>
    loopConfig({
      parallel: 5,
      budget: { minutes: 10_000, usd: 100 },
      verify: [...verify],
      tasks: ids.map((id) => ({ id })),
    })

  /** All begin on the same base, and then do it. */
  function together(world: World, act: (id: string) => Act): void {
    const all = Promise.withResolvers<void>()
    for (const id of ids) {
      const first: Act = async (scene) => {
        if (world.script.worked.length === ids.length) all.resolve()
        await all.promise
        return act(id)(scene)
      }
      world.script.acts.set(id, [first, act(id)])
    }
  }

  test('five workers that add a line to the same file: each line is there in the end, and none was overwritten', async () => {
    const world = new World({ 'list.txt': '' })
    together(world, (id) => ({ room }) => {
      room.files.set('list.txt', `${room.files.get('list.txt') ?? ''}${id}\n`)
      return {}
    })
    const ended = await loop(world.run(), wide())
    expect(ended.checkpoint.status).toBe('done')
    const lines = (world.objects.files(world.workTip).get('list.txt') ?? '').trim().split('\n')
    expect(lines.toSorted()).toEqual(ids)
    expect(world.landed()).toEqual(lines)
  })

  test('each green alone, and red together: what is red is not landed', async () => {
    const world = new World()
    together(world, () => writes)
    world.script.deeds.set('at most two', (files) =>
      ids.filter((id) => files.has(`${id}.txt`)).length <= 2 ? {} : { ok: false, tail: 'Error: too many' },
    )
    const ended = await loop(world.run(), wide(['at most two']))
    expect(world.landed()).toHaveLength(2)
    expect(ended.checkpoint.remaining_tasks).toHaveLength(3)
    expect(ended.checkpoint.status).toBe('needs_human')
  })

  test('the machine of one of them is lost: its task opens again, and the others never notice', async () => {
    const tasks = ids.map((id) => ({ id }))
    const fleet = Fleet.of(loopConfig({ parallel: 5, budget: { minutes: 10_000 }, tasks }), {
      c: [vanishes, writes],
    })
    await fleet.press()
    expect(fleet.world.landed().toSorted()).toEqual(['a', 'b', 'd', 'e'])
    await fleet.for(4 * HOUR, HOUR)
    expect(fleet.world.landed().toSorted()).toEqual(ids)
    expect(fleet.world.checkpoint().completed_tasks.find(({ id }) => id === 'c')).toMatchObject({
      attempts: 2,
    })
  })
})
