/** Copies of the working tree, to plant bugs in: what is committed, and what is not yet. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Bug, withBug } from './bug.ts'

export const ROOT = join(import.meta.dirname, '../..')
/** Git ignores it. */
export const CACHE = join(ROOT, '.cache/planted')

/** They compare the sources with something, and would find any change at all. */
const NO_TESTS = ['test/planted.test.ts', 'test/e2e/dist.test.ts']

const git = (args: readonly string[], cwd = ROOT): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1e8 })

const filesOf = (): string[] =>
  git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))

export interface Tree {
  readonly folder: string
  /** Plants a bug until it is disposed of. */
  readonly plant: (bug: Bug) => Disposable
}

/** A fresh copy, with a repository of its own: some tests ask git about the one around them. */
export function copyTree(number: number): Tree {
  const folder = join(CACHE, `tree-${number}`)
  rmSync(folder, { recursive: true, force: true })
  for (const path of filesOf()) {
    if (NO_TESTS.includes(path)) continue
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    cpSync(join(ROOT, path), join(folder, path), { verbatimSymlinks: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const self = ['-c', 'user.name=planted', '-c', 'user.email=planted@localhost']
  git(['init', '--quiet'], folder)
  git(['add', '--all'], folder)
  git([...self, 'commit', '--quiet', '--message', 'As it was'], folder)
  return { folder, plant: (bug) => plantIn(folder, bug) }
}

function plantIn(folder: string, bug: Bug): Disposable {
  const path = join(folder, bug.file)
  const sound = readFileSync(path, 'utf8')
  writeFileSync(path, withBug(bug, sound))
  return { [Symbol.dispose]: () => writeFileSync(path, sound) }
}

/** Tells whether anything has changed that a test may depend on. */
export function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths.toSorted()) {
    const file = join(ROOT, path)
    hash
      .update(`${path}\0`)
      .update(existsSync(file) ? readFileSync(file) : '')
      .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

/** Of all sources and tests. */
export const digestOfAll = (): string => digestOf(filesOf().filter((path) => /^(src|test)\//.test(path)))
