import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Folders, Repo, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

async function opened(
  files: Readonly<Record<string, string>> = { 'a.txt': 'a\n' },
  repo = folders.repo(files),
) {
  const ran: string[] = []
  const base = repo.git('rev-parse', 'HEAD')
  const directory = folders.make()
  const { workspaces } = await workspacesOf({ repo, directory, watch: (args) => ran.push(args.join(' ')) })
  const workspace = await workspaces.open('1', 'work', base)
  const freeze = () => workspaces.freeze(workspace, base)
  const paths = async () => (await freeze()).changes.map(({ path }) => path)
  return { repo, base, workspaces, workspace, freeze, paths, agent: new Repo(workspace.path), ran }
}

describe('ignore rules of the base', () => {
  type Case = readonly [
    name: string,
    base: Readonly<Record<string, string>>,
    agent: Readonly<Record<string, string | null>>,
    taken: readonly string[],
  ]
  test.each<Case>([
    [
      'hide by a new file',
      {},
      { '.gitignore': 'secret.js\n', 'secret.js': '1' },
      ['.gitignore', 'secret.js'],
    ],
    [
      'hide by a new file that hides itself',
      {},
      { '.gitignore': '*\n', 'secret.js': '1' },
      ['.gitignore', 'secret.js'],
    ],
    [
      'hide in a folder of the base',
      { 'src/b': '1' },
      { 'src/.gitignore': '*', 'src/c': '1' },
      ['src/.gitignore', 'src/c'],
    ],
    [
      'hide by a change',
      { '.gitignore': 'x\n' },
      { '.gitignore': 'x\ny\n', x: '1', y: '1' },
      ['.gitignore', 'y'],
    ],
    ['flood by a change', { '.gitignore': 'deps\n' }, { '.gitignore': '\n', 'deps/1': '1' }, ['.gitignore']],
    [
      'flood by an exception',
      { '.gitignore': 'deps\n' },
      { '.gitignore': 'deps\n!deps\n', 'deps/1': '1' },
      ['.gitignore'],
    ],
    ['flood by removal', { '.gitignore': 'deps\n' }, { '.gitignore': null, 'deps/1': '1' }, ['.gitignore']],
    [
      'an own folder brings its rules',
      {},
      { 'web/.gitignore': 'cache\n', 'web/cache': '1', 'web/a': '1' },
      ['web/.gitignore', 'web/a'],
    ],
    ['a cache that hides itself', {}, { '.pytest_cache/.gitignore': '*\n', '.pytest_cache/v': '1' }, []],
    [
      'a new project installs and builds',
      {},
      {
        '.gitignore': '# made by init\n/node_modules/\r\ndist\n.env*\n!.env.example\n',
        'node_modules/a': '1',
        'dist/a': '1',
        '.env': 'KEY=1',
        '.env.example': 'KEY=',
      },
      ['.env.example', '.gitignore'],
    ],
  ])('%s', async (_, files, changes, taken) => {
    const { agent, freeze, workspaces } = await opened({ 'a.txt': 'a', ...files })
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) rmSync(join(agent.path, path))
      else agent.write({ [path]: content })
    }
    const frozen = await freeze()
    expect(frozen.changes.map(({ path }) => path)).toEqual(taken)
    const rules = changes['.gitignore']
    if (rules === undefined) return
    expect(existsSync(join(agent.path, '.gitignore'))).toBe(rules !== null)
    expect((await workspaces.texts(frozen.tree, ['.gitignore'], 999)).get('.gitignore')).toBe(
      rules ?? undefined,
    )
  })

  test('a folder that became a link is not looked through', async () => {
    const { agent, freeze } = await opened({ 'src/a.txt': 'a', 'src/.gitignore': 'x\n' })
    const outside = new Repo(folders.make()).write({ '.gitignore': 'theirs\n' })
    rmSync(join(agent.path, 'src'), { recursive: true })
    symlinkSync(outside.path, join(agent.path, 'src'))
    expect((await freeze()).changes.map(({ path, status }) => `${status} ${path}`)).toEqual([
      'added src',
      'deleted src/.gitignore',
      'deleted src/a.txt',
    ])
    expect(readdirSync(outside.path)).toEqual(['.gitignore'])
    expect(readFileSync(join(outside.path, '.gitignore'), 'utf8')).toBe('theirs\n')
  })

  test("the user's own excludes count, and those of the agent's `.git` do not", async () => {
    const repo = folders.repo()
    writeFileSync(join(repo.path, '.git/info/exclude'), 'mine\n')
    const { agent, paths } = await opened({}, repo)
    agent.write({ mine: '1', other: '1', '.git/info/exclude': 'other\n' })
    expect(agent.git('status', '--porcelain')).toBe('?? mine')
    expect(await paths()).toEqual(['other'])
  })
})

