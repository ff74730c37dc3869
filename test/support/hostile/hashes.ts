/** What is in a folder, so that a change of anything shows: rights, content, where links lead. */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What is there, by path. */
export function hashes(folder: string, takes: (name: string) => boolean): Record<string, string> {
  const all: Record<string, string> = {}
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!takes(entry.name)) continue
    const path = join(folder, entry.name)
    const mode = (lstatSync(path).mode & 0o7777).toString(8)
    if (entry.isDirectory())
      Object.assign(
        all,
        { [path]: mode },
        hashes(path, () => true),
      )
    else if (entry.isSymbolicLink()) all[path] = `-> ${readlinkSync(path)}`
    else if (entry.isFile())
      all[path] = `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
    else all[path] = 'no file'
  }
  return all
}
