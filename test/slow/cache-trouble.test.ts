/** Everything that a cache service is known to do to GitHub's own client, in both versions. */
import { rm } from 'node:fs/promises'
import { describe, expect, jest, test } from '@jest/globals'
import { cacheSetting, type Setting } from '../support/cache-setting.ts'

// Each question starts a process.
jest.setTimeout(120_000)

/** What came of saving `k/1` and then looking for `k/`; `spoil` is between the two. */
interface Case {
  readonly what: string
  readonly before?: (setting: Setting) => void
  readonly spoil?: (setting: Setting) => void
  readonly env?: Readonly<Record<string, string>>
  readonly saved: boolean
  readonly found: string | undefined
}

const CASES: readonly Case[] = [
  { what: 'nothing', saved: true, found: 'k/1' },
  { what: 'evicted', spoil: ({ server }) => server.evict('k/'), saved: true, found: undefined },
  {
    what: 'reserved, and never made an entry',
    before: ({ server }) => Object.assign(server, { finalises: false }),
    saved: false,
    found: undefined,
  },
  {
    what: 'not seen at the first look',
    before: ({ server }) => Object.assign(server, { lag: 1 }),
    saved: true,
    found: undefined,
  },
  {
    what: 'too many requests',
    before: ({ server }) => {
      server.fail('reserve', { status: 429, retryAfter: 60 })
      server.fail('look', { status: 429, retryAfter: 60 })
    },
    saved: false,
    found: undefined,
  },
  {
    what: 'a service that fails',
    before: ({ server }) => {
      server.fail('reserve', { status: 500 }, 9)
      server.fail('look', { status: 500 }, 9)
    },
    saved: false,
    found: undefined,
  },
  {
    what: 'an upload that is refused',
    before: ({ server }) => server.fail('upload', { status: 403 }),
    saved: false,
    found: undefined,
  },
  {
    what: 'a download that is refused',
    spoil: ({ server }) => server.fail('download', { status: 403 }),
    saved: true,
    found: undefined,
  },
  {
    what: 'bytes that are no archive',
    spoil: ({ server }) =>
      void server.entries.map((entry) => Object.assign(entry, { bytes: Buffer.from('x') })),
    saved: true,
    found: undefined,
  },
  { what: 'a token nobody knows', env: { ACTIONS_RUNTIME_TOKEN: 'x' }, saved: false, found: undefined },
  { what: '`cache-mode: none`', env: { ACTIONS_CACHE_MODE: 'none' }, saved: false, found: undefined },
  { what: '`cache-mode: read`', env: { ACTIONS_CACHE_MODE: 'read' }, saved: false, found: undefined },
]

describe.each(['v1', 'v2'] as const)('%s', (version) => {
  // Trap 2: nobody is told of what was not saved.
  test.each(CASES)('$what', async ({ before, spoil, env, saved, found }) => {
    // Longer than any answer takes, shorter than five tries.
    const limits = { restore: 8_000, save: 8_000 }
    await using setting = await cacheSetting({ version, limits, ...(env === undefined ? {} : { env }) })
    const { cache, said } = setting
    const file = await setting.write('a/file', 'x')
    before?.(setting)
    expect(await cache.save({ paths: [file], key: 'k/1' })).toBe(saved)
    spoil?.(setting)
    await rm(file)
    expect(await cache.restore({ paths: [file], key: 'k/', prefixes: ['k/'] })).toBe(found)
    expect(said.filter((line) => !line.startsWith('cache: ') || line.includes('::'))).toEqual([])
    expect(await setting.left()).toEqual([])
  })

  test('of several the newest is found, whatever its name; a reserved key stays taken', async () => {
    await using setting = await cacheSetting({ version })
    const { cache, server } = setting
    const file = await setting.write('a/file', 'x')
    for (const key of ['k/2', 'k/1', 'j/3']) expect(await cache.save({ paths: [file], key })).toBe(true)
    server.finalises = false
    expect(await cache.save({ paths: [file], key: 'k/4' })).toBe(false)
    server.finalises = true
    expect(await cache.save({ paths: [file], key: 'k/4' })).toBe(false)
    expect(await cache.restore({ paths: [file], key: 'k/', prefixes: ['k/'] })).toBe('k/1')
  })

  test('an entry that is seen late is seen', async () => {
    await using setting = await cacheSetting({ version })
    const { cache, server } = setting
    const file = await setting.write('a/file', 'x')
    server.lag = 2
    await cache.save({ paths: [file], key: 'k/1' })
    const look = () => cache.restore({ paths: [file], key: 'k/', prefixes: ['k/'] })
    expect([await look(), await look(), await look()]).toEqual([undefined, undefined, 'k/1'])
  })
})
