import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Workspaces } from '../../src/ports/workspace.ts'
import { Folders, Repo } from '../support/workspace-repo.ts'

/** How a kind of workspaces is made over a repository; twice with the same folder is "the next process". */
export type MakeWorkspaces = (request: {
  readonly repo: Repo
  readonly directory: string
}) => Promise<Workspaces>

/** Texts by path; `null` deletes. */
type Change = Readonly<Record<string, string | null>>

const textOf = async (workspaces: Workspaces, treeish: string | undefined, path: string, limit = 99) =>
  (await workspaces.texts(treeish ?? '', [path], limit)).get(path)

/** What every implementation of the port owes its users. */
export function describeWorkspaces(name: string, make: MakeWorkspaces): void {
  describe(`workspaces: ${name}`, () => {
    const folders = new Folders()
    afterAll(() => folders.clear())

    async function opened(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n', 'src/b.txt': 'b\n' }) {
      const repo = folders.repo(files)
      const base = repo.git('rev-parse', 'HEAD')
      const directory = folders.make()
      const workspaces = await make({ repo, directory })
      const workspace = await workspaces.open('1', 'work', base, '1.7')
      const again = async () => {
        const next = await make({ repo, directory })
        return next.open('1', 'work', base)
      }
      return { repo, directory, base, workspaces, workspace, again, agent: new Repo(workspace.path) }
    }

    test('opens a tree with a `.git` of its own, detached and clean', async () => {
      const { agent, base } = await opened()
      expect(readFileSync(join(agent.path, 'src/b.txt'), 'utf8')).toBe('b\n')
      expect(agent.git('rev-parse', 'HEAD')).toBe(base)
      expect(agent.git('status', '--porcelain', '--branch')).toBe('## HEAD (no branch)')
    })

    test.each<[string, (agent: Repo) => void]>([
      [
        'files added, changed and deleted',
        (a) => (a.write({ 'new/x': '1', 'a.txt': 'other' }), rmSync(join(a.path, 'src/b.txt'))),
      ],
      ['a folder in place of a file', (a) => (rmSync(join(a.path, 'a.txt')), a.write({ 'a.txt/in': '1' }))],
      [
        'a file in place of a folder',
        (a) => (rmSync(join(a.path, 'src'), { recursive: true }), a.write({ src: '1' })),
      ],
      ['a nested repository', (a) => a.git('init', '-q', 'nested')],
      ['an empty folder', (a) => mkdirSync(join(a.path, 'empty/er'), { recursive: true })],
      ['a read-only folder', (a) => (a.write({ 'locked/x': '1' }), chmodSync(join(a.path, 'locked'), 0o500))],
      [
        'a read-only folder of the base',
        (a) => (a.write({ 'src/b.txt': '2' }), chmodSync(join(a.path, 'src'), 0o500)),
      ],
      ['an index lock', (a) => writeFileSync(join(a.path, '.git/index.lock'), '')],
      ['a commit', (a) => a.write({ 'a.txt': 'committed' }).commit()],
      ['new ignore rules', (a) => a.write({ '.gitignore': '*', junk: '1' })],
    ])('the next process finds nothing of a killed attempt: %s', async (_, leave) => {
      const { agent, again, base } = await opened()
      leave(agent)
      await again()
      expect(agent.git('status', '--porcelain', '--ignored=no')).toBe('')
      expect(agent.git('rev-parse', 'HEAD')).toBe(base)
      expect(agent.git('ls-files')).toBe('a.txt\nsrc/b.txt')
      expect(
        ['new', 'nested', 'empty', 'locked'].filter((path) => existsSync(join(agent.path, path))),
      ).toEqual([])
    })

    test('another process of the run finds a killed attempt as it was left', async () => {
      const { agent, repo, directory, base } = await opened()
      agent.write({ 'new/x': '1', 'a.txt': 'other' })
      const heir = await make({ repo, directory })
      const workspace = await heir.reopen('1', 'work', '1.7')
      if (workspace === undefined) throw new Error('it was not opened')
      const { changes } = await heir.freeze(workspace, base)
      expect(changes.map(({ path, status }) => [path, status])).toEqual([
        ['a.txt', 'modified'],
        ['new/x', 'added'],
      ])
      expect(readFileSync(join(agent.path, 'new/x'), 'utf8')).toBe('1')
      expect(await heir.reopen('2', 'work', '1.7')).toBeUndefined()
      // What another attempt left is not this one's.
      expect(await heir.reopen('1', 'work', '1.8')).toBeUndefined()
    })

    test('another process of the run finds how far the attempt came', async () => {
      const { agent, workspaces, workspace, repo, directory, base } = await opened()
      const found = async () => {
        const heir = await make({ repo, directory })
        const { at, entrusted, taken } = (await heir.reopen('1', 'work', '1.7')) ?? {}
        return { at, entrusted, taken }
      }
      expect(await found()).toEqual({ at: base })
      await workspaces.entrust(workspace, { setupTree: 'tree' })
      const entrusted = { setupTree: 'tree' }
      expect(await found()).toEqual({ at: base, entrusted })
      agent.write({ 'a.txt': 'other' })
      const { tree } = await workspaces.freeze(workspace, base)
      expect(await found()).toEqual({ at: base, entrusted })
      // Not of what was frozen here.
      await workspaces.commit({ tree: await workspaces.treeOf(base), parent: base, message: 'x', at: 0 })
      expect(await found()).toEqual({ at: base, entrusted })
      const taken = await workspaces.commit({ tree, parent: base, message: 'work', at: 0 })
      agent.write({ 'coverage.xml': 'by verify' })
      expect(await found()).toEqual({ at: base, entrusted, taken })
      await workspaces.open('1', 'work', taken, '1.7')
      expect(await found()).toEqual({ at: taken })
    })

    test('never writes through a link that the agent put in place of a folder', async () => {
      const { agent, again } = await opened()
      const outside = folders.make()
      writeFileSync(join(outside, 'b.txt'), 'mine')
      rmSync(join(agent.path, 'src'), { recursive: true })
      symlinkSync(outside, join(agent.path, 'src'))
      await again()
      expect(readFileSync(join(outside, 'b.txt'), 'utf8')).toBe('mine')
      expect(readFileSync(join(agent.path, 'src/b.txt'), 'utf8')).toBe('b\n')
    })

    test('ignored files stay, and with them what setup has been seen', async () => {
      const { workspaces, workspace, agent, base } = await opened({
        '.gitignore': 'node_modules/\n',
        'a.txt': 'a\n',
      })
      expect(workspace.setup).toBeUndefined()
      agent.write({ 'node_modules/pkg/index.js': '1' })
      await workspaces.markSetup(workspace, 'key')
      expect((await workspaces.open('1', 'work', base)).setup).toBe('key')
      expect(existsSync(join(agent.path, 'node_modules/pkg/index.js'))).toBe(true)
    })

    test('a setup whose files the next attempt would not find has not been seen', async () => {
      const { workspaces, workspace, agent, base } = await opened()
      agent.write({ 'generated.txt': 'g' })
      const tree = await workspaces.markSetup(workspace, 'key')
      expect(tree).toBe((await workspaces.freeze(workspace, base)).tree)
      expect((await workspaces.open('1', 'work', base)).setup).toBeUndefined()
      expect(await workspaces.markSetup(workspace, 'key')).toBe(agent.git('rev-parse', `${base}^{tree}`))
      expect((await workspaces.open('1', 'work', base)).setup).toBe('key')
    })

    test.each([
      ['with a commit', ['commit', '-q', '--allow-empty', '-m', 'theirs']],
      ['without one', ['status']],
    ])('a repository that setup has made is left alone until the agent has ended: %s', async (_, args) => {
      const { workspaces, workspace, agent, base } = await opened()
      agent.write({ 'vendor/x/s.txt': 's' }).git('init', '-q', 'vendor/x')
      new Repo(join(agent.path, 'vendor/x')).git(...args)
      expect(await workspaces.markSetup(workspace, 'key')).toBeUndefined()
      expect(existsSync(join(agent.path, 'vendor/x/.git'))).toBe(true)
      const { changes } = await workspaces.freeze(workspace, base)
      expect(changes.map(({ path }) => path)).toEqual(['vendor/x/s.txt'])
    })

    test('freezes what changed, with mode, size and link target', async () => {
      const { workspaces, workspace, agent, base } = await opened({
        'a.txt': 'a',
        'gone.txt': 'x',
        'run.sh': 'x',
      })
      agent.write({ 'a.txt': 'longer', 'new.bin': new Uint8Array([0, 1, 255]), 'sp ace\nline': '1' })
      rmSync(join(agent.path, 'gone.txt'))
      chmodSync(join(agent.path, 'run.sh'), 0o755)
      symlinkSync('../../etc/passwd', join(agent.path, 'out'))
      const frozen = await workspaces.freeze(workspace, base)
      expect(frozen.changes).toEqual([
        { path: 'a.txt', status: 'modified', mode: '100644', size: 6 },
        { path: 'gone.txt', status: 'deleted', mode: '000000', size: 0 },
        { path: 'new.bin', status: 'added', mode: '100644', size: 3 },
        { path: 'out', status: 'added', mode: '120000', size: 16, link: '../../etc/passwd' },
        { path: 'run.sh', status: 'modified', mode: '100755', size: 1 },
        { path: 'sp ace\nline', status: 'added', mode: '100644', size: 1 },
      ])
      expect(await textOf(workspaces, frozen.tree, 'a.txt')).toBe('longer')
    })

    test('nothing changed is the tree of the base', async () => {
      const { workspaces, workspace, base, repo } = await opened()
      const frozen = await workspaces.freeze(workspace, base)
      expect(frozen).toEqual({ tree: repo.git('rev-parse', `${base}^{tree}`), changes: [], subjects: [] })
    })

    test('freezing twice is under the rules of the base both times', async () => {
      const { workspaces, workspace, agent, base } = await opened()
      agent.write({ '.gitignore': 'x*\n', x1: '1' })
      const first = await workspaces.freeze(workspace, base)
      expect(await workspaces.freeze(workspace, base)).toEqual(first)
      agent.write({ x2: '1' })
      const later = await workspaces.freeze(workspace, base)
      expect(later.changes.map(({ path }) => path)).toEqual(['.gitignore', 'x1', 'x2'])
      await workspaces.open('1', 'work', base)
      expect(existsSync(join(agent.path, 'x1'))).toBe(false)
    })

    test('verifies in a second tree at the frozen commit', async () => {
      const { workspaces, workspace, agent, base } = await opened({ '.gitignore': 'cache\n', 'a.txt': 'a' })
      agent.write({ 'b.txt': 'b', cache: '1' })
      const { tree } = await workspaces.freeze(workspace, base)
      const commit = await workspaces.commit({ tree, parent: base, message: 'candidate', at: 0 })
      const verify = await workspaces.open('1', 'verify', commit)
      expect(verify.path).not.toBe(workspace.path)
      expect(existsSync(join(verify.path, 'b.txt'))).toBe(true)
      expect(existsSync(join(verify.path, 'cache'))).toBe(false)
      await workspaces.open('1', 'work', commit)
      expect(agent.git('log', '-1', '--format=%s %an')).toBe('candidate cms-iterate[bot]')
    })

    test("folds in the agent's commits and keeps their subjects", async () => {
      const { workspaces, workspace, agent, base } = await opened()
      agent.git('switch', '-q', '-c', 'my-branch')
      agent.write({ one: '1' }).commit('one\u001b[31m\n\nbody')
      agent.write({ two: '2' }).commit('two')
      agent.write({ three: '3' })
      const frozen = await workspaces.freeze(workspace, base)
      expect(frozen.subjects).toEqual(['one', 'two'])
      expect(frozen.changes.map(({ path }) => path)).toEqual(['one', 'three', 'two'])
    })

    describe("the agent's own commits, to be kept", () => {
      test('are taken with all they hold', async () => {
        const { workspaces, workspace, agent, base } = await opened()
        agent.write({ one: '1' }).commit('one\n\nbody')
        agent.write({ two: '2' }).git('rm', '-q', 'a.txt')
        agent.commit('two')
        agent.write({ three: '3' })
        await workspaces.freeze(workspace, base)
        const own = await workspaces.ownCommits(workspace, base)
        expect(own.map(({ message, changes }) => [message, changes.map(({ path }) => path)])).toEqual([
          ['one\n\nbody', ['one']],
          ['two', ['a.txt', 'one', 'two']],
        ])
        // Where the agent had them, they may go at any time.
        await workspaces.open('1', 'work', base)
        const [one, two] = own.map(({ tree }) => tree)
        expect(await textOf(workspaces, one, 'a.txt')).toBe('a\n')
        expect(await textOf(workspaces, two, 'a.txt')).toBeUndefined()
        expect(await textOf(workspaces, two, 'two')).toBe('2')
      })

      test.each<[string, (agent: Repo) => void]>([
        ['there are none', (agent) => agent.write({ one: '1' })],
        [
          'history was rewritten',
          (agent) => {
            agent.git('checkout', '-q', '--orphan', 'new')
            agent.commit('root')
          },
        ],
        [
          'something was merged',
          (agent) => {
            agent.git('switch', '-q', '-c', 'side')
            agent.write({ one: '1' }).commit('side')
            agent.git('switch', '-q', '-d', 'HEAD~1')
            agent.write({ two: '2' }).commit('other')
            agent.git('merge', '-q', '--no-edit', 'side')
          },
        ],
        [
          'there are too many',
          (agent) => {
            for (let n = 0; n < 51; n++) agent.git('commit', '-q', '--allow-empty', '-m', `${n}`)
          },
        ],
        ['an object is missing', (agent) => agent.write({ '.git/HEAD': `${'a'.repeat(40)}\n` })],
      ])('are none where %s', async (_, act) => {
        const { workspaces, workspace, agent, base } = await opened()
        act(agent)
        await workspaces.freeze(workspace, base)
        expect(await workspaces.ownCommits(workspace, base)).toEqual([])
      })
    })

    test('lockfiles are named by content, anywhere in the tree', async () => {
      const { workspaces, workspace, base, repo } = await opened({
        'package-lock.json': '1',
        'web/yarn.lock': '1',
        'a.txt': '',
      })
      const before = await workspaces.lockfiles(workspace)
      expect(await workspaces.lockfiles(await workspaces.open('1', 'work', base))).toBe(before)
      const other = repo.write({ 'a.txt': 'other' }).commit()
      expect(await workspaces.lockfiles(await workspaces.open('1', 'work', other))).toBe(before)
      const locked = repo.write({ 'web/yarn.lock': '2' }).commit()
      expect(await workspaces.lockfiles(await workspaces.open('1', 'work', locked))).not.toBe(before)
    })

    test('reads files of a commit up to a limit', async () => {
      const { workspaces, base } = await opened({ 'dir/a.txt': 'four', ':(top)b*': 'odd' })
      const read = (path: string, limit = 4) => textOf(workspaces, base, path, limit)
      expect([
        await read('dir/a.txt'),
        await read('dir/a.txt', 3),
        await read('none'),
        await read('dir'),
      ]).toEqual([...['four', undefined, undefined, undefined]])
      expect(await read(':(top)b*')).toBe('odd')
    })

    test('knows the tree of a commit', async () => {
      const { workspaces, base } = await opened({ 'a.txt': 'a' })
      expect(await workspaces.changes(base, await workspaces.treeOf(base))).toEqual([])
    })

    test('replays a commit onto another, or says that it does not fit', async () => {
      const { workspaces, repo, base } = await opened({ 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n' })
      const salvage = repo.write({ 'a.txt': 'one\n2\n3\n4\n5\n' }).commit()
      repo.git('checkout', '-q', '--detach', base)
      const clean = repo.write({ 'a.txt': '1\n2\n3\n4\nfive\n', 'c.txt': 'c' }).commit()
      repo.git('checkout', '-q', '--detach', base)
      const conflicting = repo.write({ 'a.txt': 'uno\n2\n3\n4\n5\n' }).commit()
      const tree = await workspaces.rebase(salvage, clean)
      expect(await textOf(workspaces, tree, 'a.txt')).toBe('one\n2\n3\n4\nfive\n')
      const texts = await workspaces.texts(tree ?? '', ['a.txt', 'b.txt', 'c.txt', 'd.txt'], 99)
      expect([...texts.keys()].toSorted()).toEqual(['a.txt', 'b.txt', 'c.txt'])
      expect(await workspaces.rebase(salvage, conflicting)).toBeUndefined()
      expect(await workspaces.conflicts(salvage, conflicting)).toEqual(['a.txt'])
      expect(await workspaces.conflicts(salvage, clean)).toEqual([])
    })

    const lines = (first: string) => `${first}\n2\n3\n4\n5\n6\n7\n8\n`
    // What two lanes do to the same file, and what comes of it: the text, or the names that conflict.
    const meetings: [
      what: string,
      mine: Change,
      theirs: Change,
      comes: Readonly<Record<string, string>> | string[],
    ][] = [
      ['the same line', { 'a.txt': lines('mine') }, { 'a.txt': lines('theirs') }, ['a.txt']],
      ['the same change', { 'a.txt': lines('same') }, { 'a.txt': lines('same') }, { 'a.txt': lines('same') }],
      ['deleted here, edited there', { 'a.txt': null }, { 'a.txt': lines('theirs') }, ['a.txt']],
      ['edited here, deleted there', { 'a.txt': lines('mine') }, { 'a.txt': null }, ['a.txt']],
      ['deleted by both', { 'a.txt': null }, { 'a.txt': null }, {}],
      [
        'renamed here, edited there',
        { 'a.txt': null, 'b.txt': lines('1') },
        { 'a.txt': lines('theirs') },
        { 'b.txt': lines('theirs') },
      ],
      [
        'renamed by both to other names',
        { 'a.txt': null, 'b.txt': lines('1') },
        { 'a.txt': null, 'c.txt': lines('1') },
        ['a.txt', 'b.txt', 'c.txt'],
      ],
      ['another file of the same name', { 'new.txt': 'mine\n' }, { 'new.txt': 'theirs\n' }, ['new.txt']],
      ['a file where the other has a folder', { new: 'mine\n' }, { 'new/x.txt': 'theirs\n' }, ['new']],
      ['bytes that are no text', { 'a.bin': '\0mine' }, { 'a.bin': '\0theirs' }, ['a.bin']],
      ['a name with an odd letter', { 'ä b.txt': 'mine\n' }, { 'ä b.txt': 'theirs\n' }, ['ä b.txt']],
    ]
    test.each(meetings)('two lanes meet: %s', async (_, mine, theirs, comes) => {
      const { workspaces, repo, base } = await opened({ 'a.txt': lines('1'), 'a.bin': '\0base' })
      const made = (change: Change) => {
        repo.git('checkout', '-q', '--detach', base)
        for (const [path, text] of Object.entries(change))
          if (text === null) repo.git('rm', '-q', path)
          else repo.write({ [path]: text })
        return repo.commit()
      }
      const patch = made(mine)
      const head = made(theirs)
      const tree = await workspaces.rebase(patch, head)
      const conflicts = (await workspaces.conflicts(patch, head)).map((path) => path.replace(/~.*$/, ''))
      if (Array.isArray(comes)) {
        expect(tree).toBeUndefined()
        expect([...new Set(conflicts)].toSorted()).toEqual(comes)
        return
      }
      expect(conflicts).toEqual([])
      const texts = await workspaces.texts(tree ?? '', ['a.txt', 'b.txt', 'c.txt'], 999)
      expect(Object.fromEntries(texts)).toEqual(comes)
    })
  })
}
