/** What every carrier of parcels promises, run on each of them. */
import { describe, expect, test } from '@jest/globals'
import type { Parcels } from '../../src/ports/parcels.ts'

/** Two machines that see the same commits, and what is carried between them. */
export interface ParcelWorld extends AsyncDisposable {
  readonly sender: Parcels
  readonly receiver: Parcels
  /** A commit that both have. */
  readonly base: string
  /** A tree that only the sender has. */
  tree(files: Readonly<Record<string, string>>): Promise<string>
  /** What the receiver can read of a tree. */
  filesOf(tree: string): Promise<readonly string[]>
}

export function parcelsContract(name: string, create: () => Promise<ParcelWorld>): void {
  describe(name, () => {
    test('nothing was sent: there is none', async () => {
      await using world = await create()
      const { receiver, base } = world
      expect(await receiver.receive({ run: 'gh:7.1', loop: 'main', base })).toEqual({ is: 'none' })
    })

    test('what one machine sends another gets: the files, and every word', async () => {
      await using world = await create()
      const { sender, receiver, base } = world
      const text = JSON.stringify({ words: 'a\n\nb: c — „ü“ \u0000', end: 'ready' })
      const tree = await world.tree({ 'new.txt': 'new' })
      await sender.send({ run: 'gh:7.1', loop: 'main', tree, base, text })
      const got = await receiver.receive({ run: 'gh:7.1', loop: 'main', base })
      expect(got).toEqual({ is: 'parcel', tree, text })
      expect(await world.filesOf(tree)).toContain('new.txt')
    })

    test('nothing was changed: the tree of the base comes, with what is said', async () => {
      await using world = await create()
      const { sender, receiver, base } = world
      await sender.send({ run: 'gh:7.1', loop: 'main', tree: undefined, base, text: 'words' })
      const got = await receiver.receive({ run: 'gh:7.1', loop: 'main', base })
      expect(got).toMatchObject({ is: 'parcel', text: 'words' })
    })

    test('it is of one run and attempt, and of no other', async () => {
      await using world = await create()
      const { sender, receiver, base } = world
      await sender.send({ run: 'gh:7.1', loop: 'main', tree: undefined, base, text: 'words' })
      for (const run of ['gh:7.2', 'gh:71.1', 'gh:8.1'])
        expect(await receiver.receive({ run, loop: 'main', base })).toEqual({ is: 'none' })
    })

    test('one that stands on something else is refused', async () => {
      await using world = await create()
      const { sender, receiver, base } = world
      await sender.send({ run: 'gh:7.1', loop: 'main', tree: undefined, base, text: 'words' })
      const got = await receiver.receive({ run: 'gh:7.1', loop: 'main', base: 'f'.repeat(40) })
      expect(got.is).toBe('refused')
    })
  })
}
