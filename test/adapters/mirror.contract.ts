/** What every mirror promises, run on each of them. */
import { describe, expect, test } from '@jest/globals'
import type { Mirror } from '../../src/ports/mirror.ts'

/** A loop's state branch, and where its spares are kept. */
export interface MirrorWorld extends AsyncDisposable {
  /** Another run's mirror. */
  open(): Promise<Mirror>
  /** A new state commit. @returns what it holds. */
  state(seq: number): Promise<{ readonly tag: string; readonly text: string }>
  /** The same for a loop of another name. */
  foreign(seq: number): Promise<{ readonly tag: string; readonly text: string }>
  /** A commit whose checkpoint is not valid. */
  broken(seq: number): Promise<{ readonly tag: string }>
}

export function mirrorContract(name: string, create: () => Promise<MirrorWorld>): void {
  describe(name, () => {
    test('nothing was kept: nothing is found', async () => {
      await using world = await create()
      expect(await (await world.open()).find('main')).toBeUndefined()
    })

    test('what one run keeps another finds: the commit, and its text byte for byte', async () => {
      await using world = await create()
      const { tag, text } = await world.state(7)
      expect(await (await world.open()).save({ loop: 'main', seq: 7, tag })).toBe(true)
      expect(await (await world.open()).find('main')).toMatchObject({ tag, text })
    })

    test('it is the one that was kept last, whatever its number, and each is kept once', async () => {
      await using world = await create()
      const mirror = await world.open()
      const [newer, older] = [await world.state(12), await world.state(3)]
      expect(await mirror.save({ loop: 'main', seq: 12, tag: newer.tag })).toBe(true)
      expect(await mirror.save({ loop: 'main', seq: 3, tag: older.tag })).toBe(true)
      expect(await mirror.save({ loop: 'main', seq: 12, tag: newer.tag })).toBe(false)
      expect(await mirror.find('main')).toMatchObject(older)
    })

    test('spares of another loop are none, whatever they are filed under', async () => {
      await using world = await create()
      const mirror = await world.open()
      const { tag } = await world.foreign(4)
      await mirror.save({ loop: 'other', seq: 4, tag })
      expect(await mirror.find('main')).toBeUndefined()
      await mirror.save({ loop: 'main', seq: 4, tag })
      expect(await mirror.find('main')).toBeUndefined()
    })

    test('one with another number than it is filed under is none', async () => {
      await using world = await create()
      const mirror = await world.open()
      const { tag } = await world.state(4)
      await mirror.save({ loop: 'main', seq: 5, tag })
      expect(await mirror.find('main')).toBeUndefined()
    })

    test('one that is not valid is none', async () => {
      await using world = await create()
      const mirror = await world.open()
      const { tag } = await world.broken(4)
      await mirror.save({ loop: 'main', seq: 4, tag })
      expect(await mirror.find('main')).toBeUndefined()
    })

    test('a commit that is not there is not kept', async () => {
      await using world = await create()
      const mirror = await world.open()
      expect(await mirror.save({ loop: 'main', seq: 1, tag: 'f'.repeat(40) })).toBe(false)
      expect(await mirror.find('main')).toBeUndefined()
    })
  })
}
