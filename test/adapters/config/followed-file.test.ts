import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { FollowedFile } from '../../../src/adapters/config/followed-file.ts'
import type { LoopError } from '../../../src/core/error.ts'

const folder = mkdtempSync(join(tmpdir(), 'cms-followed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = join(folder, 'loop.yml')
let time = 0
let refused: LoopError[] = []
const follow = () =>
  new FollowedFile({ path, options: {}, now: () => time, refused: (error) => refused.push(error) })

/** Every version gets a time of its own, as it does when people save. */
let saves = 0
function save(text: string): void {
  writeFileSync(path, text)
  saves += 1
  utimesSync(path, 1, saves)
}
const about = (id: string, loop = 'main') =>
  `loop: ${loop}\nverify: ["true"]\ntasks: [{ id: ${id}, spec: x }]\n`

beforeEach(() => {
  save(about('a'))
  refused = []
  time = 1_000
})

test('says what the file says, and from when on', async () => {
  const file = follow()
  expect(await file.read()).toMatchObject({ tasks: [{ id: 'a' }], asOf: 1_000 })
  time = 2_000
  expect(await file.read()).toMatchObject({ tasks: [{ id: 'a' }], asOf: 1_000 })
  save(about('b'))
  time = 3_000
  expect(await file.read()).toMatchObject({ tasks: [{ id: 'b' }], asOf: 3_000 })
})

test.each([
  ['has mistakes', () => save('tasks: ['), 'bad-loop-file'],
  ['is about another loop', () => save(about('b', 'docs')), 'bad-input'],
  ['is gone', () => rmSync(path), 'no-loop-file'],
])('a version that %s is told once, and the one before it stays, with its time', async (_, spoil, code) => {
  const file = follow()
  await file.read()
  spoil()
  time = 2_000
  for (let n = 0; n < 3; n++) expect(await file.read()).toMatchObject({ tasks: [{ id: 'a' }], asOf: 1_000 })
  expect(refused).toMatchObject([{ code }])
  save(about('c'))
  expect(await file.read()).toMatchObject({ tasks: [{ id: 'c' }], asOf: 2_000 })
})

test('while none was good, what is wrong is an error', async () => {
  save('tasks: [')
  const file = follow()
  for (let n = 0; n < 2; n++) await expect(file.read()).rejects.toMatchObject({ code: 'bad-loop-file' })
  save(about('b'))
  expect(await file.read()).toMatchObject({ tasks: [{ id: 'b' }] })
  expect(refused).toEqual([])
})
