import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { createOutbox } from '../../../src/adapters/system/outbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'outbox-'))
afterAll(() => rmSync(folder, { recursive: true }))

const outbox = createOutbox(join(folder, 'desks'))

/** A fresh outbox with these files in it. */
async function holding(files: Readonly<Record<string, string | Buffer>>) {
  const desk = await outbox.open('1', '{}')
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(desk.outbox, path)), { recursive: true })
    await writeFile(join(desk.outbox, path), content)
  }
  return desk
}

const read = async (files: Readonly<Record<string, string | Buffer>>) => outbox.read(await holding(files))

test('a new desk is empty and has the context', async () => {
  const desk = await outbox.open('3', '{"goal":"g"}')
  expect(await readdir(desk.outbox)).toEqual([])
  expect(await readdir(desk.inbox)).toEqual([])
  expect(await readFile(desk.context, 'utf8')).toBe('{"goal":"g"}')
  expect(await outbox.read(desk)).toEqual([])
})

test('the last attempt is gone, other lanes stay', async () => {
  const other = await outbox.open('11', '{}')
  const first = await holding({ 'report.json': '{}' })
  await chmod(first.outbox, 0o000)
  await outbox.open('1', '{}')
  await expect(readdir(first.outbox)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(other.outbox)).toEqual([])
})

test('what a link in the place of an old outbox leads to keeps its rights', async () => {
  const precious = join(folder, 'precious')
  await mkdir(precious)
  await chmod(precious, 0o555)
  const first = await outbox.open('7', '{}')
  await rm(first.outbox, { recursive: true })
  await symlink(precious, first.outbox)
  await outbox.open('7', '{}')
  expect((await stat(precious)).mode & 0o777).toBe(0o555)
  await expect(lstat(first.outbox)).rejects.toMatchObject({ code: 'ENOENT' })
})

test.each(['../1', '', '0', 'all'])('%j is no lane', async (lane) => {
  await expect(outbox.open(lane, '{}')).rejects.toThrow()
})

test('files come in a fixed order, those at the top first', async () => {
  const files = {
    'tasks/b.json': '2',
    'tasks/B.json': '3',
    'report.json': '{}',
    'messages/a.json': '1',
    'acks.json': '[]',
  }
  expect(await read(files)).toEqual([
    { path: 'acks.json', text: '[]' },
    { path: 'report.json', text: '{}' },
    { path: 'messages/a.json', text: '1' },
    { path: 'tasks/B.json', text: '3' },
    { path: 'tasks/b.json', text: '2' },
  ])
})

test('bounds: size, depth, encoding', async () => {
  const files = {
    'a.json': 'x'.repeat(65_536),
    'b.json': 'x'.repeat(65_537),
    'c.json': Buffer.from([0xff, 0xfe]),
    'm/n/o.json': '1',
  }
  expect(await read(files)).toEqual([
    { path: 'a.json', text: files['a.json'] },
    { path: 'b.json', refused: expect.stringContaining('64 KB') },
    { path: 'c.json', refused: expect.stringContaining('UTF-8') },
    { path: 'm/n', refused: expect.stringContaining('deep') },
  ])
})

test('bounds: number', async () => {
  const many = Object.fromEntries(Array.from({ length: 205 }, (_, n) => [`messages/${1_000 + n}.json`, '{}']))
  const found = await read({ ...many, 'report.json': 'R' })
  expect(found.filter((file) => 'text' in file)).toHaveLength(200)
  expect(found[0]).toEqual({ path: 'report.json', text: 'R' })
  expect(found.slice(200).map(({ path }) => path)).toEqual(Object.keys(many).slice(199))
  expect(found.at(-1)).toHaveProperty('refused')
})

test('bounds: names', async () => {
  const desk = await outbox.open('1', '{}')
  execFileSync('bash', ['-c', 'for n in {1..2500}; do : > "$n"; done'], { cwd: desk.outbox })
  const found = await outbox.read(desk)
  expect(found).toHaveLength(2_001)
  expect(found.at(-1)).toEqual({ path: '.', refused: expect.stringContaining('too many') })
})

test('links and things that are no files are named, never opened', async () => {
  const desk = await holding({ 'report.json': '{}' })
  const secret = join(folder, 'secret')
  await mkdir(join(folder, 'elsewhere'), { recursive: true })
  await writeFile(secret, 's3cret')
  await writeFile(join(folder, 'elsewhere/a.json'), 's3cret')
  await symlink(secret, join(desk.outbox, 'link.json'))
  await symlink(join(folder, 'elsewhere'), join(desk.outbox, 'messages'))
  execFileSync('mkfifo', [join(desk.outbox, 'pipe.json')])
  expect(await outbox.read(desk)).toEqual([
    { path: 'link.json', refused: expect.stringContaining('link') },
    { path: 'messages', refused: expect.stringContaining('link') },
    { path: 'pipe.json', refused: expect.stringContaining('regular') },
    { path: 'report.json', text: '{}' },
  ])
})

test('an outbox that is gone, or a link now, is named', async () => {
  const desk = await holding({})
  await rm(desk.outbox, { recursive: true })
  expect(await outbox.read(desk)).toEqual([{ path: '.', refused: expect.any(String) }])
  await symlink(folder, desk.outbox)
  expect(await outbox.read(desk)).toEqual([{ path: '.', refused: expect.any(String) }])
})

test('mail goes into the inbox, and nowhere else when a link has taken its place', async () => {
  const desk = await outbox.open('7', '{}')
  const mail = { id: 'm3', seq: 3, from: 'web', to: 'api', body: 'x', at: '2026-11-23T12:00:00.000Z' }
  await outbox.deliver(desk, [mail])
  expect(await readdir(desk.inbox)).toEqual(['00000003-m3.json'])
  const precious = mkdtempSync(join(folder, 'precious-'))
  await rm(desk.inbox, { recursive: true })
  await symlink(precious, desk.inbox)
  await expect(outbox.deliver(desk, [mail])).rejects.toThrow(/its inbox is not a folder any more/)
  expect(await readdir(precious)).toEqual([])
})
