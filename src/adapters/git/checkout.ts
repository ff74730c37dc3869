/**
 * The job's own checkout as a place to work in.
 *
 * Its `.git` stays, because later steps need it, but an earlier agent may have written to its
 * config and hooks: git never runs with them. What must change is changed by our own git with
 * the courier's config (objects: one pack) and by plain file writes (HEAD, index, shallow).
 */
import { copyFile, lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LoopError } from '../../core/error.ts'
import { headOf } from './agent-commits.ts'
import { replaceFile } from './files.ts'
import { isPlainIndex } from './index-file.ts'
import type { Loan } from './private-git-dir.ts'
import type { Repository } from './repository.ts'

/** The error for a checkout that an agent, or a step of the job, has made useless. */
export const checkoutLost = (path: string, cause?: unknown): LoopError =>
  new LoopError('bad-checkout', `${path} lost its \`.git\`, or what is in it, while the loop worked there.`, {
    cause,
    hint: 'Start a new job, which checks out again. What was saved is on the remote.',
  })

export class Checkout {
  readonly path: string
  /** HEAD and index of this working tree. */
  readonly gitDir: string
  readonly #repository: Repository

  private constructor(repository: Repository, gitDir: string) {
    this.path = repository.topLevel
    this.gitDir = gitDir
    this.#repository = repository
  }

  /** To be called before any agent runs: where `.git` leads is only believed once. */
  static async open(repository: Repository): Promise<Checkout> {
    const dotGit = join(repository.topLevel, '.git')
    const found = await lstat(dotGit).catch(() => undefined)
    if (found?.isDirectory()) return new Checkout(repository, dotGit)
    const [, path] = /^gitdir: (.+)\n?$/.exec(found?.isFile() ? await readFile(dotGit, 'utf8') : '') ?? []
    if (path === undefined)
      throw new LoopError('bad-checkout', `${repository.topLevel} is not a git checkout.`)
    return new Checkout(repository, resolve(dirname(dotGit), path))
  }

  /** Whether it is where it was, with a `.git` whose objects we borrow, and no link leads elsewhere. */
  async isThere(): Promise<boolean> {
    const folders = [this.path, this.gitDir, this.#repository.objects]
    const found = await Promise.all(folders.map((path) => lstat(path).catch(() => undefined)))
    return found.every((one) => one?.isDirectory() === true)
  }

  /** Lends its index, so that files that are right already keep their times. */
  async seed(index: string): Promise<void> {
    const own = join(this.gitDir, 'index')
    const bytes = await readFile(own).catch(() => undefined)
    if (bytes !== undefined && isPlainIndex(bytes)) await copyFile(own, index)
  }

  /** HEAD detached at `at`, whose objects are now here too; the index as ours. */
  async stand(loan: Loan): Promise<void> {
    const head = join(this.gitDir, 'HEAD')
    if ((await headOf(this.gitDir).catch(() => undefined)) !== loan.at) await this.#takeObjects(loan)
    await rm(join(this.gitDir, 'index.lock'), { force: true })
    await replaceFile(join(this.gitDir, 'index'), (beside) => copyFile(loan.index, beside))
    await replaceFile(head, (beside) => writeFile(beside, `${loan.at}\n`))
  }

  async #takeObjects(loan: Loan): Promise<void> {
    const { objects, gitDir } = this.#repository
    if (loan.courier.objects === objects) return
    await loan.courier.run(
      ['pack-objects', '--quiet', '--revs', '--non-empty', join(objects, 'pack', 'pack')],
      {
        input: `${loan.at}\n${await this.#known(loan)}`,
        // Written from here, so that the pack is made on the file system it belongs to.
        env: {
          GIT_OBJECT_DIRECTORY: objects,
          GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(loan.courier.objects),
        },
      },
    )
    const shallow = join(gitDir, 'shallow')
    const lines = await Promise.all([shallow, join(loan.courier.gitDir, 'shallow')].map(linesOf))
    const all = [...new Set(lines.flat())]
    if (all.length > 0)
      await replaceFile(shallow, (beside) => writeFile(beside, all.map((line) => `${line}\n`).join('')))
  }

  /** What need not be packed: the commit the checkout came with, if it is a commit we can name. */
  async #known({ courier }: Loan): Promise<string> {
    const head = await headOf(this.gitDir).catch(() => undefined)
    if (head === undefined) return ''
    const there = await courier.run(['cat-file', '-e', `${head}^{tree}`], { ok: [0, 1, 128] })
    return there.code === 0 ? `^${head}\n` : ''
  }
}

const linesOf = (path: string): Promise<readonly string[]> =>
  readFile(path, 'utf8').then(
    (text) => text.split('\n').filter((line) => line !== ''),
    () => [],
  )
