/** Repositories for stores: one world is one loop's refs, and everybody who may move them. */
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Courier } from '../../src/adapters/git/courier.ts'
import { Git } from '../../src/adapters/git/git.ts'
import { openRepository, type Repository } from '../../src/adapters/git/repository.ts'
import { LocalStore } from '../../src/adapters/store/local.ts'
import { type MemoryCommit, MemoryRepository, MemoryStore } from '../../src/adapters/store/memory.ts'
import { RemoteStore } from '../../src/adapters/store/remote.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { loopRefs } from '../../src/core/refs.ts'
import { EMPTY_LEDGER } from '../../src/core/usage.ts'
import type { Change, StateStore } from '../../src/ports/state-store.ts'

export const REFS = loopRefs('main')
export const ENV = { PATH: process.env['PATH'] ?? '' }
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

/** One loop's refs, seen by stores and moved by others. */
export interface StoreWorld extends AsyncDisposable {
  /** Another store over the same refs, as another process would open it. */
  open(): Promise<StateStore>
  /** A work commit that every store can name. */
  commit(parents: readonly string[], message: string): string
  /** Moves a ref behind the stores' backs; `undefined` deletes it. */
  setRef(ref: string, commit: string | undefined): void
  ref(name: string): string | undefined
}

/** Runs git as a person would. */
export function git(cwd: string, ...args: string[]): string {
  const ran = spawnSync('git', args, { cwd, encoding: 'utf8', env: { ...ENV, ...AUTHOR, HOME: cwd } })
  if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`)
  return ran.stdout.trim()
}

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'cms-store-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A repository with one commit on `main`. */
export function initRepository(path: string, ...options: string[]): string {
  git(tmpdir(), 'init', '--quiet', '--initial-branch=main', '--template=', ...options, path)
  git(path, 'commit', '--quiet', '--allow-empty', '-m', 'first')
  return path
}

/** A bare repository with what `user` has on `main`, without asking git. */
export function bareCopy(user: string, bare: string): string {
  cpSync(join(user, '.git'), bare, { recursive: true })
  writeFileSync(
    join(bare, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[http]\n\treceivepack = true\n',
  )
  mkdirSync(join(bare, 'hooks'))
  return bare
}

/** A commit without changes; nothing points to it. */
export function commitIn(path: string, parents: readonly string[], message: string): string {
  const tree = parents[0] === undefined ? 'HEAD^{tree}' : `${parents[0]}^{tree}`
  const args = parents.flatMap((parent) => ['-p', parent])
  return git(path, 'commit-tree', tree, ...args, '-m', message)
}

/** A courier of a new process, over the repository at `path`. */
export async function courierOf(
  path: string,
  folder: string,
  home: 'local' | 'remote',
  harness = HARNESS,
): Promise<Courier> {
  const directory = join(folder, `run-${randomUUID()}`)
  await mkdir(directory)
  const repository = opened.get(path) ?? (await openRepository(harness, path))
  opened.set(path, repository)
  return Courier.open({ git: harness, repository, directory, home })
}

const HARNESS = new Git({ env: ENV })
/** Repositories do not change while a test opens many stores over them. */
const opened = new Map<string, Repository>()

/** A local store of a run that lives. */
export async function localStore(path: string, folder: string): Promise<LocalStore> {
  const host = { self: `local:here:boot:${randomUUID()}:1`, liveness: async () => 'alive' as const }
  return new LocalStore({
    loop: 'main',
    refs: REFS,
    courier: await courierOf(path, folder, 'local'),
    host,
    clock: systemClock,
  })
}

export interface RemoteRequest {
  readonly path: string
  readonly folder: string
  readonly url: string
  readonly token?: string
  readonly fallbackToken?: string
  readonly timeout?: number
}

export async function remoteStore({ path, folder, ...access }: RemoteRequest): Promise<RemoteStore> {
  const courier = await courierOf(path, folder, 'remote')
  return new RemoteStore({ refs: REFS, courier, network: HARNESS, clock: systemClock, ...access })
}

export function memoryWorld(): StoreWorld {
  const commits = new Map<string, MemoryCommit>()
  const repository = new MemoryRepository(commits)
  return {
    open: async () => new MemoryStore(repository, REFS),
    commit(parents, message) {
      const id = createHash('sha1').update(`${parents.join()} ${message} ${commits.size}`).digest('hex')
      commits.set(id, { parents, message })
      return id
    },
    setRef: (ref, commit) =>
      void (commit === undefined ? repository.refs.delete(ref) : repository.refs.set(ref, commit)),
    ref: (name) => repository.refs.get(name),
    [Symbol.asyncDispose]: async () => {},
  }
}

export async function localWorld(): Promise<StoreWorld> {
  const folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  return {
    open: () => localStore(user, folder.path),
    ...refsOf(user, user),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** A bare repository on this machine, reached as `file://`. */
export async function pathWorld(): Promise<StoreWorld> {
  const folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const bare = bareCopy(user, join(folder.path, 'bare.git'))
  return {
    open: () => remoteStore({ path: user, folder: folder.path, url: `file://${bare}` }),
    ...refsOf(user, bare),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** Commits made in `user`, refs kept in `home`. */
export function refsOf(user: string, home: string): Pick<StoreWorld, 'commit' | 'setRef' | 'ref'> {
  return {
    commit: (parents, message) => commitIn(user, parents, message),
    setRef(ref, commit) {
      if (commit === undefined) git(home, 'update-ref', '-d', ref)
      else if (home === user) git(home, 'update-ref', ref, commit)
      else git(user, 'push', '--quiet', '--force', home, `${commit}:${ref}`)
    },
    ref: (name) => git(home, 'for-each-ref', '--format=%(objectname)', name) || undefined,
  }
}

const AT = '2026-11-23T12:00:00.000Z'

/** The smallest checkpoint there is; `reason` tells one from another. */
export function checkpointSaying(reason: string, seq = 0): Checkpoint {
  const none = '0'.repeat(40)
  return Checkpoint.parse({
    version: '1.0',
    loop: 'main',
    goal: 'test the store',
    epoch: 1,
    seq,
    home: 'local',
    status: 'running',
    reason,
    next: '',
    started_at: AT,
    updated_at: AT,
    work: { ref: REFS.work, base_ref: 'main', base: none, head: none },
    config: { digest: '', run: 'local:a', at: AT, settings: { agent: { use: 'command' } } },
    remaining_tasks: [],
    completed_tasks: [],
    lanes: {},
    fence: 0,
    ledger: EMPTY_LEDGER,
  })
}

/** A change that says `reason`, made from `expected`. */
export const changeFrom = (
  expected: string | undefined,
  reason: string,
  rest: Partial<Change> = {},
): Change => ({
  expected,
  checkpoint: checkpointSaying(reason),
  files: { 'README.md': `# ${reason}\n`, 'skills/tests/SKILL.md': 'Run them.\n' },
  message: `${reason}\n\n{"type":"test"}`,
  ...rest,
})

/** Saves a change that must not lose. */
export async function saved(store: StateStore, change: Change): Promise<string> {
  const swapped = await store.swap(change)
  if (swapped.is !== 'saved') throw new Error(`${change.message} was stale`)
  return swapped.tag
}
