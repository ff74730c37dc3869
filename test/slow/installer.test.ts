/** Real npm on a loopback registry: what is installed, from where, and what is said when it cannot be. */
import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { claude } from '../../src/adapters/agent/claude.ts'
import { keepDownloads } from '../../src/adapters/install/installer.ts'
import { KEY, LIAR, OTHER, type RobotJob, RobotWorld, robotScript, TESTED } from '../support/robot.ts'

/** What a job of the robot ends with. */
const refusal = (world: RobotWorld, job: RobotJob = {}): Promise<unknown> =>
  world.job(job).catch((reason: unknown) => reason)

const keep = (world: RobotWorld) => keepDownloads(world.options({ cache: world.cache }), [world.adapter])

const installed = (world: RobotWorld, version: string): string =>
  join(world.folder, `robot-${version}`, 'package', 'bin', 'robot')

test('a missing program is installed without scripts, and is what runs', async () => {
  await using world = await RobotWorld.open()
  expect(await world.job()).toBe(`ready robot ${TESTED} ${installed(world, TESTED)}`)
  // Once, however often the agent is asked for.
  expect(world.registry.downloads).toBe(1)
  expect(existsSync(join(world.root, 'script-ran'))).toBe(false)
  expect(await readdir(world.folder)).toEqual([`robot-${TESTED}`])
  expect(world.notes).toEqual([
    expect.stringMatching(/installing @acme\/robot-.*@1\.2\.3$/),
    expect.stringMatching(/installed @acme\/robot-.*@1\.2\.3 from npm in \d+s$/),
  ])
})

describe('a program on the PATH', () => {
  const BROKEN = '#!/bin/sh\necho "no libc" >&2; exit 1\n'
  test.each<[said: string, program: string, version: string | undefined, runs: 'it' | 'installed']>([
    ['any version, none is asked for', robotScript('0.0.1'), undefined, 'it'],
    ['the version that is asked for', robotScript(OTHER), OTHER, 'it'],
    ['with a v, as some say it', robotScript(`v${OTHER}`), OTHER, 'it'],
    ['one that only begins so', robotScript(`${OTHER}1`), OTHER, 'installed'],
    ['another version', robotScript(TESTED), OTHER, 'installed'],
    ['broken, and one is asked for', BROKEN, OTHER, 'installed'],
  ])('%s', async (_, program, version, runs) => {
    await using world = await RobotWorld.open()
    await world.program('robot', program)
    const printed = await world.job(version === undefined ? {} : { version })
    expect(printed).toContain(runs === 'it' ? join(world.bin, 'robot') : installed(world, OTHER))
    expect(world.registry.downloads).toBe(runs === 'it' ? 0 : 1)
  })

  test('broken, and none is asked for: said, not replaced', async () => {
    await using world = await RobotWorld.open()
    await world.program('robot', BROKEN)
    expect(await refusal(world)).toMatchObject({
      code: 'agent-missing',
      message: expect.stringContaining('no libc'),
    })
    expect(world.registry.requests).toEqual([])
  })
})

describe('the cache', () => {
  test('what one job downloads the next one need not', async () => {
    await using world = await RobotWorld.open()
    const job = { cache: world.cache }
    await world.job(job)
    expect(world.cache.keys).toEqual([])
    expect(await keep(world)).toEqual([KEY])
    await world.nextRunner()
    expect(await world.job(job)).toContain(`robot ${TESTED}`)
    expect(world.registry.requests).toEqual([])
    expect(world.notes.at(-1)).toContain('from the cache')
    // It is there already: nothing is left to be saved.
    expect([await keep(world), await readdir(world.folder)]).toEqual([[], [`robot-${TESTED}`]])
  })

  test('what is in it has to be what was tested', async () => {
    await using world = await RobotWorld.open()
    const job = { cache: world.cache }
    await world.job(job)
    await keep(world)
    await writeFile(world.cache.file(KEY), 'poison')
    await world.nextRunner()
    expect(await world.job(job)).toContain(`robot ${TESTED}`)
    expect(world.registry.downloads).toBe(1)
  })

  test('what an agent puts in the place of a download is not saved', async () => {
    await using world = await RobotWorld.open()
    await world.job({ cache: world.cache })
    const [tarball = ''] = (await readdir(world.folder)).filter((name) => name.endsWith('.tgz'))
    await writeFile(join(world.folder, tarball), 'poison')
    expect([await keep(world), world.cache.keys]).toEqual([[], []])
  })

  test('a pipe or a link in the place of a download holds nothing up, and is not saved', async () => {
    await using world = await RobotWorld.open()
    await world.job({ cache: world.cache })
    const [name = ''] = (await readdir(world.folder)).filter((one) => one.endsWith('.tgz'))
    const tarball = join(world.folder, name)
    await rename(tarball, `${tarball}.moved`)
    symlinkSync(`${tarball}.moved`, tarball)
    expect([await keep(world), world.cache.keys]).toEqual([[], []])
    await rm(tarball)
    execFileSync('mkfifo', [tarball])
    expect([await keep(world), world.cache.keys]).toEqual([[], []])
  })

  test('is not for versions that nobody tested', async () => {
    await using world = await RobotWorld.open()
    expect(await world.job({ cache: world.cache, version: OTHER })).toContain(`robot ${OTHER}`)
    expect([world.cache.asked, await keep(world)]).toEqual([[], []])
    expect(await readdir(world.folder)).toEqual([`robot-${OTHER}`])
  })
})

test('a registry with something else under the tested version', async () => {
  await using world = await RobotWorld.open()
  await world.replace()
  expect(await refusal(world)).toMatchObject({
    code: 'agent-missing',
    message: expect.stringContaining('another'),
    hint: expect.stringContaining(`npm install --global @acme/robot@${TESTED}`),
  })
  expect(await readdir(world.folder)).toEqual([])
})

