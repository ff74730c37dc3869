/** Tarballs as npm makes them: everything in them is below `package/`. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isErrno } from '../../core/errno.ts'
import { environment, type Variables } from '../process/environment.ts'
import { run } from '../process/run.ts'

/** Whether a file is there and has this hash, `sha512-<base64>`. */
export async function hasIntegrity(path: string, integrity: string): Promise<boolean> {
  const hash = createHash('sha512')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EISDIR')) return false
    throw error
  }
  return `sha512-${hash.digest('base64')}` === integrity
}

export interface Unpacking {
  readonly tarball: string
  /** Path of the file that is wanted, in the package. */
  readonly path: string
  /** An empty folder afterwards but for that file; need not exist. */
  readonly into: string
  readonly from: Variables
  readonly signal: AbortSignal | undefined
}

/** @returns where the file is now, executable; or what tar said. */
export async function unpack({
  tarball,
  path,
  into,
  from,
  signal,
}: Unpacking): Promise<{ readonly file: string } | { readonly said: string }> {
  await rm(into, { recursive: true, force: true })
  await mkdir(into, { recursive: true })
  const member = `package/${path}`
  const args = ['-xzof', tarball, '-C', into, member]
  const ran = await run('tar', { args, cwd: dirname(into), env: environment({ from }), signal })
  if (ran.code !== 0) return { said: ran.missing ? 'there is no program tar' : ran.stderr.trim() }
  const file = join(into, member)
  await chmod(file, 0o755)
  return { file }
}
