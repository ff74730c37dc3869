/** A `git` that stands first on a PATH and notes its arguments: what is in them was in `ps`. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface GitShim {
  /** The folder to put on the PATH. */
  readonly bin: string
  /** Every command line so far. */
  readonly lines: () => string
}

export async function gitShim(folder: string): Promise<GitShim> {
  const bin = join(folder, 'bin')
  const notes = join(folder, 'git-arguments')
  await mkdir(bin)
  const real = process.env['PATH']?.split(':').find((at) => existsSync(join(at, 'git'))) ?? '/usr/bin'
  const shim = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${notes}'\nexec '${real}/git' "$@"\n`
  await writeFile(join(bin, 'git'), shim)
  await chmod(join(bin, 'git'), 0o755)
  await writeFile(notes, '')
  return { bin, lines: () => readFileSync(notes, 'utf8') }
}
