/**
 * The `.git` an agent gets: new for every attempt, made of plain files, thrown away after.
 *
 * What the agent does in it (commits, config, hooks) is its own business; the harness never
 * runs git on it. It borrows objects, so it costs nothing, and knows no remote but the one a
 * partial clone needs.
 */
import { constants, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import { configText, formatOf } from './config-text.ts'
import { BOT, type Courier } from './courier.ts'
import { removeTree } from './remove-tree.ts'

export interface Loan {
  readonly courier: Courier
  /** Root of the tree. */
  readonly path: string
  /** Index of ours, in step with the tree: copied, so that `git status` has nothing to do. */
  readonly index: string
  /** HEAD, detached. */
  readonly at: string
}

/** Replaces whatever `.git` is in the tree by a new one, which is no repository yet. */
export async function prepareGitDir({ courier, path }: Pick<Loan, 'courier' | 'path'>): Promise<void> {
  const gitDir = join(path, '.git')
  await removeTree(gitDir)
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true })
  await Promise.all([mkdir(join(gitDir, 'refs', 'heads'), { recursive: true }), mkdir(join(gitDir, 'info'))])
  await Promise.all([
    copyIfThere(join(courier.gitDir, 'shallow'), join(gitDir, 'shallow')),
    copyIfThere(join(courier.gitDir, 'info', 'exclude'), join(gitDir, 'info', 'exclude')),
    writeFile(join(gitDir, 'objects', 'info', 'alternates'), alternates(courier)),
    writeFile(join(gitDir, 'config'), config(courier)),
  ])
}

/** Makes a repository of the `.git` that was prepared. */
export async function lendGitDir({ path, index, at }: Loan): Promise<void> {
  const gitDir = join(path, '.git')
  await copyFile(index, join(gitDir, 'index'), constants.COPYFILE_FICLONE)
  // Last: without HEAD it is no repository.
  await writeFile(join(gitDir, 'HEAD'), `${at}\n`)
}

/** Copies a file that need not be there; then the target is not there either. */
const copyIfThere = (from: string, to: string): Promise<void> =>
  copyFile(from, to).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })

const alternates = ({ objects, repository }: Courier): string =>
  [...new Set([objects, repository.objects])].map((path) => `${path}\n`).join('')

/** Signing is off: a key that asks for its passphrase would stall the agent. */
const config = ({ repository }: Courier): string =>
  configText([
    ...formatOf(repository),
    ['core.bare', 'false'],
    ['core.logAllRefUpdates', 'true'],
    ['user.name', BOT.name],
    ['user.email', BOT.email],
    ['commit.gpgSign', 'false'],
    ['tag.gpgSign', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ...repository.promisor.map(([key, value]) => [key, withoutPassword(value)] as const),
  ])

/** A token in the URL of a partial clone's remote is not for the agent. */
const withoutPassword = (value: string): string => value.replace(/^(https?:\/\/)[^/@]*@/, '$1')
