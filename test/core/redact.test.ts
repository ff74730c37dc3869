/** What is a secret, in which spellings it is found, and what is left alone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileChange } from '../../src/core/guard.ts'
import { leaks, leaksInNames } from '../../src/core/secrets/leak.ts'
import { isLookAlike } from '../../src/core/secrets/look-alike.ts'
import { mask, redactJson, redactor, spotter } from '../../src/core/secrets/redact.ts'
import { isUnmistakable, secretsIn } from '../../src/core/secrets/secret-values.ts'
import { spellings } from '../../src/core/secrets/spellings.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { MISSES, NOT_LOOKED_FOR } from '../support/secret-misses.ts'

const SECRET = 'p@ss/w+rd "quoted" <7>&\'é'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const json = (text: string) => JSON.stringify(text).slice(1, -1)

describe('a value', () => {
  const cut = redactor([
    SECRET,
    'short',
    '',
    'line-one-of-the-key-file\nline-two-of-the-key-file\n',
    ' padded-token\n',
  ])

  // biome-ignore format: one row, one case
  test.each([
    ['plain',                       SECRET],
    ['as JSON',                     json(SECRET)],
    ['as JSON in JSON',             json(json(SECRET))],
    ['as JSON of Go',               json(SECRET).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
    ['as JSON of Python',           json(SECRET).replace('é', '\\u00e9')],
    ['as JSON of PHP',              json(SECRET).replaceAll('/', '\\/')],
    ['in a URL',                    encodeURIComponent(SECRET)],
    ['in a URL, in small letters',  encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ['in a URL, as Python quotes',  encodeURIComponent(SECRET).replaceAll('%2F', '/').replaceAll("'", '%27')],
    ['in a URL, whole',             encodeURI(SECRET)],
    ['in a form',                   new URLSearchParams({ v: SECRET }).toString().slice(2)],
    ['in HTML',                     SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')],
    ['between quotes of a shell',   SECRET.replaceAll("'", "'\\''")],
    ['behind backslashes',          SECRET.replace(/[^\w\-.,:/@%+=\n]/g, '\\$&')],
    ['as base64',                   base64(SECRET)],
    ['as base64 without padding',   base64(SECRET).replace(/=+$/, '')],
    ['as base64url',                Buffer.from(SECRET).toString('base64url')],
    ['as base64 in a URL',          encodeURIComponent(base64(SECRET))],
    ['as git sends it',             base64(`x-access-token:${SECRET}`)],
    ['in hex',                      Buffer.from(SECRET).toString('hex')],
    ['in hex, in capitals',         Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['one line of a key',           'line-two-of-the-key-file'],
    ['a key on one line',           'line-one-of-the-key-file line-two-of-the-key-file'],
    ['without its last newline',    'padded-token'],
  ])('%s', (_, text) => {
    expect(cut(`before ${text} after`)).toBe('before *** after')
  })

  test.each(['', 'u', 'us', 'use', 'user', 'user:'])('in base64 behind "%s", whatever follows', (before) => {
    const text = cut(base64(`${before}${SECRET} and more`))
    // What stands at its two ends shares a character with its neighbours: four bits of it stay.
    const rest = text.split('***').map((part) => Buffer.from(part, 'base64').toString('latin1'))
    expect(text).toContain('***')
    for (const part of rest) expect(part).not.toContain(SECRET.slice(1, 6))
  })

  test('in base64 that a tool has wrapped', () => {
    const long = `-${'0123456789abcdef-secret-'.repeat(20)}`
    const wrapped = base64(long).replace(/.{76}/g, '$&\n')
    expect(redactor([long])(wrapped).replace(/\*\*\*\n?/g, '').length).toBeLessThan(20)
  })

  test('on both sides of a cut', () => {
    const value = 'Zq8-Wm3-Rt5-Yp7-Xk9'
    const whole = redactor([value])
    expect(whole(`key ${value.slice(0, 14)}`)).toBe('key ***')
    expect(whole(`key ${value.slice(0, 14)}… said`)).toBe('key ***… said')
    expect(whole(`${value.slice(5)} said`)).toBe('*** said')
    expect(whole(`it said …${value.slice(5)} twice`)).toBe('it said …*** twice')
    expect(whole(value.slice(0, 9))).toBe(value.slice(0, 9))
  })

  // Said in the open: nothing in the product may rely on these being found.
  test.each(MISSES)('known to be missed: %s', (_, disguise) => {
    const secret = 'Zq8Wm3Rt5Yp7Xk9Lc2Vb4Nf6'
    const text = `before ${disguise(secret)} after`
    expect(text).not.toContain(secret)
    expect(redactor([secret])(text)).toBe(text)
  })

  test(`known to be missed: ${NOT_LOOKED_FOR.join('; ')}`, () => {
    expect(cut('before short after')).toBe('before short after')
    expect(cut('before Zq8Wm3Rt5Yp7Xk9 after')).toBe('before Zq8Wm3Rt5Yp7Xk9 after')
  })

  test('what is known to be missed is what SECURITY.md says', () => {
    const text = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8')
    const [, list = ''] = /\n\*Not recognised\* is a secret\n\n((?:- .*\n)+)/.exec(text) ?? []
    const told = [...list.matchAll(/^- ([^\n]*?)[;.]$/gm)].map(([, name]) => name)
    expect(told).toEqual([...MISSES.map(([name]) => name), ...NOT_LOOKED_FOR])
  })
})

test('whatever the secrets, none of them is left in any spelling, and ordinary text is', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 6, maxLength: 60 })
    .filter((text) => text.trim().length >= 6)
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.string(), (values, noise) => {
      const cut = redactor(values)
      for (const one of values)
        for (const spelling of spellings(one).filter(({ length }) => length >= 6))
          if (!'***'.includes(spelling))
            expect(cut(`${noise}\n${spelling}\n${noise}`)).not.toContain(`\n${spelling}\n`)
    }),
    { numRuns: 50 },
  )
  expect(redactor(['Zq8-Wm3-Rt5'])('12 tests passed in src/core/secrets/redact.ts')).toBe(
    '12 tests passed in src/core/secrets/redact.ts',
  )
})

test('hundreds of secrets in a megabyte take no time that anybody notices', () => {
  const values = Array.from(
    { length: 300 },
    (_, n) => `${base64(`${n * 7_919}`)}-${base64(`s${n}`).repeat(1 + (n % 9))}`,
  )
  const cut = redactor(values)
  const text = 'const x = require("./some/path"); // dGVzdA== 0123456789abcdef\n'.repeat(16_000)
  expect(cpuTime(() => void cut(text))).toBeLessThan(1_000)
  expect(cpuTime(() => void cut('…'.repeat(1_000_000)))).toBeLessThan(2_000)
  expect(cpuTime(() => void cut(`${values[7]?.slice(0, 10)}…`.repeat(80_000)))).toBeLessThan(2_000)
})

test('a text too short for a secret is not searched at all', () => {
  let looks = 0
  const cut = redactor([SECRET], () => {
    looks++
    return []
  })
  for (const text of ['', '\r', 'PASS', '12345']) expect(cut(text)).toBe(text)
  expect(looks).toBe(0)
  expect([cut('123456'), looks]).toEqual(['123456', 1])
})

describe('values of the environment', () => {
  // biome-ignore format: one row, one case
  test.each([
    ['OPENAI_API_KEY',      'Zq8Wm3Rt5Yp7Xk9',                          true],
    ['DB_PASSWORD',         'hunter2',                                  true],
    ['DB_PASS',             'hunter22',                                 true],
    ['SENTRY_DSN',          'https://a1b2c3d4e5f60718@o1.ingest.example/7', true],
    ['MY_PASSPHRASE',       'correct-horse-battery-staple',             true],
    ['AWS_SECRET_ACCESS_KEY', '/8Hj2+kLmNop/QrStUvWxYz01234567890abcde', true],
    ['HEROKU_API_KEY',      '01234567-89ab-cdef-0123-456789abcdef',     true],
    ['SLACK_WEBHOOK',       'https://hooks.example/services/T0AB12CD/B0ZX98/Qw3rTy', true],
    ['DATABASE_URL',        'postgres://app:Zq8%40Wm3@db.example/app',  true],
    ['ACCOUNT_TOKEN',       '1234567890123456',                         true],
    ['TOKEN_TYPE',          'bearer',                                   false],
    ['SORT_KEY',            'createdAt',                                false],
    ['CACHE_KEY',           'linux-node-24',                            false],
    ['KEY',                 'production',                               false],
    ['KEY',                 'main',                                     false],
    ['POSTGRES_PASSWORD',   'postgres',                                 false],
    ['AWS_SECRET_REGION',   'us-east-1',                                false],
    ['TOKEN_TTL',           '3600000',                                  false],
    ['KEY_CREATED',         '2026-11-25',                               false],
    ['USE_TOKENS',          'true',                                     false],
    ['SSH_KEY_PATH',        '/home/me/.ssh/id_ed25519',                 false],
    ['PRIVATE_KEY_FILE',    './keys/server.pem',                        false],
    ['TOKEN_URL',           'https://login.example.com/common/oauth2/token', false],
    ['DATABASE_URL',        'postgres://postgres:postgres@localhost/app', false],
    ['HOME',                'Zq8Wm3Rt5Yp7Xk9',                          false],
    ['CMS_API_TOKEN',       'Zq8Wm3Rt5Yp7Xk9',                          true],
  ])('%s=%s', (name, value, isSecret) => {
    expect(secretsIn({ [name]: value }).length > 0).toBe(isSecret)
  })

  test('of an address the password is the secret, also decoded', () => {
    expect(secretsIn({ DATABASE_URL: 'postgres://app:Zq8%40Wm3@db.example/app' })).toEqual([
      'Zq8%40Wm3',
      'Zq8@Wm3',
    ])
  })

  // biome-ignore format: one row, one case
  test.each([
    ['Zq8Wm3Rt5Yp7Xk9', true], ['correct-horse-battery-staple', true], ['S3cr3t!pw9', true],
    ['hunter2', false], ['test1234', false], ['Password1!', false], ['postgres', false], ['a1b2c3', false],
  ])('a file is refused for %s: %s', (value, isRefused) => {
    expect(isUnmistakable(value)).toBe(isRefused)
    expect(spotter([value])(`x ${value} y`)).toHaveLength(isRefused ? 1 : 0)
    expect(redactor([value])(`x ${value} y`)).toBe('x *** y')
  })
})

// biome-ignore format: one row, one case
test.each([
  ['Zq8Wm3Rt5Yp7Xk9Lc2Vb4Nf6', false], ['9f86d081884c7d659a2feaa0c55ad015', false],
  ['AKIAIOSFODNN7EXAMPLE', true], ['your-token-goes-here-0192', true], ['xxxxxxxxxxxxxxxxxxxx', true],
  ['1234567890abcdefghijklmnopqrstuvwxyz', true], ['a1b2c3d4e5f6g7h8i9j0', true], ['deadbeefdeadbeefdeadbeef', true],
  ['ghp_${TOKEN}', true],
])('%s is a look-alike: %s', (text, isAlike) => {
  expect(isLookAlike(text)).toBe(isAlike)
})

test('a mask covers what overlaps once', () => {
  expect(
    mask('abcdefghij', [
      { start: 4, end: 7 },
      { start: 1, end: 3 },
      { start: 2, end: 5 },
    ]),
  ).toBe('a***hij')
  expect(mask('abc', [])).toBe('abc')
})

test('JSON stays JSON, keys and all', () => {
  const cut = redactor(['Zq8"Wm3"Rt5'])
  const value = { 'Zq8"Wm3"Rt5': [1, null, true, { a: 'x Zq8"Wm3"Rt5' }] }
  expect(redactJson(value, cut)).toEqual({ '***': [1, null, true, { a: 'x ***' }] })
})

describe('leaks', () => {
  const spots = spotter(['Zq8-Wm3-Rt5-Yp7'])

  test('are told by line, only where they are new, and at most five', () => {
    const before = 'a\nold Zq8-Wm3-Rt5-Yp7\nb'
    expect(leaks({ path: 'f', before, after: `${before}\nc\nnew Zq8-Wm3-Rt5-Yp7` }, spots)).toEqual([
      'f:5 holds a secret.',
    ])
    expect(leaks({ path: 'f', before: undefined, after: before }, spots)).toEqual(['f:2 holds a secret.'])
    expect(leaks({ path: 'f', before: undefined, after: 'Zq8-Wm3-Rt5-Yp7\n'.repeat(9) }, spots)).toHaveLength(
      5,
    )
    expect(leaks({ path: 'f', before: undefined, after: 'a\nb' }, spots)).toEqual([])
  })

  test('of a value with lines are told where it begins', () => {
    const key = `Zq8Wm3Rt5Yp7Xk9Lc2Vb4Nf6\n9f86d081884c7d659a2feaa0c55ad015`
    expect(leaks({ path: 'f', before: 'x', after: `x\n${key}\ny` }, spotter([key]))).toEqual([
      'f:2 holds a secret.',
    ])
  })

  test('a file full of them is no trap', () => {
    const after = 'old Zq8-Wm3-Rt5-Yp7\n'.repeat(50_000)
    expect(
      cpuTime(() => void leaks({ path: 'f', before: 'old Zq8-Wm3-Rt5-Yp7', after }, spots)),
    ).toBeLessThan(2_000)
  })

  test('in a name or in the place a link leads to are told without it', () => {
    const change = (path: string, over: Partial<FileChange> = {}): FileChange => ({
      path,
      status: 'added',
      mode: '100644',
      size: 1,
      ...over,
    })
    const changes = [
      change('plain.txt'),
      change('a/Zq8-Wm3-Rt5-Yp7/b.txt'),
      change('old-Zq8-Wm3-Rt5-Yp7', { status: 'deleted' }),
      change('k', { mode: '120000', link: 'Zq8-Wm3-Rt5-Yp7' }),
    ]
    expect(leaksInNames(changes, spots)).toEqual([
      'The name a/***/b.txt holds a secret.',
      'The link k holds a secret.',
    ])
  })
})
