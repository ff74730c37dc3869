/** What a change breaks, where it is too large to be looked through, or is looked through bit by bit. */
import { expect, test } from '@jest/globals'
import { breachesOf } from '../../src/app/breaches.ts'
import type { FileChange } from '../../src/core/guard.ts'
import { leased, settings } from '../support/build.ts'
import { World } from '../support/world.ts'

const MIB = 1024 * 1024
const added = (path: string, size: number): FileChange => ({ path, status: 'added', mode: '100644', size })

/** Every file holds `text`; how many were asked for at once is noted. */
async function breaches(changes: readonly FileChange[], text = 'plain') {
  const ports = new World().run()
  const asked: number[] = []
  const workspaces: typeof ports.workspaces = Object.assign(Object.create(ports.workspaces), {
    texts: async (treeish: string, paths: readonly string[]) => {
      if (treeish === 't') asked.push(paths.length)
      return new Map(paths.map((path) => [path, treeish === 't' ? text : 'before']))
    },
  })
  const spots = (found: string) => (found === 'secret' ? [{ start: 0, end: 6 }] : [])
  const { state } = leased('a')
  if (state.at !== 'leased') throw new Error('it is not leased')
  const attempt = { lease: state.lease, settings: settings() }
  return { found: await breachesOf({ ...ports, workspaces, spots }, attempt, { tree: 't', changes }), asked }
}

test.each([
  { what: 'too many files', changes: Array.from({ length: 50_001 }, (_, n) => added(`f${n}`, 1)) },
  { what: 'too much text', changes: Array.from({ length: 513 }, (_, n) => added(`f${n}`, MIB)) },
])('$what is refused before anything is read', async ({ changes }) => {
  const { found, asked } = await breaches(changes)
  expect(found).toEqual([expect.stringMatching(/limit/)])
  expect(asked).toEqual([])
})

test('much text is looked through bit by bit, and all of it', async () => {
  const changes = Array.from({ length: 40 }, (_, n) => added(`f${n}`, MIB))
  const { found, asked } = await breaches(changes, 'secret')
  expect(asked).toEqual([16, 16, 8])
  expect(found).toEqual(changes.map(({ path }) => `${path}:1 holds a secret.`))
})
