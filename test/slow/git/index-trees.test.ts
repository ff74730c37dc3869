import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { treesOf, writeTrees } from '../../../src/adapters/git/index-trees.ts'
import { entriesOf } from '../../../src/adapters/git/trees.ts'
import { Folders, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

/** Names whose order as a folder differs from that as a file, and what else may be in one. */
const name = fc.constantFrom('a', 'a-', 'a.', 'a0', 'A', 'ab', 'é', '\u{1f600}', 'x y', '.a', '-')
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const files = fc
  .uniqueArray(path, { minLength: 1, maxLength: 30 })
  // No path is also a folder of another.
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))))
  .filter((all) => all.length > 0)

test.each(['sha1', 'sha256'] as const)('trees are those that git writes, with %s', async (format) => {
  const repo = folders.repo({ first: '1' }, `--object-format=${format}`)
  await fc.assert(
    fc.asyncProperty(files, async (paths) => {
      repo.git('rm', '-rfq', '--ignore-unmatch', '.')
      repo.write(Object.fromEntries(paths.map((one) => [one, one]))).git('add', '-A')
      const tree = repo.git('write-tree')
      const { courier } = await workspacesOf({ repo, directory: folders.make() })
      const entries = await entriesOf((args) => courier.run(args), tree)
      expect(treesOf(entries, format).root).toBe(tree)
    }),
    { numRuns: 12 },
  )
})

test('what is missing is written, with links, programs and submodules', async () => {
  const repo = folders.repo({ 'a/b/c': 'c', 'd/e': 'e', 'f/g': 'g' })
  const { courier } = await workspacesOf({ repo, directory: folders.make() })
  const before = await entriesOf((args) => courier.run(args), repo.head())
  const id = repo.git('rev-parse', 'HEAD:d/e')
  const after = [
    ...before.filter(({ path }) => path !== 'd/e'),
    { path: 'd/e/deep', mode: '100755', id },
    { path: 'd/link', mode: '120000', id },
    { path: 'z', mode: '160000', id: repo.head() },
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const tree = await writeTrees(courier, before, after)
  expect(await entriesOf((args) => courier.run(args), tree)).toEqual(after)
  expect(repo.git('fsck', '--strict', '--no-dangling')).toBe('')
  expect(await writeTrees(courier, before, [])).toBe(repo.git('hash-object', '-t', 'tree', '/dev/null'))
})
