/** Tarballs as npm makes them: everything in them is below `package/`. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { environment, type Variables } from '../process/environment.ts'
import { run } from '../process/run.ts'

/** Larger ones are none of ours; the largest of today have a tenth of it. Bytes. */
const LARGEST = 1024 ** 3

/** An agent may have put anything there: a link is not followed, and a pipe not waited for. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Whether there is a file that can be read and has this hash, `sha512-<base64>`. Never rejects. */
export async function hasIntegrity(path: string, integrity: string): Promise<boolean> {
  try {
    await using file = await open(path, READ)
    const found = await file.stat()
    if (!found.isFile() || found.size > LARGEST) return false
    const hash = createHash('sha512')
    // Nor what is appended meanwhile.
    await pipeline(file.createReadStream({ end: LARGEST, autoClose: false }), hash)
    return `sha512-${hash.digest('base64')}` === integrity
  } catch {
    return false
  }
}

export interface Unpacking {
  readonly tarball: string
  /** Path of the file that is wanted, in the package. */
  readonly path: string
  /** Files and folders of the package that are wanted, too. */
  readonly beside: readonly string[]
  /** An empty folder afterwards but for these; need not exist. */
  readonly into: string
  readonly from: Variables
  readonly signal: AbortSignal | undefined
}

/** @returns where the file is now, executable; or what tar said. */
export async function unpack({
  tarball,
  path,
  beside,
  into,
  from,
  signal,
}: Unpacking): Promise<{ readonly file: string } | { readonly said: string }> {
  await rm(into, { recursive: true, force: true })
  await mkdir(into, { recursive: true })
  const member = `package/${path}`
  const args = ['-xzof', tarball, '-C', into, member, ...beside.map((one) => `package/${one}`)]
  const ran = await run('tar', { args, cwd: dirname(into), env: environment({ from }), signal })
  if (ran.code !== 0) return { said: ran.missing ? 'there is no program tar' : ran.stderr.trim() }
  const file = join(into, member)
  await chmod(file, 0o755)
  return { file }
}
