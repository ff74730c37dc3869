import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes a file or a whole folder, also one whose folders were made read-only. Links are not followed. */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 2 })
  await remove().catch(async () => {
    await makeWritable(path)
    await remove()
  })
}

/** Gives us back the right to do with one file or folder what its owner may, as far as it is ours to give. */
export async function claim(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || found.isSymbolicLink()) return
  const wanted = found.isDirectory() ? 0o700 : 0o600
  if ((found.mode & wanted) !== wanted) await chmod(path, (found.mode & 0o777) | wanted).catch(() => {})
}

/** Gives us back the right to change every folder below `path`, as far as it is ours to give. */
export async function makeWritable(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory()) return
  await claim(path)
  const children = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const child of children) if (child.isDirectory()) await makeWritable(join(path, child.name))
}

/** Removes every `.git` below `path`, so that what is there are plain files. */
export async function removeNestedGitDirs(path: string): Promise<void> {
  const children = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const child of children) {
    if (child.name === '.git') await removeTree(join(path, child.name))
    else if (child.isDirectory()) await removeNestedGitDirs(join(path, child.name))
  }
}
