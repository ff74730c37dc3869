import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'

export interface PlaceRequest {
  /** Where all loops of this machine live; by default a folder of ours in the temporary one. */
  readonly home: string | undefined
  /** The common git dir of the user's repository. */
  readonly gitDir: string
  readonly loop: string
}

/**
 * The folder of a loop on this machine, made when missing and readable by us alone.
 *
 * Not inside `.git`, because test tools skip such paths, and not beside the user's tree.
 *
 * @throws LoopError `unsafe-folder` when it belongs to somebody else, `bad-input` when there can be none.
 */
export async function openPlace({ home, gitDir, loop }: PlaceRequest): Promise<string> {
  const root = await rootOf(home).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EEXIST')) throw error
    throw noPlace(home || tmpdir(), `it is no folder, or not in one (${String(error)})`)
  })
  const repository = await privateFolder(join(root, `${nameOf(gitDir)}-${short(gitDir)}`))
  return privateFolder(join(repository, loop))
}

async function rootOf(home: string | undefined): Promise<string> {
  if (home === undefined || home === '') return ownTemporaryFolder()
  if (!isAbsolute(home)) throw noPlace(home, 'it is not absolute')
  return ownFolder(home)
}

const noPlace = (path: string, why: string) =>
  new LoopError(
    'bad-input',
    `The folder for what the loop keeps on this machine cannot be ${path}: ${why}.`,
    {
      hint: 'Set CMS_HOME to an absolute path of yours, or TMPDIR to a folder that exists.',
    },
  )

/** Canonical, because agents and tools compare it with what `pwd -P` says. */
async function ownTemporaryFolder(): Promise<string> {
  return privateFolder(join(await realpath(tmpdir()), `cms-iterate-${process.getuid?.() ?? 'user'}`))
}

/** A folder that was named by a person may be a link and may be open to readers. */
async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if ((await stat(path)).uid !== process.getuid?.()) throw foreign(path)
  return realpath(path)
}

async function privateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    if (!isErrno(error, 'EEXIST')) throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw foreign(path)
  if ((found.mode & 0o777) !== 0o700) await chmod(path, 0o700)
  return path
}

const foreign = (path: string) =>
  new LoopError('unsafe-folder', `${path} does not belong to the user we run as.`)

/** `/home/me/shop/.git` → `shop`: only for people who look into the folder. */
function nameOf(gitDir: string): string {
  const name = basename(gitDir) === '.git' ? basename(dirname(gitDir)) : basename(gitDir, '.git')
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40) || 'repository'
}

const short = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 8)