describe('nothing the agent wrote is executed', () => {
  test('hooks, filters, monitors, drivers and a promisor that name a program', async () => {
    const { agent, freeze, workspaces, base } = await opened({ 'a.txt': 'a', 'b.dat': 'b' })
    const canary = join(folders.make(), 'canary')
    const evil = `touch ${canary}; cat`
    agent.write({
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
      'a.txt': 'changed',
      'new.dat': '1',
    })
    agent.commit('mine')
    for (const hook of [
      'pre-commit',
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'post-commit',
    ]) {
      agent.write({ [`.git/hooks/${hook}`]: `#!/bin/sh\n${evil}\n` })
      chmodSync(join(agent.path, '.git/hooks', hook), 0o755)
    }
    const config: Readonly<Record<string, string>> = {
      'core.fsmonitor': evil,
      'core.sshCommand': evil,
      'core.editor': evil,
      'core.pager': evil,
      'core.alternateRefsCommand': evil,
      'core.hooksPath': join(agent.path, '.git/hooks'),
      'filter.evil.clean': evil,
      'filter.evil.smudge': evil,
      'filter.evil.process': evil,
      'diff.evil.textconv': evil,
      'diff.evil.command': evil,
      'merge.evil.driver': evil,
      'uploadpack.packObjectsHook': evil,
      'remote.evil.url': `ext::sh -c "touch% ${canary}"`,
      'remote.evil.promisor': 'true',
      'remote.evil.uploadpack': evil,
      'extensions.partialClone': 'evil',
    }
    for (const [key, value] of Object.entries(config))
      agent.git('-c', 'core.fsmonitor=false', 'config', key, value)
    rmSync(canary, { force: true })
    const frozen = await freeze()
    expect(frozen.subjects).toEqual(['mine'])
    await workspaces.rebase(
      await workspaces.commit({ tree: frozen.tree, parent: base, message: 'x', at: 0 }),
      base,
    )
    await workspaces.open(
      '1',
      'verify',
      await workspaces.commit({ tree: frozen.tree, parent: base, message: 'x', at: 0 }),
    )
    await workspaces.open('1', 'work', base)
    expect(existsSync(canary)).toBe(false)
    // The trap works: git itself would have fallen into it.
    agent.git('config', 'core.fsmonitor', evil)
    agent.git('status')
    expect(existsSync(canary)).toBe(true)
  })

  test('a submodule with a repository whose config names a program', async () => {
    const repo = folders.repo()
    const sub = folders.repo({ inner: '1' })
    const pinned = sub.git('rev-parse', 'HEAD')
    repo.git('update-index', '--add', '--cacheinfo', `160000,${pinned},sub`)
    repo.git('commit', '-q', '-m', 'with a submodule')
    const { agent, freeze } = await opened({}, repo)
    const canary = join(folders.make(), 'canary')
    rmSync(join(agent.path, 'sub'), { recursive: true, force: true })
    execFileSync('cp', ['-r', sub.path, join(agent.path, 'sub')])
    const inside = new Repo(join(agent.path, 'sub'))
    inside.write({ '.gitattributes': '* filter=evil\n', inner: '2' })
    inside.git('config', 'filter.evil.clean', `touch ${canary}; cat`)
    agent.write({ 'other.txt': '1' })
    const frozen = await freeze()
    expect(frozen.changes.map(({ path }) => path)).toEqual(['other.txt'])
    expect(existsSync(canary)).toBe(false)
    inside.git('status')
    expect(existsSync(canary)).toBe(true)
  })
})

