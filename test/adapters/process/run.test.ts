import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
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

test('a signal ends a program, and the children that keep its output open', async () => {
  const abort = new AbortController()
  const args = ['-c', `touch ${join(folder, 'started')}; sleep 600 & wait`]
  const watching = watch(folder)
  const ran = run('sh', { args, env, signal: abort.signal })
  while (!existsSync(join(folder, 'started'))) await once(watching, 'change')
  watching.close()
  abort.abort()
  expect(await ran).toMatchObject({ code: undefined, timedOut: true })
  expect(await run('sleep', { args: ['600'], env, signal: abort.signal })).toMatchObject({ code: undefined })
})
