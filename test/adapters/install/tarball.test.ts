/** What may stand where a tarball should be, after an agent was at work. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hasIntegrity, unpack } from '../../../src/adapters/install/tarball.ts'

const BYTES = 'what was tested'
const HASH = `sha512-${createHash('sha512').update(BYTES).digest('base64')}`
const isRoot = process.getuid?.() === 0

// biome-ignore format: one row, one thing
test.each<[what: string, make: (path: string) => unknown, is: boolean]>([
  ['the file',                 (path) => writeFile(path, BYTES), true],
  ['another file',             (path) => writeFile(path, 'poison'), false],
  ['an empty file',            (path) => writeFile(path, ''), false],
  ['nothing',                  () => {}, false],
  ['a folder',                 (path) => mkdir(path), false],
  ['a pipe nobody writes to',  (path) => execFileSync('mkfifo', [path]), false],
  ['a link to the file',       async (path) => { await writeFile(`${path}.x`, BYTES); await symlink(`${path}.x`, path) }, false],
  ['a hard link to the file',  async (path) => { await writeFile(`${path}.x`, BYTES); await link(`${path}.x`, path) }, true],
  ['a link to itself',         (path) => symlink(path, path), false],
  ['a link without end',       (path) => symlink('/dev/zero', path), false],
  ['a file without end',       async (path) => { await writeFile(path, BYTES); await truncate(path, 2 * 1024 ** 3) }, false],
  // Whoever may do anything reads it all the same.
  ['a file nobody may read',   async (path) => { await writeFile(path, BYTES); await chmod(path, 0) }, isRoot],
])('%s', async (_what, make, is) => {
  const folder = await mkdtemp(join(tmpdir(), 'cms-tarball-'))
  try {
    const path = join(folder, 'robot.tgz')
    await make(path)
    expect(await hasIntegrity(path, HASH)).toBe(is)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a path that is none, and a socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cms-tarball-'))
  const server = createServer()
  try {
    const path = join(folder, 'socket')
    await new Promise<void>((resolve) => server.listen(path, resolve))
    expect(await hasIntegrity(path, HASH)).toBe(false)
    expect(await hasIntegrity(join(path, 'below'), HASH)).toBe(false)
    expect(await hasIntegrity(join(folder, 'x'.repeat(300)), HASH)).toBe(false)
  } finally {
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
})

test('of a package comes its program, what that needs beside it, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cms-unpack-'))
  try {
    for (const path of ['bin/robot', 'bin/other', 'lib/deep/part', 'README.md']) {
      await mkdir(dirname(join(folder, 'package', path)), { recursive: true })
      await writeFile(join(folder, 'package', path), path)
    }
    const tarball = join(folder, 'robot.tgz')
    execFileSync('tar', ['-czf', tarball, '-C', folder, 'package'])
    const order = { tarball, into: join(folder, 'into'), from: process.env, signal: undefined }
    const found = await unpack({ ...order, path: 'bin/robot', beside: ['lib'] })
    expect(found).toEqual({ file: join(order.into, 'package/bin/robot') })
    expect((await readdir(order.into, { recursive: true })).toSorted()).toEqual([
      ...['package', 'package/bin', 'package/bin/robot'],
      ...['package/lib', 'package/lib/deep', 'package/lib/deep/part'],
    ])
    expect(await unpack({ ...order, path: 'bin/robot', beside: ['gone'] })).toHaveProperty('said')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
