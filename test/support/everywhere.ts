/** Every byte that was kept somewhere, readable: files as they are, git objects and archives unpacked. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

const ENV = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }

const git = (gitDir: string, args: readonly string[], input = ''): string =>
  execFileSync('git', args, { env: { ...ENV, GIT_DIR: gitDir }, input, encoding: 'latin1', maxBuffer: 1e9 })

/** Every object that a ref leads to: names of files, and all that was written. */
export function objectsOf(gitDir: string): string {
  const named = git(gitDir, ['rev-list', '--objects', '--all'])
  return named + git(gitDir, ['cat-file', '--batch'], named.replaceAll(/ .*$/gm, ''))
}

/** Every object there is, loose or packed, whether a ref leads to it or none does. */
export const allObjectsOf = (gitDir: string): string =>
  git(gitDir, ['cat-file', '--batch-all-objects', '--batch', '--unordered'])

/** Names and contents of all files below a folder, by path; what is no file is its name alone. */
export function filesBelow(folder: string, except: readonly string[] = []): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap(
    (entry): [string, string][] => {
      const path = join(entry.parentPath, entry.name)
      if (except.some((left) => path.startsWith(`${left}/`))) return []
      const name = relative(folder, path)
      return [[name, entry.isFile() ? `${name}\n${readFileSync(path, 'latin1')}` : name]]
    },
  )
  return Object.fromEntries(found)
}

const MAGIC = { gzip: '1f8b', zstd: '28b52ffd' } as const

/** What an archive of the cache holds: its tar, and the objects of the packs in it. */
export function unpacked(bytes: Buffer): string {
  const start = bytes.subarray(0, 4).toString('hex')
  const tar = start.startsWith(MAGIC.gzip)
    ? gunzipSync(bytes)
    : start === MAGIC.zstd
      ? zstdDecompressSync(bytes)
      : bytes
  const at = tar.indexOf('PACK')
  if (at < 0) return tar.toString('latin1')
  const folder = mkdtempSync(join(tmpdir(), 'cms-unpacked-'))
  try {
    execFileSync('git', ['init', '--quiet', '--bare', folder], { env: ENV })
    // The last blocks of a tar are empty; git stops at the end of the pack.
    const input = tar.subarray(at)
    const ran = spawnSync('git', ['unpack-objects', '-q'], { env: { ...ENV, GIT_DIR: folder }, input })
    if (ran.status !== 0) throw new Error(`no pack that git knows: ${ran.stderr.toString()}`)
    return tar.toString('latin1') + allObjectsOf(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
