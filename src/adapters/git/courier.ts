/**
 * The courier: a bare repository of the harness's own, through which every commit passes.
 *
 * It has its own config, index files and refs, so nothing in the user's repository (or in the
 * one an agent worked in) steers it. Objects: with a local loop it writes straight into the
 * user's object store, because the loop's refs live there; with a remote loop it keeps its own
 * and borrows the user's through `objects/info/alternates`, so that fetching with `--depth=1`
 * never cuts off the user's history.
 */
import { createHash, randomBytes } from 'node:crypto'
import { copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { diskTrouble, isErrno } from '../../core/errno.ts'
import { configText, formatOf } from './config-text.ts'
import type { Git, GitAnswer, GitDialogue, GitOptions } from './git.ts'
import type { Repository } from './repository.ts'

const compress = promisify<Buffer, { level: number }, Buffer>(deflate)

export type ObjectKind = 'blob' | 'tree' | 'commit'

export interface TreeEntry {
  readonly mode: '100644' | '40000'
  readonly name: string
  readonly id: string
}

export interface CommitFields {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  /** Epoch ms. */
  readonly at: number
}

/** An object whose id is known already. It is there, durably, once `done` resolves. */
export interface Staged {
  readonly id: string
  readonly done: Promise<void>
}

/** The id, once the object is durable. */
const durable = async ({ id, done }: Staged): Promise<string> => {
  await done
  return id
}

/** Who makes every commit of the harness, and those of an agent unless it says otherwise. */
export const BOT = { name: 'cms-iterate[bot]', email: 'cms-iterate[bot]@users.noreply.github.com' } as const

export interface CourierPlace {
  readonly git: Git
  readonly repository: Repository
  /** An existing folder of the loop's own on this machine; the courier is `courier.git` in it. */
  readonly directory: string
  readonly home: 'local' | 'remote'
}

export class Courier {
  readonly gitDir: string
  /** Where objects are written. */
  readonly objects: string
  readonly repository: Repository
  readonly #git: Git
  readonly #env: Readonly<Record<string, string>>

  private constructor({ git, repository, directory, home }: CourierPlace) {
    this.gitDir = join(directory, 'courier.git')
    this.objects = home === 'local' ? repository.objects : join(this.gitDir, 'objects')
    this.repository = repository
    this.#git = git
    this.#env = { GIT_DIR: this.gitDir, GIT_OBJECT_DIRECTORY: this.objects }
  }

  /** Makes the courier, or takes over the one that is there. Idempotent and safe to be killed in. */
  static async open(place: CourierPlace): Promise<Courier> {
    const courier = new Courier(place)
    await courier.#prepare(place.home)
    return courier
  }

  /** Runs git in the courier. */
  run(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    // The folder we were started in may be the agent's, and may be gone.
    return this.#git.run(args, { cwd: this.gitDir, ...options, env: { ...this.#env, ...options.env } })
  }

  /** A git in the courier that stays. */
  converse(args: readonly string[], env: Readonly<Record<string, string>>): GitDialogue {
    return this.#git.converse(args, { cwd: this.gitDir, env: { ...this.#env, ...env } })
  }

  /** Writes one object, durably, and answers its id. */
  write(kind: ObjectKind, content: Uint8Array): Promise<string> {
    return durable(this.stage(kind, content))
  }

  /**
   * Begins to write one object. In this process rather than by `git hash-object`, because it is
   * what every iteration does most often; and without waiting, because the objects of one commit
   * name each other by ids that are known at once.
   */
  stage(kind: ObjectKind, content: Uint8Array): Staged {
    const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content])
    const id = createHash(this.repository.objectFormat).update(whole).digest('hex')
    return { id, done: this.#place(join(this.objects, id.slice(0, 2), id.slice(2)), whole) }
  }

  /** A tree of files and sub-trees. */
  stageTree(entries: readonly TreeEntry[]): Staged {
    const key = ({ mode, name }: TreeEntry) => (mode === '40000' ? `${name}/` : name)
    const sorted = entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    return this.stage(
      'tree',
      Buffer.concat(sorted.flatMap((e) => [Buffer.from(`${e.mode} ${e.name}\0`), Buffer.from(e.id, 'hex')])),
    )
  }

  stageCommit({ tree, parents, message, at }: CommitFields): Staged {
    const who = `${BOT.name} <${BOT.email}> ${Math.floor(at / 1_000)} +0000`
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who}`,
      `committer ${who}`,
      '',
      message.endsWith('\n') ? message : `${message}\n`,
    ]
    return this.stage('commit', Buffer.from(lines.join('\n')))
  }

  commit(fields: CommitFields): Promise<string> {
    return durable(this.stageCommit(fields))
  }

  async #place(path: string, whole: Buffer): Promise<void> {
    if (!(await exists(path))) await place(path, await compress(whole, { level: 1 }))
  }

  async #prepare(home: 'local' | 'remote'): Promise<void> {
    const { repository } = this
    await mkdir(join(this.gitDir, 'objects', 'info'), { recursive: true })
    await mkdir(join(this.gitDir, 'refs'), { recursive: true })
    if (home === 'remote')
      await writeFile(join(this.objects, 'info', 'alternates'), `${repository.objects}\n`)
    await writeFile(
      join(this.gitDir, 'config'),
      configText([...formatOf(repository), ['core.bare', 'true'], ...repository.promisor]),
    )
    await this.#copyShallow(home)
    await writeFile(join(this.gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  }

  /** A remote courier has a shallow file of its own, which its fetches keep. */
  async #copyShallow(home: 'local' | 'remote'): Promise<void> {
    const own = join(this.gitDir, 'shallow')
    if (home === 'remote' && (await exists(own))) return
    if (this.repository.shallow) await copyFile(join(this.repository.gitDir, 'shallow'), own)
    else await rm(own, { force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Somebody's `git gc` removes folders that are empty, and files like ours that have no name yet. */
const TRIES = 5

/** Write beside, make durable, rename: a reader sees the whole object or none. */
async function place(path: string, bytes: Uint8Array): Promise<void> {
  const directory = dirname(path)
  const beside = join(directory, `tmp_obj_${randomBytes(6).toString('hex')}`)
  for (let tries = 1; ; tries++) {
    try {
      if (tries > 1) await mkdir(directory, { recursive: true })
      await writeDurably(beside, bytes)
      return await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {})
      if (!isErrno(error, 'ENOENT') || tries === TRIES) throw diskTrouble(error)
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o444)
  await file.writeFile(bytes)
  await file.datasync()
}
