/** GitHub's own cache client, in its own process, against a cache service on loopback. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ClientCache } from '../../src/adapters/github/client-cache.ts'
import { cacheSetting, filesBelow, SERVICES } from '../support/cache-setting.ts'

describe.each(SERVICES)('$service', ({ version, azure }) => {
  test('what was saved comes back byte for byte, somewhere else; a key is written once', async () => {
    await using setting = await cacheSetting({ version, azure })
    const { cache, server, folder, write, said, masked } = setting
    const bytes = randomBytes(300_000)
    await write('a/tool/bin/run', bytes)
    await write('a/tool/empty', '')
    const saved = { paths: [join(folder, 'a', 'tool')], key: 'tool/1' }
    expect(await cache.save(saved)).toBe(true)
    expect(await cache.save(saved)).toBe(false)
    expect(server.keys()).toEqual(['tool/1'])

    const there = { paths: [join(folder, 'b', 'c', 'tool')], key: 'tool/9', prefixes: ['tool/'] }
    expect(await cache.restore(there)).toBe('tool/1')
    expect(await filesBelow(join(folder, 'b', 'c', 'tool'))).toEqual({
      'bin/run': bytes,
      empty: Buffer.alloc(0),
    })
    // What the client would have told the runner is text, and each secret it names is masked.
    expect(said.filter((line) => !/^cache: [^:[]/.test(line))).toEqual([])
    expect(masked.join()).toContain('only-who-was-told')
    expect(await setting.left()).toEqual([])
    expect(server.requests.some((one) => one.startsWith('HEAD /caches/'))).toBe(azure)
  })
})

describe.each(['v1', 'v2'] as const)('%s: trouble is an answer, and no annotation', (version) => {
  test('a token that may only read, then one that may not even do that', async () => {
    await using setting = await cacheSetting({ version })
    const { cache, server, said } = setting
    const file = await setting.write('a/file', 'x')
    server.mayWrite = false
    expect(await cache.save({ paths: [file], key: 'k' })).toBe(false)
    expect(said.join()).toContain('cache write denied:')
    server.mayRead = false
    expect(await cache.restore({ paths: [file], key: 'k' })).toBeUndefined()
    expect(said.join()).toContain('cache read denied:')
    expect(said.filter((line) => line.includes('::'))).toEqual([])
  })

  test('no answer: given up in time, and nothing is left running', async () => {
    await using setting = await cacheSetting({ version, limits: { restore: 1_500, save: 1_500 } })
    const { cache, server, said } = setting
    const file = await setting.write('a/file', 'x')
    server.fail('look', 'hang')
    server.fail('upload', 'hang')
    const both = [cache.restore({ paths: [file], key: 'k' }), cache.save({ paths: [file], key: 'k' })]
    expect(await Promise.all(both)).toEqual([undefined, false])
    expect(said.filter((line) => line === 'cache: no answer in 1.5 s')).toHaveLength(2)
    expect(await setting.left()).toEqual([])
  })
})

test('an upload that failed is not taken for an entry, whatever number the older client answers with', async () => {
  await using setting = await cacheSetting({ version: 'v1' })
  const { cache, server, said } = setting
  const file = await setting.write('a/file', 'x')
  server.finalises = false
  expect(await cache.save({ paths: [file], key: 'k' })).toBe(false)
  expect(said.join('\n')).toMatch(/^cache: Failed to save: /m)
  expect(server.keys()).toEqual([])
})

test('the client knows the cache and no secret of the job', async () => {
  const usual = process.env['PATH'] ?? ''
  const SECRETS = {
    ...{ GITHUB_TOKEN: 's3cret', 'INPUT_GITHUB-TOKEN': 's3cret', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 's3cret' },
    ...{ ANTHROPIC_API_KEY: 's3cret', AWS_SECRET_ACCESS_KEY: 's3cret', NODE_OPTIONS: '--s3cret' },
  }
  await using shim = await cacheSetting()
  // What the client starts sees what the client sees.
  const seen = join(shim.folder, 'seen')
  const tar = await shim.write('bin/tar', `#!/bin/sh\nenv >> '${seen}'\nPATH='${usual}' exec tar "$@"\n`)
  await chmod(tar, 0o755)
  const PATH = `${join(shim.folder, 'bin')}:${usual}`
  await using setting = await cacheSetting({ env: { ...SECRETS, PATH } })
  const file = await setting.write('a/file', 'x')
  expect(await setting.cache.save({ paths: [file], key: 'k' })).toBe(true)
  const env = await readFile(seen, 'utf8')
  expect(env).toContain('ACTIONS_RUNTIME_TOKEN=')
  expect(env).not.toContain('s3cret')
})

test('where there is no cache service nothing is started, and nothing said', async () => {
  await using setting = await cacheSetting()
  const { said, folder } = setting
  const say = (line: string) => said.push(line)
  for (const env of [{}, { ACTIONS_RUNTIME_TOKEN: 'x' }, { ACTIONS_CACHE_URL: setting.server.url }]) {
    const cache = new ClientCache({ env, temp: join(folder, 'not-there'), say })
    expect(await cache.restore({ paths: [join(folder, 'x')], key: 'k' })).toBeUndefined()
    expect(await cache.save({ paths: [join(folder, 'x')], key: 'k' })).toBe(false)
  }
  expect(said).toEqual([])
})

/** Scripts that pack `../poison.tar`; each would put `$EVIL` there when it is unpacked with `tar -P`. */
const POISON = [
  {
    what: 'an absolute name',
    evil: 'evil',
    pack: 'echo x > "$EVIL"; tar -P --zstd -cf ../poison.tar file "$EVIL"',
  },
  {
    what: 'a name that climbs',
    evil: 'evil',
    pack: 'echo x > "$EVIL"; tar -P --zstd -cf ../poison.tar file ../../evil',
  },
  {
    what: 'a name beside the one that was asked for',
    evil: 'job/inner/evil',
    pack: 'echo x > evil; tar --zstd -cf ../poison.tar file evil',
  },
  {
    what: 'a link that leads out, and a file through it',
    evil: 'outside/evil',
    pack: `mkdir real; echo x > real/evil; ln -sf "\${EVIL%/evil}" file
      tar -P --transform 's,^real,file,' --zstd -cf ../poison.tar file real/evil`,
  },
]

test.each(POISON)('an archive with $what writes nothing there', async ({ evil, pack }) => {
  await using setting = await cacheSetting()
  const { folder, cache, server } = setting
  const EVIL = join(folder, evil)
  for (const name of ['poison/at', 'outside', 'job/inner'])
    await mkdir(join(folder, name), { recursive: true })
  const file = await setting.write('poison/at/file', 'good')
  await cache.save({ paths: [file], key: 'k' })
  const shell = (script: string, cwd: string) =>
    execFileSync('bash', ['-ec', script], {
      cwd: join(folder, cwd),
      env: { ...process.env, EVIL },
      stdio: 'pipe',
    })
  shell(pack, 'poison/at')
  const [entry] = server.entries
  if (entry) entry.bytes = await readFile(join(folder, 'poison', 'poison.tar'))

  // It is what it is said to be.
  shell('rm -f "$EVIL"; tar -P --zstd -xf ../../poison/poison.tar', 'job/inner')
  expect(existsSync(EVIL)).toBe(true)
  shell('rm -f "$EVIL" file', 'job/inner')

  await cache.restore({ paths: [join(folder, 'job', 'inner', 'file')], key: 'k' })
  expect(server.requests.at(-1)).toBe('GET /caches/1')
  expect(existsSync(EVIL)).toBe(false)
})
