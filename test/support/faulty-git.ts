/** A `git` that stands first on a PATH, counts its calls, and lets one of them go wrong. */
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const WRONGS = {
  'ends with 128': 'echo "fatal: it went wrong" >&2; exit 128',
  'is killed once it has done its work': '"$git" "$@"; kill -9 $$',
} as const
export type Wrong = keyof typeof WRONGS

export interface FaultyGit {
  /** The PATH that has it. */
  readonly path: string
  /** What every call was asked to do, without options of our own. */
  readonly calls: () => string[]
}

/**
 * @param at the call that goes wrong, from 1; 0 for none.
 */
export async function faultyGit(folder: string, at = 0, wrong: Wrong = 'ends with 128'): Promise<FaultyGit> {
  const bin = join(folder, 'bin')
  const notes = join(folder, 'calls')
  await mkdir(bin, { recursive: true })
  await mkdir(notes)
  const path = process.env['PATH'] ?? ''
  // The name of a file that is not there yet is the number: calls at the same time get two.
  const shim = `#!/bin/sh
set -C
git=$(PATH='${path}' command -v git)
n=1
until { true > '${notes}'/$n; } 2> /dev/null; do n=$((n + 1)); done
printf '%s\\n' "$*" >| '${notes}'/$n
set +C
if [ $n = ${at} ]; then ${WRONGS[wrong]}; fi
exec "$git" "$@"
`
  await writeFile(join(bin, 'git'), shim)
  await chmod(join(bin, 'git'), 0o755)
  const numbered = () => readdirSync(notes).toSorted((a, b) => Number(a) - Number(b))
  return {
    path: `${bin}:${path}`,
    calls: () => numbered().map((n) => subcommand(readFileSync(join(notes, n), 'utf8'))),
  }
}

/** `-c a=b --git-dir x fetch --depth=1 y` → `fetch`. */
export const subcommand = (line: string): string =>
  line
    .trim()
    .split(' ')
    .find(
      (word, at, all) => !word.startsWith('-') && !['-c', '-C', '--git-dir'].includes(all[at - 1] ?? ''),
    ) ?? ''
