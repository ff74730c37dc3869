/** A settle whose code the remote will never take. */
import { describe, expect, test } from '@jest/globals'
import { MemoryStore } from '../../src/adapters/store/memory.ts'
import { tellLoop } from '../../src/app/people.ts'
import type { Ports } from '../../src/app/ports.ts'
import { type ErrorCode, LoopError } from '../../src/core/error.ts'
import type { Change, Swapped } from '../../src/ports/state-store.ts'
import { loopConfig } from '../support/loop-config.ts'
import { codeOf, loop, REFS, World } from '../support/world.ts'
import { writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

interface Refusing {
  readonly code: ErrorCode
  /** Which pushes of code are refused, counted from 1. Default: all. */
  readonly pushes?: readonly number[]
  /** Whether the state is refused as well, from the first refused push on. */
  readonly state?: boolean
}

/** Says no to code on the work branch. */
class RefusingStore extends MemoryStore {
  readonly #refusing: Refusing
  #seen = 0
  #isShut = false

  constructor(world: World, refusing: Refusing) {
    super(world.repository, REFS)
    this.#refusing = refusing
  }

  override async swap(change: Change): Promise<Swapped> {
    const { code, pushes, state = false } = this.#refusing
    const isCode = change.work?.from !== undefined
    if (isCode) this.#seen += 1
    const isRefused = isCode && (pushes?.includes(this.#seen) ?? true)
    this.#isShut ||= isRefused && state
    if (isRefused || this.#isShut)
      throw new LoopError(code, 'The remote says no.\n! refs/heads/cms/main/work', { hint: 'Mend it.' })
    return super.swap(change)
  }
}

const refusing = (world: World, how: Refusing): Ports => ({
  ...world.run(),
  store: new RefusingStore(world, how),
})

/** Whether each attempt at `a` found what an earlier one had left. */
function watched(world: World): boolean[] {
  const found: boolean[] = []
  world.script.acts.set('a', [
    (scene) => {
      found.push(scene.room.files.has('a.txt'))
      return writes(scene)
    },
  ])
  return found
}

describe.each(['branch-protected', 'push-refused'] as const)('%s', (code) => {
  test('a person is asked, nothing more is spent, and the work is kept', async () => {
    const world = new World()
    const { because } = await loop(refusing(world, { code }), CONFIG)
    const { status, reason, next, ledger, remaining_tasks } = world.checkpoint()
    expect([because, status, next, ledger.attempts]).toEqual(['end', 'needs_human', 'cms resume', 1])
    expect(reason).toBe('The work of a cannot be pushed. The remote says no. Mend it.')
    expect(remaining_tasks[0]).toMatchObject({
      id: 'a',
      state: { at: 'open' },
      conflicts: 1,
      attempts_used: 0,
    })
    expect(world.repository.refs.get(`${REFS.salvage}a/1`)).toBe(remaining_tasks[0]?.salvage?.commit)
    expect(world.workTip).toBe(world.base)
  })

  test('once it is mended the next attempt starts from that work', async () => {
    const world = new World()
    const found = watched(world)
    const first = refusing(world, { code })
    await loop(first, CONFIG)
    world.kill(first)
    await tellLoop(world.run(2), { say: 'resume' })
    const ended = await loop(world.run(2), CONFIG)
    expect([ended.checkpoint.status, world.landed()]).toEqual(['done', ['a', 'b']])
    expect(found).toEqual([false, true])
  })

  test('if the state is refused as well it says so, and the work is kept if it can be', async () => {
    const world = new World()
    expect(await codeOf(loop(refusing(world, { code, state: true }), CONFIG))).toBe(code)
    expect(world.script.worked).toHaveLength(1)
    expect(world.told).toContainEqual({
      type: 'warning',
      text: expect.stringContaining('kept as salvage a/1'),
    })
  })
})

describe('workflow-refused', () => {
  test('the attempt broke a rule; the next one may do without, and the loop goes on', async () => {
    const world = new World()
    const found = watched(world)
    await loop(refusing(world, { code: 'workflow-refused', pushes: [1] }), CONFIG)
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 3 } })
    expect(world.events()).toContainEqual(
      expect.objectContaining({
        type: 'attempt_ended',
        verdict: 'policy_violation',
        because: 'The remote says no. Mend it.',
      }),
    )
    // Kept for people: another attempt that started from it would be refused again.
    expect(world.repository.refs.has(`${REFS.salvage}a/1`)).toBe(true)
    expect(found).toEqual([false, false])
  })

  test('twice: the task is parked with the way out, and the others are done', async () => {
    const world = new World()
    await loop(refusing(world, { code: 'workflow-refused', pushes: [1, 2] }), CONFIG)
    const { status, remaining_tasks, completed_tasks } = world.checkpoint()
    expect([status, completed_tasks.map(({ id }) => id)]).toEqual(['needs_human', ['b']])
    expect(remaining_tasks).toMatchObject([
      {
        id: 'a',
        violations: 2,
        state: { at: 'parked', because: 'Broke the rules twice: The remote says no. Mend it.' },
      },
    ])
  })
})

test.each(['disk-full', 'auth-failed'] as const)('%s says nothing of the code', async (code) => {
  const world = new World()
  expect(await codeOf(loop(refusing(world, { code }), CONFIG))).toBe(code)
  expect(world.checkpoint().remaining_tasks[0]?.state.at).toBe('leased')
})
