/**
 * A `tar` that unpacks only what was asked for.
 *
 * GitHub's cache client unpacks with `tar -P`: an archive may write anywhere, through `..`, absolute
 * names and links. Who may write one entry of the cache could so write any file of a later job,
 * beside its tokens. So a script of ours stands first on the client's PATH. When something is
 * unpacked it takes the `-P` out, without which tar keeps below its folder, and names the members.
 */
import { constants } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** No file of an archive may be larger: 1 GiB, in blocks of 512 bytes. */
const MOST_BLOCKS = 2 ** 21

/** The client prefers `gtar` on a Mac. */
const NAMES = ['tar', 'gtar'] as const

export interface Confinement {
  /** An existing folder of our own. */
  readonly folder: string
  readonly path: string
  /** Names below the folder that is unpacked into. */
  readonly members: readonly string[]
}

/** @returns the PATH to run the client with. */
export async function confinedTar({ folder, path, members }: Confinement): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  for (const name of NAMES) {
    const real = await programAt(path, name)
    if (real !== undefined) await writeFile(join(bin, name), script(real, members), { mode: 0o700 })
  }
  return [bin, path].join(delimiter)
}

const script = (tar: string, members: readonly string[]): string => `#!/bin/sh
[ "$1" = -xf ] || exec ${quoted(tar)} "$@"
for word; do
  shift
  [ "$word" = -P ] || set -- "$@" "$word"
done
ulimit -f ${MOST_BLOCKS} || :
exec ${quoted(tar)} "$@" -- ${members.map(quoted).join(' ')}
`

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** An absolute path, or our script would find itself. */
async function programAt(path: string, name: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter(isAbsolute)) {
    const file = join(directory, name)
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  return undefined
}
