import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Courier } from './courier.ts'

/** What people ignore for themselves is ignored in the courier too. */
export async function borrowExcludes({ gitDir, repository }: Courier): Promise<void> {
  const own = join(gitDir, 'info', 'exclude')
  const [theirs, ours] = await Promise.all(
    [join(repository.gitDir, 'info', 'exclude'), own].map((path) => readFile(path).catch(() => undefined)),
  )
  const wanted = theirs ?? Buffer.alloc(0)
  if (ours?.equals(wanted) === true) return
  const beside = `${own}.${randomBytes(4).toString('hex')}`
  await mkdir(join(gitDir, 'info'), { recursive: true })
  await writeFile(beside, wanted)
  // In one step: other lanes are reading it.
  await rename(beside, own)
}
