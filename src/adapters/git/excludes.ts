/** What people ignore for themselves is ignored in the courier too. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Courier } from './courier.ts'
import { replaceFile } from './files.ts'
import type { Repository } from './repository.ts'

/** The user's own excludes, as they are now; empty where there are none. */
export const readExcludes = ({ gitDir }: Repository): Promise<Buffer> =>
  readFile(join(gitDir, 'info', 'exclude')).catch(() => Buffer.alloc(0))

/** Makes these the excludes of the courier. */
export async function putExcludes({ gitDir }: Courier, excludes: Buffer): Promise<void> {
  const own = join(gitDir, 'info', 'exclude')
  const ours = await readFile(own).catch(() => undefined)
  if (ours?.equals(excludes) === true) return
  await mkdir(join(gitDir, 'info'), { recursive: true })
  // In one step: other lanes are reading it.
  await replaceFile(own, (beside) => writeFile(beside, excludes))
}
