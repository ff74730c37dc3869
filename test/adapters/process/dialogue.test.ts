import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Dialogue } from '../../../src/adapters/process/dialogue.ts'

const env = { PATH: process.env['PATH'] ?? '' }

/** Says its own number and each line it reads; at `end` it does. */
const ECHO =
  'echo $$; while read -r line; do [ "$line" != end ] || { echo bye >&2; exit 7; }; echo "$line"; done'
const echo = (script = ECHO) => new Dialogue('bash', { args: ['--norc', '-c', script], cwd: '/', env })

test('one program answers many questions, also when they are put at once', async () => {
  const program = echo()
  expect(await program.ask('a\n', 2)).toBeUndefined()
  const answers = [program.ask('b\nc\n', 2), program.ask('d\n', 1), program.ask('end\n', 1)]
  expect(await Promise.all(answers)).toEqual([
    undefined,
    undefined,
    { code: 7, stdout: Buffer.from(''), stderr: 'bye\n', timedOut: false, missing: false },
  ])
})

test('one that has ended is started again', async () => {
  const program = echo()
  expect(await program.ask('end\n', 2)).toMatchObject({ code: 7 })
  expect(await program.ask('a\n', 2)).toBeUndefined()
})

test('one that was killed between two questions too', async () => {
  const program = echo('echo up; read -r line; kill -9 $$')
  expect(await program.ask('', 1)).toBeUndefined()
  expect(await program.ask('go\n', 1)).toMatchObject({ code: undefined })
  expect(await program.ask('', 1)).toBeUndefined()
})

test('a missing program is an answer', async () => {
  const program = new Dialogue('no-such-program', { args: [], cwd: '/', env })
  expect(await program.ask('a\n', 1)).toMatchObject({ missing: true })
})

test('it keeps nobody alive, and ends with who asked', () => {
  const file = new URL('../../../src/adapters/process/dialogue.ts', import.meta.url).href
  const script = `
    const { Dialogue } = await import(${JSON.stringify(file)})
    const program = new Dialogue('bash', { args: ['--norc', '-c', 'echo $$; cat; echo ended >&3'], env: process.env })
    await program.ask('a\\n', 2)
    console.log('asked')
  `
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
  const ran = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 20_000 })
  expect(ran).toMatchObject({ status: 0, stdout: 'asked\n' })
})

test("it is out of reach of a terminal's signals", async () => {
  const file = new URL('../../../src/adapters/process/dialogue.ts', import.meta.url).href
  const folder = mkdtempSync(join(tmpdir(), 'cms-dialogue-'))
  const starts = join(folder, 'starts')
  const script = `
    process.on('SIGINT', () => {})
    const { Dialogue } = await import(${JSON.stringify(file)})
    const answers = 'echo started >> ${starts}; while read -r; do echo yes; done'
    const program = new Dialogue('bash', { args: ['--norc', '-c', answers], env: process.env })
    await program.ask('a\\n', 1)
    // To all of our process group, as a terminal does it.
    process.kill(0, 'SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 100))
    await program.ask('a\\n', 1)
  `
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
  const child = spawn(process.execPath, args, { env, detached: true, stdio: 'inherit' })
  expect((await once(child, 'close'))[0]).toBe(0)
  expect(readFileSync(starts, 'utf8')).toBe('started\n')
  rmSync(folder, { recursive: true })
})
