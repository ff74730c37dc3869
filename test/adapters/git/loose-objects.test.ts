import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import { looseObject } from '../../../src/adapters/git/loose-objects.ts'
import { Folders, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

async function written(content: Uint8Array, ...init: readonly string[]) {
  const repo = folders.repo({ 'a.txt': 'a\n' }, ...init)
  const { courier } = await workspacesOf({ repo, directory: folders.make() })
  const id = await courier.write('blob', content)
  const path = join(courier.objects, id.slice(0, 2), id.slice(2))
  return { repo, courier, id, path, read: (limit: number) => looseObject(courier, id, limit) }
}

const TEXT = Buffer.from('text')

describe('a blob in a file of its own', () => {
  test.each<[string, Buffer, number, Buffer | undefined]>([
    ['of the length asked for', TEXT, 4, TEXT],
    ['one byte too long', TEXT, 3, undefined],
    ['empty', Buffer.alloc(0), 0, Buffer.alloc(0)],
    ['long and repetitive', Buffer.alloc(3_000_000), 3_000_000, Buffer.alloc(3_000_000)],
    ['long, and only its size is asked for', Buffer.alloc(3_000_000), 0, undefined],
  ])('%s', async (_, bytes, limit, content) => {
    const { read } = await written(bytes)
    const blob = await read(limit)
    expect(blob?.size).toBe(bytes.length)
    expect(blob?.content === undefined ? undefined : Buffer.compare(blob.content, content ?? TEXT)).toBe(
      content === undefined ? undefined : 0,
    )
  })

  test('also with SHA-256, and where git has written it', async () => {
    const { repo, courier } = await written(TEXT, '--object-format=sha256')
    const id = repo.git('rev-parse', 'HEAD:a.txt')
    expect(await looseObject(courier, id, 9)).toEqual({ kind: 'blob', size: 2, content: Buffer.from('a\n') })
  })
})

describe('no answer, so that git is asked', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['other content than its name says', () => deflateSync('blob 4\0evil')],
    ['more than its size says', () => deflateSync('blob 4\0text and more')],
    ['less than its size says', () => deflateSync('blob 4\0te')],
    ['a file that was cut off', (bytes) => bytes.subarray(0, 9)],
    ['a file that is no object', () => Buffer.from('nothing')],
    ['an empty file', () => Buffer.alloc(0)],
  ])('%s', async (_, spoil) => {
    const { read, path } = await written(TEXT)
    expect(await read(4)).toEqual({ kind: 'blob', size: 4, content: TEXT })
    chmodSync(path, 0o600)
    writeFileSync(path, spoil(readFileSync(path)))
    expect(await read(4)).toBeUndefined()
  })

  test('a missing one', async () => {
    const { read, path } = await written(TEXT)
    rmSync(path)
    expect(await read(4)).toBeUndefined()
  })
})
