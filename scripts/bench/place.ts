/** Temporary folders and git, as a person uses it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const start = promisify(execFile)

/** Root of the project: `scripts/bench.ts` starts us there. */
export const ROOT = process.cwd()

/** What every program of the benchmark sees: nothing of the machine's own settings. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
}

export async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await start('git', args, { cwd, env: ENV })).stdout.trim()
}

/** A folder that goes away at the end of its scope. */
export async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'cms-bench-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** A repository with these files in one commit on `main`. */
export async function repository(path: string, files: Readonly<Record<string, string>>): Promise<string> {
  await git(tmpdir(), 'init', '--quiet', '--initial-branch=main', path)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  await git(path, 'add', '-A')
  await git(path, 'commit', '--quiet', '-m', 'first')
  return path
}

/** Bytes of all files in a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
