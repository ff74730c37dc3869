/** What every state store promises, whatever it is made of. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StateStore } from '../../../src/ports/state-store.ts'
import { changeFrom, checkpointSaying, REFS, type StoreWorld, saved } from '../../support/store-worlds.ts'

export interface ContractOptions {
  /** Runs of the race property: races over a network are slow. */
  readonly races: number
}

export function describeStateStore(
  name: string,
  makeWorld: () => StoreWorld | Promise<StoreWorld>,
  { races }: ContractOptions,
): void {
  const inWorld = (body: (world: StoreWorld, store: StateStore) => Promise<void>) => async () => {
    await using world = await makeWorld()
    await body(world, await world.open())
  }

  describe(name, () => {
    test(
      'starts empty',
      inWorld(async (_, store) => {
        expect(await store.load()).toEqual({ tag: undefined, text: undefined, work: undefined })
        expect(await store.history(5)).toEqual([])
        expect(await store.salvaged('api')).toEqual([])
      }),
    )

    test(
      'gives back what was saved, to everybody',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const tag = await saved(
          store,
          changeFrom(undefined, 'start', { work: { from: undefined, to: base } }),
        )
        for (const reader of [store, await world.open()]) {
          const { text, ...rest } = await reader.load()
          expect(rest).toEqual({ tag, work: base })
          expect(JSON.parse(text ?? '')).toEqual(checkpointSaying('start'))
          expect(await reader.textAt(tag)).toBe(text)
        }
      }),
    )

    test(
      'a state whose work ref is gone may make it with the next change',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const tag = await saved(store, changeFrom(undefined, 'no work'))
        const work = { from: undefined, to: base }
        const next = await saved(await world.open(), changeFrom(tag, 'with work', { work }))
        expect(await store.load()).toMatchObject({ tag: next, work: base })
      }),
    )

    test(
      'creates only where there is nothing',
      inWorld(async (world, store) => {
        const tag = await saved(store, changeFrom(undefined, 'first'))
        expect(await (await world.open()).swap(changeFrom(undefined, 'second'))).toEqual({ is: 'stale' })
        expect((await store.load()).tag).toBe(tag)
      }),
    )

    test(
      'a work ref that exists is not created again, and the state is not either',
      inWorld(async (world, store) => {
        const [theirs, ours] = [world.commit([], 'theirs'), world.commit([], 'ours')]
        world.setRef(REFS.work, theirs)
        const swapped = await store.swap(
          changeFrom(undefined, 'start', { work: { from: undefined, to: ours } }),
        )
        expect(swapped).toEqual({ is: 'stale' })
        expect(await store.load()).toEqual({ tag: undefined, text: undefined, work: theirs })
      }),
    )

    test(
      'a stale writer loses and the newer stays',
      inWorld(async (world, store) => {
        const first = await saved(store, changeFrom(undefined, 'first'))
        const other = await world.open()
        await other.load()
        const second = await saved(store, changeFrom(first, 'second'))
        expect(await other.swap(changeFrom(first, 'late'))).toEqual({ is: 'stale' })
        expect((await other.load()).tag).toBe(second)
        await saved(other, changeFrom(second, 'third'))
      }),
    )

    test(
      'the very same change cannot be saved twice',
      inWorld(async (world, store) => {
        const first = await saved(store, changeFrom(undefined, 'first'))
        const other = await world.open()
        await other.load()
        await saved(store, changeFrom(first, 'same'))
        expect(await other.swap(changeFrom(first, 'same'))).toEqual({ is: 'stale' })
      }),
    )

    test(
      'a state that is gone is stale, not created anew',
      inWorld(async (world, store) => {
        const first = await saved(store, changeFrom(undefined, 'first'))
        world.setRef(REFS.state, undefined)
        expect(await store.swap(changeFrom(first, 'second'))).toEqual({ is: 'stale' })
        expect(world.ref(REFS.state)).toBeUndefined()
      }),
    )

    test(
      'code and checkpoint land together',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const landed = world.commit([base], 'api')
        const first = await saved(
          store,
          changeFrom(undefined, 'start', { work: { from: undefined, to: base } }),
        )
        const second = await saved(
          store,
          changeFrom(first, 'api: done', { work: { from: base, to: landed } }),
        )
        expect(await (await world.open()).load()).toMatchObject({ tag: second, work: landed })
      }),
    )

    test(
      'work that moved meanwhile is stale, and the state does not move',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const [ours, theirs] = [world.commit([base], 'ours'), world.commit([base], 'theirs')]
        const first = await saved(
          store,
          changeFrom(undefined, 'start', { work: { from: undefined, to: base } }),
        )
        world.setRef(REFS.work, theirs)
        expect(await store.swap(changeFrom(first, 'lost', { work: { from: base, to: ours } }))).toEqual({
          is: 'stale',
        })
        expect(await store.load()).toMatchObject({ tag: first, work: theirs })
      }),
    )

    test(
      'a state that moved meanwhile leaves the work where it was',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const ours = world.commit([base], 'ours')
        const first = await saved(
          store,
          changeFrom(undefined, 'start', { work: { from: undefined, to: base } }),
        )
        const second = await saved(await world.open(), changeFrom(first, 'theirs'))
        expect(await store.swap(changeFrom(first, 'lost', { work: { from: base, to: ours } }))).toEqual({
          is: 'stale',
        })
        expect(await store.load()).toMatchObject({ tag: second, work: base })
      }),
    )

    test(
      'a work commit that does not exist moves nothing',
      inWorld(async (_, store) => {
        const change = changeFrom(undefined, 'start', { work: { from: undefined, to: 'ab'.repeat(20) } })
        await expect(store.swap(change)).rejects.toMatchObject({ code: 'git-failed' })
        expect(await store.load()).toEqual({ tag: undefined, text: undefined, work: undefined })
      }),
    )

    test(
      'moves the work alone, only from where it is',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const next = world.commit([base], 'next')
        expect(await store.moveWork(undefined, base)).toEqual({ is: 'saved', tag: base })
        expect(await (await world.open()).moveWork(undefined, next)).toEqual({ is: 'stale' })
        await store.load()
        expect(await store.moveWork(base, next)).toEqual({ is: 'saved', tag: next })
        expect(await store.load()).toMatchObject({ tag: undefined, work: next })
      }),
    )

    test(
      'brings a commit that is no tip any more, and says when there is none',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const next = world.commit([base], 'next')
        const last = world.commit([next], 'last')
        const tag = await saved(
          store,
          changeFrom(undefined, 'start', { work: { from: undefined, to: base } }),
        )
        await saved(store, changeFrom(tag, 'on', { work: { from: base, to: last } }))
        const reader = await world.open()
        await reader.load()
        for (const commit of [next, last, base]) await reader.bring(commit)
        await expect(reader.bring('ab'.repeat(20))).rejects.toMatchObject({ code: 'git-failed' })
      }),
    )

    test(
      'says how the work stands to a head',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const side = world.commit([base], 'side')
        const trailers = 'Cms-Task: api\nCms-Iteration: 3\nCms-Seq: 7\nCms-State: ab12'
        const api = world.commit([base, side], `Port the API\n\nCms-Task: not-this-one\n\n${trailers}`)
        const person = world.commit([api], 'By hand')
        const relation = async (head: string, tip: string) => {
          world.setRef(REFS.work, tip)
          await store.load()
          return store.relate(head, tip)
        }
        const none = { task: undefined, iteration: undefined, seq: undefined, state: undefined }
        expect(await relation(api, api)).toEqual({ is: 'equal' })
        expect(await relation(person, base)).toEqual({ is: 'behind' })
        expect(await relation(base, person)).toEqual({
          is: 'ahead',
          commits: [
            { id: api, subject: 'Port the API', task: 'api', iteration: 3, seq: 7, state: 'ab12' },
            { id: person, subject: 'By hand', ...none },
          ],
        })
        expect(await relation(side, world.commit([base], 'other'))).toEqual({ is: 'diverged' })
        expect(await relation('ab'.repeat(20), person)).toEqual({ is: 'head_missing' })
      }),
    )

    test(
      'keeps every version',
      inWorld(async (world, store) => {
        const first = await saved(store, changeFrom(undefined, 'one'))
        const second = await saved(store, changeFrom(first, 'two'))
        const third = await saved(await world.open(), changeFrom(second, 'three'))
        const history = await store.history(2)
        expect(history.map(({ tag }) => tag)).toEqual([third, second])
        expect(history[0]).toEqual({
          tag: third,
          at: '2026-11-23T12:00:00.000Z',
          message: 'three\n\n{"type":"test"}',
        })
        const all = await (await world.open()).history(10)
        expect(all.map(({ tag }) => tag)).toEqual([third, second, first])
        expect(JSON.parse((await (await world.open()).textAt(first)) ?? '')).toMatchObject({ reason: 'one' })
        expect(await store.textAt('ab'.repeat(20))).toBeUndefined()
      }),
    )

    test(
      'keeps salvage, newest attempt first, until it is deleted',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const [one, ten] = [world.commit([base], 'one'), world.commit([base], 'ten')]
        const keep = [
          { task: 'api', attempt: 1, commit: one },
          { task: 'api', attempt: 10, commit: ten },
          { task: 'api-docs', attempt: 1, commit: one },
        ]
        const tag = await saved(store, changeFrom(undefined, 'kept', { salvage: keep }))
        expect(await (await world.open()).salvaged('api')).toEqual([
          { attempt: 10, commit: ten },
          { attempt: 1, commit: one },
        ])
        const again = { task: 'api', attempt: 10, commit: one }
        const gone = [again, { task: 'api', attempt: 1, commit: null }]
        await saved(store, changeFrom(tag, 'dropped', { salvage: gone }))
        expect(await (await world.open()).salvaged('api')).toEqual([{ attempt: 10, commit: one }])
      }),
    )

    test(
      'keeps salvage also without a change',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const tag = await saved(store, changeFrom(undefined, 'first'))
        const kept = world.commit([base], 'kept')
        expect(await store.keep([{ task: 'api', attempt: 1, commit: kept }])).toEqual([])
        expect(await (await world.open()).salvaged('api')).toEqual([{ attempt: 1, commit: kept }])
        await store.keep([{ task: 'api', attempt: 1, commit: null }])
        expect(await (await world.open()).salvaged('api')).toEqual([])
        expect(await store.load()).toMatchObject({ tag })
      }),
    )

    test(
      'a salvage that cannot be kept or dropped never loses the change',
      inWorld(async (world, store) => {
        const base = world.commit([], 'base')
        const salvage = [
          { task: 'api', attempt: 1, commit: null },
          { task: 'api', attempt: 2, commit: 'ab'.repeat(20) },
          { task: 'api', attempt: 3, commit: base },
        ]
        const work = { from: undefined, to: base }
        const swapped = await store.swap(changeFrom(undefined, 'kept', { salvage, work }))
        const left = [{ ref: `${REFS.salvage}api/2`, because: expect.stringMatching(/\S/) }]
        expect(swapped).toMatchObject({ is: 'saved', left })
        expect(await store.load()).toMatchObject({ work: base })
        expect(await store.salvaged('api')).toEqual([{ attempt: 3, commit: base }])
        expect(await store.keep(salvage)).toEqual(left)
      }),
    )

    test(
      'archives once, and never over another archive',
      inWorld(async (world, store) => {
        const [old, other] = [world.commit([], 'old'), world.commit([], 'other')]
        const archive = { [REFS.archive(1)]: old }
        const first = await saved(
          store,
          changeFrom(undefined, 'first', { archive, work: { from: undefined, to: old } }),
        )
        const second = await saved(
          store,
          changeFrom(first, 'again', { archive, work: { from: old, to: other } }),
        )
        expect([world.ref(REFS.archive(1)), world.ref(REFS.work)]).toEqual([old, other])
        const clash = changeFrom(second, 'clash', {
          archive: { [REFS.archive(1)]: other },
          work: { from: other, to: old },
        })
        await expect(store.swap(clash)).rejects.toMatchObject({ code: 'ref-in-the-way' })
        expect([world.ref(REFS.archive(1)), world.ref(REFS.work)]).toEqual([old, other])
        expect((await store.load()).tag).toBe(second)
      }),
    )

    test(
      'holds a large checkpoint',
      inWorld(async (world, store) => {
        const text = Array.from({ length: 200_000 }, (_, n) => n.toString(36)).join(' ')
        expect(text.length).toBeGreaterThan(900_000)
        const padding = text
        const checkpoint = { ...checkpointSaying('large'), padding }
        const tag = await saved(store, { ...changeFrom(undefined, 'large'), checkpoint })
        const found = await (await world.open()).load()
        expect(found.tag).toBe(tag)
        expect(JSON.parse(found.text ?? '')).toEqual(checkpoint)
      }),
    )

    test('exactly one of many racing writers wins', () =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.boolean(), async (writers, withWork) => {
          await using world = await makeWorld()
          const base = world.commit([], 'base')
          const work = { from: undefined, to: base }
          const first = await saved(await world.open(), changeFrom(undefined, 'first', { work }))
          const next = Array.from({ length: writers }, (_, n) => world.commit([base], `by ${n}`))
          const stores = await Promise.all(next.map(() => world.open()))
          const swaps = await Promise.all(
            stores.map((store, n) => {
              const to = next[n] ?? base
              return store.swap(changeFrom(first, `by ${n}`, withWork ? { work: { from: base, to } } : {}))
            }),
          )
          const winners = swaps.flatMap((swap, n) => (swap.is === 'saved' ? [{ tag: swap.tag, n }] : []))
          expect(winners).toHaveLength(1)
          const [winner] = winners
          const now = await (await world.open()).load()
          expect(now).toMatchObject({ tag: winner?.tag, work: withWork ? next[winner?.n ?? -1] : base })
        }),
        { numRuns: races },
      ))
  })
}