describe('odd trees', () => {
  test('a repository the agent made becomes plain files', async () => {
    const { agent, freeze } = await opened()
    for (const path of ['lib', 'lib/deep', 'unborn', 'unborn/in']) {
      agent.git('init', '-q', path)
      agent.write({ [`${path}/file`]: '1' })
    }
    new Repo(join(agent.path, 'lib/deep')).commit()
    new Repo(join(agent.path, 'lib')).commit()
    const { changes } = await freeze()
    expect(changes.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 lib/deep/file',
      '100644 lib/file',
      '100644 unborn/file',
      '100644 unborn/in/file',
    ])
  })

  test('a submodule of the base stays as it is, and goes when its folder goes', async () => {
    const repo = folders.repo()
    repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.git('rev-parse', 'HEAD')},sub`)
    repo.git('commit', '-q', '-m', 'with a submodule')
    const { agent, paths } = await opened({}, repo)
    expect(existsSync(join(agent.path, 'sub'))).toBe(true)
    agent.write({ 'sub/stray': '1' })
    expect(await paths()).toEqual([])
    rmSync(join(agent.path, 'sub'), { recursive: true })
    expect(await paths()).toEqual(['sub'])
  })

  test('pipes are left out; names that are not UTF-8 and locks are no trouble', async () => {
    const { agent, freeze, workspace } = await opened({ 'a.txt': 'a', 'b.txt': 'b' })
    rmSync(join(agent.path, 'a.txt'))
    execFileSync('mkfifo', [join(agent.path, 'a.txt'), join(agent.path, 'pipe')])
    writeFileSync(Buffer.concat([Buffer.from(`${agent.path}/x`), Buffer.from([0xff])]), '1')
    writeFileSync(workspace.path.replace(/work$/, 'work.index.lock'), '')
    expect((await freeze()).changes.map(({ path }) => path)).toEqual(['x\ufffd'])
  })

  test('without a `.git`, and with one that leads elsewhere', async () => {
    const { agent, freeze } = await opened()
    agent.write({ n: '1' })
    renameSync(join(agent.path, '.git'), join(agent.path, 'moved'))
    rmSync(join(agent.path, 'moved'), { recursive: true })
    writeFileSync(join(agent.path, '.git'), 'gitdir: /elsewhere\n')
    expect(await freeze()).toMatchObject({ subjects: [], changes: [{ path: 'n' }] })
  })

  test('line endings are normalised as attributes of the tree say', async () => {
    const { agent, freeze, workspaces } = await opened({ '.gitattributes': '*.txt text\n', 'a.txt': 'a\n' })
    agent.write({ 'a.txt': 'a\r\n', 'b.txt': 'b\r\n', 'c.bin': 'c\r\n' })
    const { tree, changes } = await freeze()
    expect(changes.map(({ path, size }) => [path, size])).toEqual([
      ['b.txt', 2],
      ['c.bin', 3],
    ])
    expect((await workspaces.texts(tree, ['b.txt'], 99)).get('b.txt')).toBe('b\n')
  })

  test('the size of a huge file is told', async () => {
    const { agent, freeze } = await opened()
    agent.write({ huge: new Uint8Array(30_000_000) })
    expect((await freeze()).changes).toEqual([
      { path: 'huge', status: 'added', mode: '100644', size: 30_000_000 },
    ])
  })

  test.each<[string, string, (agent: Repo) => void]>([
    ['in plain sight', 'core.dump', () => {}],
    ['in place of a file', 'a.txt', () => {}],
    [
      'behind many others',
      'z/core.dump',
      (agent) => {
        for (let n = 0; n < 1_200; n++) agent.write({ [`many/${n}`]: `${n}` })
      },
    ],
  ])('a file that is far too large is told without being read: %s', async (_, path, rest) => {
    const { agent, freeze, repo } = await opened()
    rest(agent.write({ [path]: '', 'new.txt': '1' }))
    // A terabyte: whoever read it would not come back in time.
    truncateSync(join(agent.path, path), 2 ** 40)
    const { tree, changes } = await freeze()
    const status = path === 'a.txt' ? 'modified' : 'added'
    expect(changes.filter(({ size }) => size > 1_000)).toEqual([
      { path, status, mode: '100644', size: 2 ** 40 },
    ])
    const inTree = repo.git('ls-tree', '-r', '--name-only', tree).split('\n')
    expect(inTree).toContain('new.txt')
    expect(inTree.includes(path)).toBe(path === 'a.txt')
  })

  test('an ignored one is nobody’s business', async () => {
    const { agent, paths } = await opened({ '.gitignore': '*.dump\n' })
    agent.write({ 'core.dump': '', new: '1' })
    truncateSync(join(agent.path, 'core.dump'), 2 ** 35)
    expect(await paths()).toEqual(['new'])
  })

  test.each<[string, (agent: Repo, repo: Repo) => void]>([
    [
      'an object that cannot be stored',
      (agent, repo) => {
        const [folder = ''] = agent.git('hash-object', 'n').match(/^../) ?? []
        writeFileSync(join(repo.path, '.git/objects', folder), 'in the way')
      },
    ],
    [
      'a file that cannot be converted',
      (agent) => agent.write({ '.gitattributes': 'n working-tree-encoding=UTF-16LE\n' }),
    ],
  ])('an error, never an incomplete tree: %s', async (_, spoil) => {
    const { agent, freeze, repo } = await opened()
    spoil(agent.write({ n: 'new' }), repo)
    await expect(freeze()).rejects.toMatchObject({ code: 'git-failed' })
  })
})

describe('a working folder that is no longer there', () => {
  /** A stranger's folder, with a repository below it. */
  const stranger = () => {
    const victim = folders.make()
    mkdirSync(join(victim, 'lib/.git'), { recursive: true })
    writeFileSync(join(victim, 'lib/.git/HEAD'), 'theirs')
    return victim
  }
  const removed = (path: string) => rmSync(path, { recursive: true })

  test.each<[string, (path: string, victim: string) => void]>([
    ['is gone', removed],
    ['is a file', (path) => (removed(path), writeFileSync(path, ''))],
    ['is a link', (path, victim) => (renameSync(path, `${path}.moved`), symlinkSync(victim, path))],
    [
      'is a link to itself',
      (path) => (renameSync(path, `${path}.moved`), symlinkSync(`${path}.moved`, path)),
    ],
    ['is another folder', (path, victim) => (renameSync(path, `${path}.moved`), renameSync(victim, path))],
    [
      'is seen through a link',
      (path, victim) => {
        renameSync(join(victim, 'lib'), join(victim, 'work'))
        renameSync(join(path, '..'), `${join(path, '..')}.moved`)
        symlinkSync(victim, join(path, '..'))
      },
    ],
  ])('is refused, and made anew, when it %s', async (_, replace) => {
    const { agent, base, freeze, workspaces } = await opened()
    const victim = stranger()
    replace(agent.path, victim)
    await expect(freeze()).rejects.toMatchObject({ code: 'git-failed' })
    await workspaces.open('1', 'work', base)
    expect(agent.git('status', '--porcelain', '--ignored')).toBe('')
    const theirs = ['lib', 'work']
      .map((name) => join(victim, name, '.git/HEAD'))
      .filter((path) => existsSync(path))
    expect(theirs.map((path) => readFileSync(path, 'utf8'))).toEqual(existsSync(victim) ? ['theirs'] : [])
  })
})

describe('what a change is, is said by the objects', () => {
  test('a link and a file with the same content', async () => {
    const { agent, freeze } = await opened()
    symlinkSync('/etc/passwd', join(agent.path, 'link'))
    agent.write({ 'other.txt': '/etc/passwd' })
    expect((await freeze()).changes).toEqual([
      { path: 'link', status: 'added', mode: '120000', size: 11, link: '/etc/passwd' },
      { path: 'other.txt', status: 'added', mode: '100644', size: 11 },
    ])
  })

  test('a link in place of a file, a file in place of a link, and a mode', async () => {
    const repo = folders.repo({ file: 'same', run: 'x' })
    symlinkSync('same', join(repo.path, 'link'))
    repo.commit()
    const { agent, freeze } = await opened({}, repo)
    rmSync(join(agent.path, 'file'))
    symlinkSync('same', join(agent.path, 'file'))
    rmSync(join(agent.path, 'link'))
    agent.write({ link: 'same' })
    chmodSync(join(agent.path, 'run'), 0o755)
    expect((await freeze()).changes).toEqual([
      { path: 'file', status: 'modified', mode: '120000', size: 4, link: 'same' },
      { path: 'link', status: 'modified', mode: '100644', size: 4 },
      { path: 'run', status: 'modified', mode: '100755', size: 1 },
    ])
  })

  test('names that only look the same are told apart', async () => {
    const named = (root: string, byte: number) =>
      Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([byte])])
    const repo = folders.repo()
    writeFileSync(named(repo.path, 0xff), '1')
    repo.commit()
    const { agent, freeze, workspaces, base } = await opened({}, repo)
    writeFileSync(named(agent.path, 0xfe), '2')
    expect((await freeze()).changes).toEqual([{ path: 'x\ufffd', status: 'added', mode: '100644', size: 1 }])
    agent.git('reset', '-q', '--hard')
    await workspaces.open('1', 'work', base)
    expect(existsSync(named(agent.path, 0xfe))).toBe(false)
  })

  test('an index that was tampered with hides nothing', async () => {
    const { agent, freeze, workspace, repo } = await opened()
    agent.write({ 'a.txt': 'theirs\n' })
    const index = workspace.path.replace(/work$/, 'work.index')
    execFileSync('git', ['add', 'a.txt'], {
      cwd: agent.path,
      env: {
        PATH: process.env['PATH'],
        GIT_DIR: join(repo.path, '.git'),
        GIT_WORK_TREE: agent.path,
        GIT_INDEX_FILE: index,
      },
    })
    expect((await freeze()).changes).toEqual([{ path: 'a.txt', status: 'modified', mode: '100644', size: 7 }])
  })

  test.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(join(path, 'x'), { recursive: true })],
    ['a link', (path: string) => symlinkSync('/nowhere', path)],
  ])(
    '%s in the place of the index and the marker is refused, and gone for the next attempt',
    async (_, put) => {
      const { agent, freeze, workspace, workspaces, base } = await opened()
      agent.write({ 'a.txt': 'theirs\n' })
      for (const name of ['work.index', 'work.json', 'work.index.lock', 'verify.index', 'verify.json']) {
        const path = workspace.path.replace(/work$/, name)
        rmSync(path, { recursive: true, force: true })
        put(path)
      }
      await expect(freeze()).rejects.toMatchObject({ code: 'git-failed' })
      for (const purpose of ['work', 'verify'] as const) {
        const again = await workspaces.open('1', purpose, base)
        expect(new Repo(again.path).git('status', '--porcelain')).toBe('')
        expect((await workspaces.freeze(again, base)).changes).toEqual([])
      }
    },
  )

  test.each<[string, readonly string[], number]>([
    ['with a newline', ['x\ny', 'z\n'], 0],
    ['that are not UTF-8', ['\xff', '\xfe', 'dir/\xff'], 0],
    ['of many files', Array.from({ length: 150 }, (_, n) => `f${n}\n`), 1],
  ])('texts of files with names %s', async (_, names, processes) => {
    const named = (root: string, name: string) =>
      Buffer.from(`${Buffer.from(`${root}/`).toString('latin1')}${name}`, 'latin1')
    const write = (root: string, content: string) => {
      mkdirSync(join(root, 'dir'), { recursive: true })
      for (const name of names) writeFileSync(named(root, name), `${content} of ${names.indexOf(name)}`)
    }
    const repo = folders.repo()
    write(repo.path, 'old text')
    repo.commit()
    const { agent, freeze, workspaces, base, ran } = await opened({}, repo)
    write(agent.path, 'new text')
    const { tree, changes } = await freeze()
    const paths = changes.map(({ path }) => path)
    expect(paths).toHaveLength(names.length)
    ran.length = 0
    const after = await workspaces.texts(tree, paths, 10_000)
    expect(ran).toHaveLength(processes)
    expect([...after.keys()]).toEqual([...new Set(paths)])
    const before = [...(await workspaces.texts(base, paths, 10_000)).values()].join('\n')
    for (const n of names.keys()) {
      expect([...after.values()].join('\n')).toContain(`new text of ${n}`)
      expect(before).toContain(`old text of ${n}`)
    }
  })

  test.each([
    ['as git has just written them', false, 0],
    ['from a pack', true, 1],
  ])('texts of a frozen tree, %s', async (_, packed, processes) => {
    const { agent, freeze, workspaces, repo, base, ran } = await opened({ kept: 'k', gone: 'g' })
    const long = 'é'.repeat(5_000)
    agent.write({ one: '1', long, longer: `${long}.` })
    rmSync(join(agent.path, 'gone'))
    const { tree } = await freeze()
    if (packed) {
      repo.git('update-ref', 'refs/heads/taken', repo.git('commit-tree', tree, '-m', 'taken'))
      repo.git('gc', '--quiet')
    }
    ran.length = 0
    const changed = await workspaces.texts(tree, ['one', 'longer', 'long'], 10_000)
    expect([...changed]).toEqual([
      ['one', '1'],
      ['long', long],
    ])
    expect(ran).toHaveLength(processes)
    const others = await workspaces.texts(tree, ['kept', 'gone', 'none', 'one'], 10_000)
    expect([...others]).toEqual([
      ['kept', 'k'],
      ['one', '1'],
    ])
    expect([...(await workspaces.texts(base, ['gone', 'one'], 10_000))]).toEqual([['gone', 'g']])
  })
})

test('a warm iteration costs one process to open, two with untracked files, and one to freeze', async () => {
  const { agent, freeze, workspaces, base, ran } = await opened()
  const count = async (what: () => Promise<unknown>) => {
    ran.length = 0
    await what()
    return ran.length
  }
  const open = () => workspaces.open('1', 'work', base)
  expect(await count(open)).toBe(1)
  agent.write({ n: '1' })
  expect(await count(freeze)).toBe(1)
  expect(readFileSync(join(agent.path, 'n'), 'utf8')).toBe('1')
  agent.write({ late: '1' })
  expect(await count(open)).toBe(2)
  expect(readdirSync(agent.path).toSorted()).toEqual(['.git', 'a.txt'])
})

test("of the agent's own commits each costs one process to read, and its texts none", async () => {
  const { agent, freeze, workspaces, workspace, base, ran } = await opened()
  for (const n of ['one', 'two', 'three']) agent.write({ [n]: n, 'a.txt': n }).commit(n)
  await freeze()
  ran.length = 0
  const own = await workspaces.ownCommits(workspace, base)
  // Before that they are found, packed, unpacked and told.
  expect(ran).toHaveLength(4 + 3)
  ran.length = 0
  const texts = own.map(({ tree, changes }) =>
    workspaces.texts(
      tree,
      changes.map(({ path }) => path),
      99,
    ),
  )
  expect((await Promise.all(texts)).map((text) => Object.fromEntries(text))).toEqual([
    { 'a.txt': 'one', one: 'one' },
    { 'a.txt': 'two', one: 'one', two: 'two' },
    { 'a.txt': 'three', one: 'one', two: 'two', three: 'three' },
  ])
  expect(ran).toEqual([])
})

describe('a tree that is opened where it was frozen', () => {
  const landed = async (files: Readonly<Record<string, string>> = { n: '1' }) => {
    const world = await opened({ 'a.txt': 'a\n', 'src/b.txt': 'b\n' })
    world.agent.write(files)
    // Not in the same tick of the clock as the index.
    for (const name of Object.keys(files)) utimesSync(join(world.agent.path, name), 1, 1)
    const { tree } = await world.freeze()
    const at = await world.workspaces.commit({ tree, parent: world.base, message: 'work', at: 0 })
    const reopen = async () => {
      world.ran.length = 0
      await world.workspaces.open('1', 'work', at)
      return world.ran.map((args) => args.split(' ').find((word) => /^[a-z]+(-[a-z]+)?$/.test(word)))
    }
    return { ...world, tree, at, reopen }
  }

  test('is left as it is, without git, and gets a new `.git`', async () => {
    const { agent, at, reopen } = await landed()
    agent.git('config', 'core.pager', 'evil')
    expect(await reopen()).toEqual([])
    expect(agent.head()).toBe(at)
    expect(agent.git('status', '--porcelain')).toBe('')
    expect(readFileSync(join(agent.path, '.git/config'), 'utf8')).not.toContain('evil')
  })

  test.each<[string, (agent: Repo) => void]>([
    ['a file was written', (agent) => agent.write({ 'a.txt': 'b\n' })],
    ['one was written with what it held', (agent) => agent.write({ 'src/b.txt': 'b\n' })],
    ['one is gone', (agent) => unlinkSync(join(agent.path, 'a.txt'))],
    ['one became executable', (agent) => chmodSync(join(agent.path, 'a.txt'), 0o755)],
    [
      'one became a link',
      (agent) => {
        unlinkSync(join(agent.path, 'a.txt'))
        symlinkSync('n', join(agent.path, 'a.txt'))
      },
    ],
    [
      'a folder became a file',
      (agent) => {
        rmSync(join(agent.path, 'src'), { recursive: true })
        agent.write({ src: 'new' })
      },
    ],
    ['one came', (agent) => agent.write({ 'src/new.txt': 'new\n' })],
  ])('but is reset when %s', async (_, spoil) => {
    const { agent, at, reopen } = await landed()
    spoil(agent)
    expect(await reopen()).toContain('read-tree')
    expect(agent.git('status', '--porcelain', '--ignored')).toBe('')
    expect(agent.head()).toBe(at)
  })

  test('is reset when another tree is wanted, and when it was opened in between', async () => {
    const { agent, base, at, workspaces, reopen } = await landed()
    await workspaces.open('1', 'work', base)
    expect(await reopen()).toContain('read-tree')
    expect(readFileSync(join(agent.path, 'n'), 'utf8')).toBe('1')
    expect(agent.head()).toBe(at)
  })
})