test('a program that is not what it was installed as', async () => {
  await using world = await RobotWorld.open()
  expect(await refusal(world, { version: LIAR })).toMatchObject({
    code: 'agent-missing',
    message: expect.stringMatching(/6\.6\.6.*9\.9\.9/),
  })
})

test('a version that is not there', async () => {
  await using world = await RobotWorld.open()
  expect(await refusal(world, { version: '8.0.0' })).toMatchObject({
    code: 'agent-missing',
    message: expect.stringContaining('8.0.0'),
    hint: expect.stringContaining('agent-version'),
  })
})

test('a machine that there is no program for', async () => {
  await using world = await RobotWorld.open()
  expect(await refusal(world, { platform: 'plan9-mips' })).toMatchObject({
    code: 'agent-missing',
    message: expect.stringContaining('plan9-mips'),
  })
  expect(world.registry.requests).toEqual([])
})

test.each([
  [404, 'agent-missing'],
  [503, 'agent-unavailable'],
])('a registry that answers %i', async (status, code) => {
  await using world = await RobotWorld.open()
  world.registry.trouble = status
  expect(await refusal(world)).toMatchObject({ code, message: expect.stringContaining('robot') })
})

test('a registry that is not there', async () => {
  await using world = await RobotWorld.open()
  await world.registry.stop()
  expect(await refusal(world)).toMatchObject({ code: 'agent-unavailable' })
})

test.each([
  ['E401', 'agent-missing'],
  ['E429', 'agent-unavailable'],
  ['E502', 'agent-unavailable'],
  ['ECONNRESET', 'agent-unavailable'],
  ['EAI_AGAIN', 'agent-unavailable'],
  ['EINTEGRITY', 'agent-unavailable'],
  ['ERR_SOCKET_TIMEOUT', 'agent-unavailable'],
  ['ENOSPC', 'disk-full'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'agent-missing'],
  ['EUSAGE', 'agent-missing'],
])('npm fails with %s', async (code, is) => {
  await using world = await RobotWorld.open()
  await world.program('npm', `#!/bin/sh\necho '{"error":{"code":"${code}","summary":"so it is"}}'; exit 1\n`)
  expect(await refusal(world)).toMatchObject({ code: is, message: expect.stringContaining('so it is') })
})

test.each([
  ['says nothing that one can read', 'echo "Segmentation fault" >&2; exit 139', 'Segmentation fault'],
  ['says that all went well', 'exit 0', 'left nothing'],
])('npm %s', async (_, does, said) => {
  await using world = await RobotWorld.open()
  await world.program('npm', `#!/bin/sh\n${does}\n`)
  expect(await refusal(world)).toMatchObject({
    code: 'agent-missing',
    message: expect.stringContaining(said),
    hint: expect.stringContaining('npm install --global'),
  })
})

test('a runner without npm', async () => {
  await using world = await RobotWorld.open()
  const bin = join(world.root, 'bare')
  await mkdir(bin)
  symlinkSync('/bin/sh', join(bin, 'sh'))
  expect(await refusal(world, { env: { PATH: bin } })).toMatchObject({
    code: 'agent-missing',
    message: expect.stringContaining('no npm'),
  })
})

test('npm knows its registry and no secret of the job', async () => {
  await using world = await RobotWorld.open()
  const seen = join(world.root, 'seen')
  await world.program('npm', `#!/bin/sh\nenv > ${seen}; pwd >> ${seen}; exit 1\n`)
  await refusal(world, {
    env: {
      ...{ GITHUB_TOKEN: 's3cret', 'INPUT_GITHUB-TOKEN': 's3cret', ACTIONS_RUNTIME_TOKEN: 's3cret' },
      ...{ ANTHROPIC_API_KEY: 's3cret', AWS_SECRET_ACCESS_KEY: 's3cret', NODE_OPTIONS: '--s3cret' },
      ...{ https_proxy: 'http://localhost:1', NPM_CONFIG_USERCONFIG: '/the/npmrc', NODE_AUTH_TOKEN: 'npm' },
    },
  })
  const env = await readFile(seen, 'utf8')
  expect(env).not.toContain('s3cret')
  for (const line of [
    `HOME=${world.root}`,
    `npm_config_registry=${world.registry.url}`,
    'NPM_CONFIG_USERCONFIG=/the/npmrc',
    'NODE_AUTH_TOKEN=npm',
    'https_proxy=http://localhost:1',
  ])
    expect(env).toContain(`${line}\n`)
  // Not in the checkout: an agent may write an .npmrc there.
  expect(env.trim().split('\n').at(-1)).toContain(world.folder)
})

test('an interrupted run does not wait for npm', async () => {
  await using world = await RobotWorld.open()
  const abort = new AbortController()
  world.registry.trouble = 'silence'
  world.registry.onRequest = () => abort.abort()
  expect(await refusal(world, { signal: abort.signal })).toMatchObject({ code: 'agent-unavailable' })
  expect(await readdir(world.folder)).toEqual([])
})

test('what is known of Claude Code: one tested version, and a hash for each platform', () => {
  const { version, binaries } = claude.program ?? { version: '', binaries: {} }
  expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Object.keys(binaries).toSorted()).toEqual([
    ...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-arm64-musl', 'linux-x64', 'linux-x64-musl'],
  ])
  for (const [platform, binary] of Object.entries(binaries))
    expect(binary).toEqual({
      package: `@anthropic-ai/claude-code-${platform}`,
      path: 'claude',
      integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/),
    })
})
