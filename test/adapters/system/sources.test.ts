/** What a person names, and what a stranger may have put there. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sourcesAt } from '../../../src/adapters/system/sources.ts'
import type { SourceFolder } from '../../../src/ports/exchange.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sources-'))
})
afterEach(() => rm(root, { recursive: true }))

async function put(path: string, text: string | Uint8Array = 'x'): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
  return join(root, path)
}

async function folder(path: string): Promise<SourceFolder> {
  const source = await sourcesAt(root).open(path)
  if (source.is !== 'folder') throw new Error('no folder')
  return source.folder
}

const refusal = (path: string) =>
  sourcesAt(root)
    .open(path)
    .then(
      () => 'opened',
      ({ code, message }) => `${code}: ${message}`,
    )

describe('a path that a person names', () => {
  test('is a file, a folder, or a link to one', async () => {
    await put('a/b.json', '{}')
    await symlink('a/b.json', join(root, 'link'))
    expect(await sourcesAt(root).open('a/b.json')).toMatchObject({ is: 'file', text: '{}' })
    expect(await sourcesAt(root).open('link')).toMatchObject({ is: 'file', text: '{}' })
    expect(await sourcesAt(root).open('a')).toMatchObject({ is: 'folder' })
  })

  test('is refused for what it is', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    await put('latin1', Buffer.from([0x66, 0xfc, 0x72]))
    await truncate(await put('huge'), 9_000_000)
    await symlink('itself', join(root, 'itself'))
    expect(await refusal('gone')).toMatch(/^bad-source: There is no file or folder gone/)
    expect(await refusal('pipe')).toMatch(/no regular file/)
    expect(await refusal('/dev/zero')).toMatch(/no regular file/)
    expect(await refusal('latin1')).toMatch(/no text in UTF-8/)
    expect(await refusal('huge')).toMatch(/larger than 8 MB/)
    expect(await refusal('itself')).toMatch(/ELOOP/)
    expect(await refusal('latin1/x')).toMatch(/There is no file or folder/)
  })

  test('what claims to be empty and is not is read', async () => {
    expect(await sourcesAt(root).open('/proc/self/status')).toMatchObject({
      text: expect.stringContaining('Pid:'),
    })
  })
})

describe('a folder', () => {
  test('tells its entries in order, and reads files below it', async () => {
    await put('f/b/one.json', '1')
    await put('f/a.json', '2')
    const found = await folder('f')
    expect(await found.list('')).toEqual([
      { name: 'a.json', kind: 'file' },
      { name: 'b', kind: 'folder' },
    ])
    expect(await found.list('b')).toEqual([{ name: 'one.json', kind: 'file' }])
    expect(await found.list('gone')).toEqual([])
    expect(await found.read('b/one.json')).toEqual({ text: '1' })
    expect(await found.read('b/gone.json')).toBeUndefined()
  })

  test('leads nowhere else by links', async () => {
    await put('secret/one.json', 'secret')
    await put('f/real.json')
    await symlink('../secret', join(root, 'f/inner'))
    await symlink('../secret/one.json', join(root, 'f/one.json'))
    execFileSync('mkfifo', [join(root, 'f/pipe.json')])
    const found = await folder('f')
    expect(await found.list('inner')).toEqual([])
    expect(await found.read('inner/one.json')).toBeUndefined()
    expect(await found.read('one.json')).toEqual({ refused: expect.stringContaining('link') })
    expect(await found.read('pipe.json')).toEqual({ refused: 'it is no regular file' })
    expect((await found.list('')).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'inner other',
      'one.json other',
      'pipe.json other',
      'real.json file',
    ])
  })

  test('of too many entries is refused', async () => {
    await mkdir(join(root, 'many'))
    await Promise.all(Array.from({ length: 5_001 }, (_, n) => writeFile(join(root, 'many', `${n}`), '')))
    await expect((await folder('many')).list('')).rejects.toMatchObject({ code: 'bad-source' })
  })
})
