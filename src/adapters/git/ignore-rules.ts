/**
 * Which `.gitignore` counts while an agent's work is taken.
 *
 * The rules of the base hold in every folder the base has, so an agent can neither hide what
 * it made nor flood the commit with what the project ignores. Its new versions are taken as
 * files all the same, and count from the next attempt on. Two exceptions, because a new
 * project is built by one attempt:
 *
 * 1. A folder that the agent made brings its own rules.
 * 2. Lines for installed packages, build output, caches and local secrets count at once:
 *    nobody wants `node_modules` or `.env` in a commit.
 */
import { createHash, randomBytes } from 'node:crypto'
import { access, constants, lstat, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { seenAt } from './files.ts'
import type { IndexEntry, ObjectFormat } from './index-file.ts'
import { claim, removeTree } from './remove-tree.ts'
import { type WorkTree, zeroJoin } from './work-tree.ts'

const RULES = '.gitignore'

const USUAL = new RegExp(
  `^/?(\\*\\*/)?(${[
    'node_modules|\\.pnpm-store|\\.venv|venv|vendor/bundle|\\.bundle|\\.gradle|\\.terraform',
    'dist|build|out|target|coverage|htmlcov|\\.next|\\.nuxt|\\.svelte-kit|\\.turbo|\\.parcel-cache|\\.cache',
    '__pycache__|\\*\\.py\\[cod\\]|\\*\\.pyc|\\*\\.egg-info|\\.\\w+_cache|\\.tox|\\.nyc_output|\\.coverage',
    '\\.env|\\.env\\.\\*|\\.env\\.local|\\.env\\*|\\*\\.log|\\*\\.tsbuildinfo|\\.DS_Store|\\.idea',
  ].join('|')})/?$|^!\\.env[\\w.*-]+$`,
)

/** One `.gitignore` that is not what the base says it is. */
interface Swap {
  /** Relative to the tree, for git. */
  readonly path: string
  readonly absolute: string
  /** The base's version; `undefined` when it has none. */
  readonly id: string | undefined
  /** Where the agent's version waits. */
  readonly aside: string
}

/** Takes the tree into the index (by `add`) under the rules of the base, whose entries are given. */
export async function addUnderBaseRules(
  tree: WorkTree,
  base: readonly IndexEntry[],
  add: (exclude: readonly string[]) => Promise<void>,
): Promise<void> {
  const swaps = await findSwaps(tree, base)
  if (swaps.length === 0) return add([])
  try {
    await putBase(tree, swaps)
    await add(swaps.map(({ path, aside }) => path.replace(/[^/]*$/, '') + aside))
  } finally {
    await putBack(swaps)
  }
  await takeAsFiles(tree, swaps)
}

async function findSwaps(tree: WorkTree, base: readonly IndexEntry[]): Promise<readonly Swap[]> {
  const ids = new Map(base.filter(isRules).map(({ path, id }) => [path, id]))
  const aside = `${RULES}.aside-${randomBytes(6).toString('hex')}`
  const root = await realpath(tree.path)
  const found: Swap[] = []
  for (const folder of foldersOf(base)) {
    const path = folder + RULES
    const id = ids.get(path)
    // Without waiting for each: a large project has ten thousand folders.
    if (id === undefined && !isFile(join(root, path))) continue
    const differs = await isChanged({ root, folder, id, format: tree.courier.repository.objectFormat })
    if (differs) found.push({ path, absolute: join(root, path), id, aside })
  }
  return found
}

const isRules = ({ path, mode }: IndexEntry): boolean =>
  mode.startsWith('100') && (path === RULES || path.endsWith(`/${RULES}`))

/** Every folder that holds something, the root as `''`, others with a slash at the end. */
function foldersOf(entries: readonly IndexEntry[]): ReadonlySet<string> {
  const folders = new Set<string>([''])
  for (const { path } of entries) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at + 1)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}

/** Also false where a folder on the way is now a file. */
const isFile = (path: string): boolean => seenAt(path)?.isFile() === true

interface Rules {
  readonly root: string
  readonly folder: string
  readonly id: string | undefined
  readonly format: ObjectFormat
}

/** Whether other rules than the base's are in force. Never looks through a link out of the tree. */
async function isChanged({ root, folder, id, format }: Rules): Promise<boolean> {
  const directory = join(root, folder)
  const real = await realpath(directory).catch(() => undefined)
  if (real === undefined || join(real, RULES) !== join(directory, RULES)) return false
  if (!(await lstat(directory)).isDirectory()) return false
  // Where we see nothing, neither does git.
  if (!(await mayLookInto(directory))) return false
  if (id === undefined) return true
  if (!isFile(join(directory, RULES))) return true
  const bytes = await readFile(join(directory, RULES)).catch(() => undefined)
  return bytes === undefined || blobId(bytes, format) !== id
}

const mayLookInto = (folder: string): Promise<boolean> =>
  access(folder, constants.X_OK).then(
    () => true,
    () => false,
  )

const blobId = (bytes: Buffer, format: ObjectFormat): string =>
  createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

async function putBase(tree: WorkTree, swaps: readonly Swap[]): Promise<void> {
  for (const { id, absolute, aside } of swaps) {
    await claim(dirname(absolute))
    await claim(absolute)
    const own = isFile(absolute) ? await readFile(absolute, 'utf8').catch(() => '') : ''
    await rename(absolute, join(absolute, '..', aside)).catch(() => {})
    const base = id === undefined ? '' : (await tree.git(['cat-file', 'blob', id])).bytes.toString('utf8')
    const usual = own.split(/\r?\n/).filter((line) => USUAL.test(line.trim()))
    await writeFile(absolute, [base, ...usual, ''].join('\n'))
  }
}

async function putBack(swaps: readonly Swap[]): Promise<void> {
  for (const { absolute, aside } of swaps) {
    await removeTree(absolute)
    await rename(join(absolute, '..', aside), absolute).catch(() => {})
  }
}

/** The agent's own versions are part of its work: one that is gone is deleted, others are added. */
async function takeAsFiles(tree: WorkTree, swaps: readonly Swap[]): Promise<void> {
  await tree.git(['add', '-A', '-f', '--pathspec-from-file=-', '--pathspec-file-nul'], {
    input: zeroJoin(swaps.map(({ path }) => path)),
    env: { GIT_LITERAL_PATHSPECS: '1' },
  })
}
