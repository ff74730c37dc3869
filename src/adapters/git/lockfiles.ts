import { posix } from 'node:path'
import type { IndexEntry } from './index-file.ts'

const LOCKFILES: ReadonlySet<string> = new Set([
  ...[
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
    'deno.lock',
  ],
  ...['Cargo.lock', 'go.sum', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'pylock.toml'],
  ...['Gemfile.lock', 'composer.lock', 'gradle.lockfile', 'packages.lock.json', 'mix.lock', 'pubspec.lock'],
  ...['Podfile.lock', 'Package.resolved', 'flake.lock', 'conda-lock.yml'],
])

/** Whether a file says which versions `setup` installs. */
export function isLockfile({ path }: IndexEntry): boolean {
  const name = posix.basename(path)
  return LOCKFILES.has(name) || /^requirements.*\.txt$/.test(name)
}
