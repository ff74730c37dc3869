/** A person collects garbage in the repository while the loop works there. */
import { existsSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Folders, Repo, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

async function opened(...init: readonly string[]) {
  const repo = folders.repo({ 'a.txt': 'a\n', 'src/b.txt': 'b\n' }, ...init)
  const base = repo.head()
  const processes: string[] = []
  const setting = {
    repo,
    directory: folders.make(),
    watch: (args: readonly string[]) => processes.push(args.join(' ')),
  }
  const { workspaces, courier } = await workspacesOf(setting)
  const collect = () => repo.git('gc', '--quiet', '--prune=now')
  const refs = () => repo.git('for-each-ref', '--format=%(refname)').split('\n')
  return { repo, base, workspaces, courier, collect, refs, processes }
}

test('what was taken is there as long as it is verified, and so is what an attempt goes on from', async () => {
  const { repo, base, workspaces, collect, refs } = await opened()
  const work = await workspaces.open('1', 'work', base)
  new Repo(work.path).write({ 'src/new.txt': 'new\n' })
  const first = await workspaces.freeze(work, base)
  const taken = await workspaces.commit({ tree: first.tree, parent: base, message: 'taken', at: 0 })
  collect()
  await workspaces.open('1', 'verify', taken)
  collect()
  // The next attempt goes on from there, and what it leaves alone must still be there at its end.
  const tree = await workspaces.rebase(taken, base)
  const from = await workspaces.commit({ tree: tree ?? '', parent: base, message: 'unfinished', at: 0 })
  const again = await workspaces.open('1', 'work', from)
  collect()
  new Repo(again.path).write({ 'more.txt': 'more\n' })
  const { tree: whole, changes } = await workspaces.freeze(again, base)
  expect(changes.map(({ path }) => path)).toEqual(['more.txt', 'src/new.txt'])
  expect([...(await workspaces.texts(whole, ['src/new.txt'], 99))]).toEqual([['src/new.txt', 'new\n']])
  expect(repo.git('branch', '--all')).toBe('* main')
  await workspaces.removeAll()
  expect(refs()).toEqual(['refs/heads/main'])
  expect(existsSync(join(repo.path, '.git/refs/cms-iterate'))).toBe(false)
})

test('holding costs no process, and letting go only where the refs were packed', async () => {
  const { repo, base, workspaces, refs, processes } = await opened()
  const cycle = async () => {
    const work = await workspaces.open('1', 'work', base)
    const { tree } = await workspaces.freeze(work, base)
    await workspaces.commit({ tree, parent: base, message: 'taken', at: 0 })
  }
  await cycle()
  expect(refs()).toHaveLength(3)
  processes.length = 0
  await workspaces.removeAll()
  expect(processes).toEqual([])
  expect(refs()).toEqual(['refs/heads/main'])
  await cycle()
  repo.git('pack-refs', '--all')
  await workspaces.removeAll()
  expect(refs()).toEqual(['refs/heads/main'])
})

describe('what a killed run has held', () => {
  /** A run of two lanes is killed; a second one, with one lane, comes to its end. */
  async function left(liveness: 'alive' | 'dead') {
    const repo = folders.repo({ 'a.txt': 'a\n' })
    const setting = { repo, directory: folders.make() }
    const killed = await workspacesOf({ ...setting, host: host('killed', 'alive') })
    await killed.workspaces.open('1', 'work', repo.head())
    await killed.workspaces.open('2', 'work', repo.head())
    repo.git('pack-refs', '--all')
    await killed.workspaces.open('2', 'verify', repo.head())
    const { workspaces } = await workspacesOf({ ...setting, host: host('next', liveness) })
    await workspaces.open('1', 'work', repo.head())
    await workspaces.removeAll()
    return repo.git('for-each-ref', '--format=%(refname)').split('\n')
  }
  const host = (self: string, liveness: 'alive' | 'dead') => ({
    self: `local:here:boot:${self}:1`,
    liveness: async () => liveness,
  })

  test('is let go of by the next run, whatever its lanes', async () => {
    expect(await left('dead')).toEqual(['refs/heads/main'])
  })

  test('is left alone while that run may be alive', async () => {
    expect(await left('alive')).toContainEqual(expect.stringMatching(/lane-2\/verify$/))
  })
})

test('objects are written although somebody removes empty folders at the same time', async () => {
  const { courier } = await opened()
  const fanOut = Array.from({ length: 256 }, (_, n) => join(courier.objects, n.toString(16).padStart(2, '0')))
  // Three times each: nobody collects garbage for ever.
  const left = new Map(fanOut.map((path) => [path, 3]))
  let isSweeping = true
  const sweep = (): void => {
    for (const [path, times] of left) {
      try {
        if (times > 0) rmdirSync(path)
        left.set(path, times - 1)
      } catch {
        // Not there, or not empty.
      }
    }
    if (isSweeping) setImmediate(sweep)
  }
  setImmediate(sweep)
  const write = (_: unknown, n: number) => courier.write('blob', Buffer.from(`text ${n}`))
  const ids = await Promise.all(Array.from({ length: 300 }, write)).finally(() => {
    isSweeping = false
  })
  for (const id of ids) expect(existsSync(join(courier.objects, id.slice(0, 2), id.slice(2)))).toBe(true)
})
