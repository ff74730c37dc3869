import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { run } from '../../../src/adapters/process/run.ts'

const folder = await mkdtemp(join(tmpdir(), 'run-'))
afterAll(() => rm(folder, { recursive: true }))
await writeFile(join(folder, 'file'), '')

const env = { PATH: process.env['PATH'] ?? '' }

test('a program that is not there is told from a folder that is not there', async () => {
  expect(await run('no-such-program', { args: [], env, cwd: folder })).toMatchObject({ missing: true })
  for (const cwd of ['gone', 'file', 'file/gone'].map((name) => join(folder, name)))
    expect(await run('git', { args: ['version'], env, cwd })).toMatchObject({
      code: undefined,
      missing: false,
      stderr: expect.stringContaining(cwd),
    })
})
