/** Every kind of secret in shown text and in files, and no alarm where there is none. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { detect } from '../../src/adapters/secrets/secretlint.ts'
import { leaks } from '../../src/core/secrets/leak.ts'
import { secretsOf } from '../../src/entry/secrets.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { KINDS, randomText, SHOWN_ONLY } from '../support/secret-kinds.ts'

const ROOT = join(import.meta.dirname, '../..')
const { redact, spots } = secretsOf({})
const leaksOf = (path: string, after: string) => leaks({ path, before: undefined, after }, spots)

describe('by its shape', () => {
  test.each(KINDS)('%s is masked in what is shown, and refused in a file', (_, secret) => {
    const shown = redact(`It said: ${secret}\n(and went on)`)
    expect(shown).toMatch(/^It said: .{0,24}\*\*\*\s?\(and went on\)$/)
    expect(leaksOf('a.txt', `one\ntwo "${secret}"\n`)).toEqual(['a.txt:2 holds a secret.'])
  })

  test.each(SHOWN_ONLY)('%s is masked in what is shown, and may stand in a file', (_, secret) => {
    expect(redact(`It said: ${secret}\n(and went on)`)).toMatch(
      /^It said: [^\n]*\*\*\*[^\n]*\n?\(and went on\)$/,
    )
    expect(leaksOf('a.txt', `one\ntwo ${secret}\n`)).toEqual([])
  })

  test('a secret is cut out where it stands, not where its name does', () => {
    const key = randomText(40)
    expect(redact(`AWS_SECRET_ACCESS_KEY=${key} next`)).toBe('AWS_SECRET_ACCESS_KEY=*** next')
    expect(redact('Authorization: Basic eC1hY2Nlc3M6dG9rZW4=')).toBe('Authorization: Basic ***')
  })

  test('a comment in a text does not switch a rule off', () => {
    const [, secret = ''] = KINDS[0] ?? []
    expect(leaksOf('a', `secretlint-disable\n${secret}`)).toEqual(['a:2 holds a secret.'])
  })
})

// biome-ignore format: one row, one case
test.each([
  'risk-assessment-of-something-very-long-indeed-here', 'a'.repeat(64), 'ghost_story', 'sk-button',
  'sha512-9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015', 'see https://example.com:8080/a@b',
  'npm_config_registry', '    at run (/home/me/src/app/iterate.ts:12:7)', 'The work is at 3eb9eeca63f28ad90d9ce26775354973d5613459.',
  'git@github.com:owner/repo.git', 'postgres://localhost/app', 'authorization: token of the job',
  'i1 api: done, attempt 1, $0.42', 'Bearer tokens are refreshed', `https://x-access-token:$${'{TOKEN}'}@github.com/o/r`,
])('%s is left alone', (text) => {
  expect(redact(text)).toBe(text)
  expect(leaksOf('a.txt', text)).toEqual([])
})

// biome-ignore format: one row, one case
test.each([
  ['AWS example key',     `aws_access_key_id = AKIA${'IOSFODNN7EXAMPLE'}`],
  ['AWS example secret',  `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`],
  ['a token of x',        `GITHUB_TOKEN=ghp_${'x'.repeat(36)}`],
  ['a token that counts', `token: ghp_${'1234567890abcdefghijklmnopqrstuvwxyz'}`],
  ['a documented key',    `ANTHROPIC_API_KEY=sk-ant-api03-${'your-key-here-'.repeat(7)}AA`],
  ['a key of a test mode', `sk_test_${'4eC39HqLyjWDarjtT1zdp7dc'}`],
  ['a compose file',      'DATABASE_URL: postgres://app:Zq8Wm3Rt@db:5432/app'],
  ['a test of a proxy',   "fetch('https://alice:Zq8Wm3Rt@proxy.example.com/')"],
  ['the key of Azurite',  `AccountKey=Eby8vdM02xNOcqFlqUwJ${'PLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='}`],
  ['an empty key file',   '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
])('%s in a file is no leak', (_, text) => {
  expect(leaksOf('a.txt', text)).toEqual([])
})

test('no file of this repository is a leak, its lock file and bundle among them', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0')
  const texts = files.filter((path) => path !== '' && !path.startsWith('node_modules'))
  expect(texts).toContain('package-lock.json')
  expect(texts.flatMap((path) => leaksOf(path, readFileSync(join(ROOT, path), 'utf8')))).toEqual([])
})

test('a megabyte takes milliseconds, a line microseconds, and no text is a trap', () => {
  const source = readFileSync(join(ROOT, 'package-lock.json'), 'utf8').repeat(8).slice(0, 1_048_576)
  expect(cpuTime(() => void detect(source))).toBeLessThan(1_000)
  const lines = () => {
    for (let n = 0; n < 1_000; n++) redact('PASS test/core/redact.test.ts (12 tests, 0.1 s)')
  }
  expect(cpuTime(lines)).toBeLessThan(1_000)
  // biome-ignore format: one word each
  for (const trap of ['https://', 'https://a:', 'eyJ-', 'ghs_a ', 'sk-a-', '-----BEGIN ', 'AKIA', 'xoxb-1-', 'authorization:'])
    expect(cpuTime(() => void redact(trap.repeat(1_000_000 / trap.length)))).toBeLessThan(3_000)
})
