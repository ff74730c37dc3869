/** What agents and commands print is kept: whole, without secrets, and never at the cost of the attempt. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { FileRecorder, type FileRecorderOptions, noRecorder } from '../../../src/adapters/system/recorder.ts'
import { redactor } from '../../../src/core/secrets/redact.ts'

const base = mkdtempSync(join(tmpdir(), 'recorder-'))
afterAll(() => rmSync(base, { recursive: true }))

const SECRET = 'correct-horse-battery'
const ATTEMPT = { loop: 'main', task: 'api', iteration: 17 }
const fresh = () => mkdtempSync(join(base, 'run-'))

function recording(over: Partial<FileRecorderOptions> = {}) {
  const troubles: string[] = []
  const folder = over.folder ?? join(fresh(), 'cms-logs')
  const recorder = new FileRecorder({
    folder,
    redact: redactor([SECRET]),
    trouble: (because) => troubles.push(because),
    ...over,
  })
  return {
    recorder,
    folder,
    troubles,
    text: (name = 'main-i17-api.log') => readFileSync(join(folder, name), 'utf8'),
  }
}

const bytes = (text: string) => Buffer.from(text)

test('one file for each attempt: titles, both streams, whole lines without secrets', async () => {
  const { recorder, folder, text } = recording()
  expect([recorder.folder(), existsSync(folder)]).toEqual([undefined, false])
  {
    using open = recorder.open(ATTEMPT)
    open.title('$ npm ci')
    open.hear(bytes('added 3 pack'), 'stdout')
    open.hear(bytes('npm warn old\n'), 'stderr')
    open.hear(bytes(`ages\nkey correct-hor`), 'stdout')
    open.title('$ npm test')
    open.hear(bytes('\u00e9'.repeat(2)).subarray(0, 3), 'stdout')
    open.hear(bytes('\u00e9'.repeat(2)).subarray(3), 'stdout')
    open.hear(bytes(`\ntoken ${SECRET}, and correct-horse`), 'stdout')
    open.hear(bytes('-battery at the end'), 'stdout')
  }
  expect(text()).toBe(
    [
      '=== $ npm ci',
      'npm warn old',
      'added 3 packages',
      'key ***',
      '=== $ npm test',
      'éé',
      'token ***, and *** at the end',
      '',
    ].join('\n'),
  )
  expect(recorder.folder()).toBe(folder)
  expect((await stat(join(folder, 'main-i17-api.log'))).mode & 0o777).toBe(0o600)
  using other = recorder.open({ ...ATTEMPT, iteration: 18 })
  other.title('x')
  expect(await readdir(folder)).toEqual(['main-i17-api.log', 'main-i18-api.log'])
})

test('what is printed is there at once, whatever ends this process', () => {
  const { recorder, text } = recording()
  using open = recorder.open(ATTEMPT)
  open.hear(bytes('so far\n'), 'stdout')
  expect(text()).toBe('so far\n')
})

test('a private key that comes line by line', () => {
  const { recorder, text } = recording()
  {
    using open = recorder.open(ATTEMPT)
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      'Proc-Type: 4,ENCRYPTED',
      '',
      'MIIBOgIBAAJBAK',
      '-----END RSA PRIVATE KEY-----',
    ]
    for (const line of [
      'before',
      ...key,
      'after',
      '-----BEGIN PRIVATE KEY-----',
      'It is no key; this stays.',
    ])
      open.hear(bytes(`${line}\n`), 'stdout')
  }
  expect(text()).toBe(
    ['before', '***', '***', '***', '***', '***', 'after', '***', 'It is no key; this stays.', ''].join('\n'),
  )
})

test('of an attempt no more than its limit, of a run no more than its own', () => {
  const { recorder, text, troubles } = recording({ limits: { attempt: 100, all: 150 } })
  const flood = (iteration: number) => {
    using open = recorder.open({ ...ATTEMPT, iteration })
    for (let n = 0; n < 50; n++) open.hear(bytes(`line ${n} of many\n`), n % 2 === 0 ? 'stdout' : 'stderr')
  }
  for (const iteration of [17, 18]) flood(iteration)
  const full = '=== The rest of this attempt is not kept: there is too much of it.\n'
  expect(text()).toMatch(new RegExp(`^(line \\d of many\\n){6}${full}$`))
  expect(text('main-i18-api.log')).toMatch(new RegExp(`^(line \\d of many\\n){4}${full}$`))
  expect(troubles).toEqual([])
})

test('every line is told as it is kept, even where nothing can be kept', async () => {
  const told: string[] = []
  const folder = join(fresh(), 'a-file')
  await writeFile(folder, '')
  const { recorder, troubles } = recording({ folder, line: (line) => told.push(line) })
  for (const iteration of [1, 2]) {
    using open = recorder.open({ ...ATTEMPT, iteration })
    open.title('$ true')
    open.hear(bytes(`${SECRET}\n`), 'stderr')
  }
  expect(told).toEqual(['=== $ true', '***', '=== $ true', '***'])
  expect([recorder.folder(), troubles]).toEqual([undefined, [expect.stringContaining('EEXIST')]])
})

test('a disk that is full ends the recording and nothing else', () => {
  const module = new URL('../../../src/adapters/system/recorder.ts', import.meta.url)
  const script = `
    import { FileRecorder } from '${module.href}'
    const trouble = (because) => console.log('trouble:', because)
    const recorder = new FileRecorder({ folder: process.argv[1], redact: (text) => text, trouble })
    for (const iteration of [1, 2]) {
      using open = recorder.open({ loop: 'main', task: 'api', iteration })
      for (let n = 0; n < 50; n++) open.hear(Buffer.from('x'.repeat(1_000) + '\\n'), 'stdout')
    }
    console.log('goes on')
  `
  // No file may be larger than eight blocks: to a program that is as if the disk were full.
  const node = ['--input-type=module', '-e', script, fresh()]
  const out = execFileSync('bash', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, ...node], {
    encoding: 'utf8',
  })
  expect(out).toMatch(/^trouble: EFBIG.*\ngoes on\n$/)
})

test('files that are there already, links among them, are not written to', async () => {
  const { recorder, folder, text } = recording()
  await mkdir(folder)
  const victim = join(folder, '..', 'victim')
  await writeFile(victim, 'untouched')
  await symlink(victim, join(folder, 'main-i17-api.log'))
  {
    using open = recorder.open(ATTEMPT)
    open.title('x')
  }
  expect([readFileSync(victim, 'utf8'), text('main-i17-api-2.log')]).toEqual(['untouched', '=== x\n'])
})

test('nobody asked for a recording', () => {
  using open = noRecorder.open(ATTEMPT)
  open.title('x')
  open.hear(bytes('x'), 'stdout')
  expect(noRecorder.folder()).toBeUndefined()
})
