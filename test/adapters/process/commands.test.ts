import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { createCommands } from '../../../src/adapters/process/commands.ts'
import type { CommandRequest } from '../../../src/ports/commands.ts'
import { runs } from '../../support/processes.ts'

const cwd = mkdtempSync(join(tmpdir(), 'commands-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const commands = createCommands({
  mark: 'test|commands',
  from: { PATH: process.env['PATH'], GITHUB_TOKEN: 's3cret' },
  graces: { afterTerm: 100 },
})

const run = (command: string, rest: Partial<CommandRequest> = {}) =>
  commands.run({ command, cwd, timeout: 20_000, signal: new AbortController().signal, env: {}, ...rest })

test.each([
  ['succeeds', 'true', { ok: true, code: 0, timedOut: false, aborted: false, tail: '' }],
  ['fails', 'exit 7', { ok: false, code: 7 }],
  ['fails inside a pipe', 'false | cat', { ok: false, code: 1 }],
  ['fails in the middle', 'false; true', { ok: false, code: 1 }],
  [
    'uses an unset variable',
    'echo $NO_SUCH_THING',
    { ok: false, tail: expect.stringContaining('NO_SUCH_THING') },
  ],
  ['is killed', 'kill -SEGV $$', { ok: false, code: undefined, timedOut: false, aborted: false }],
  ['reads its input', 'cat', { ok: true }],
  [
    'prints to both',
    'echo out; echo err >&2',
    { ok: true, tail: expect.stringMatching(/^(out\nerr|err\nout)\n$/) },
  ],
  ['looks for secrets', 'env', { ok: true, tail: expect.not.stringContaining('s3cret') }],
])('a command that %s', async (_, command, result) => {
  expect(await run(command)).toMatchObject(result)
})

test('a command that hangs is ended at its limit, deaf or not', async () => {
  expect(await run("trap '' TERM; echo begun; while :; do :; done", { timeout: 300 })).toMatchObject({
    ...{ ok: false, code: undefined, timedOut: true, aborted: false, tail: 'begun\n' },
  })
})

test('a command is ended when the run is interrupted', async () => {
  expect(await run('sleep 60', { signal: AbortSignal.timeout(200) })).toMatchObject({
    ok: false,
    aborted: true,
  })
})

test('what it started in the background is gone, and is not waited for', async () => {
  // Waited for, it would run out of its twenty seconds.
  const ran = await run('setsid sleep 60 & echo $! > pid; sleep 61 & echo $! > pid2; disown -a')
  expect(ran).toMatchObject({ ok: true, timedOut: false })
  for (const file of ['pid', 'pid2']) expect(runs(Number(readFileSync(join(cwd, file), 'utf8')))).toBe(false)
})

test('the end of a long output is kept', async () => {
  const { tail } = await run('seq 1 100000; echo é')
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(16 * 1024)
  expect(tail).toMatch(/99999\n100000\né\n$/)
})

test('a workspace that is gone is an answer', async () => {
  expect(await run('true', { cwd: join(cwd, 'gone') })).toMatchObject({
    ok: false,
    code: undefined,
    timedOut: false,
  })
})

test('output to /dev/stderr by name arrives, and both streams in the order they were written', async () => {
  const command = 'echo one > /dev/stderr; echo two; echo three | tee /dev/stderr >/dev/null'
  expect(await run(command)).toMatchObject({ ok: true, tail: 'one\ntwo\nthree\n' })
})

test('a daemon that keeps the output open does not keep the command', async () => {
  const result = await run('sleep 60 & echo started')
  expect(result).toMatchObject({ ok: true, timedOut: false, tail: 'started\n' })
})
