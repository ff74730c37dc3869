/** What a clone and its remote say of themselves, and that nothing is changed by asking. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Git } from '../../src/adapters/git/git.ts'
import { leavesCredentials } from '../../src/adapters/git/left-credentials.ts'
import { cloneSurvey } from '../../src/adapters/git/survey.ts'
import { layOutCheckout } from '../support/action-checkout.ts'
import { GithubServer } from '../support/github-server.ts'

const TOKEN = 'ghs_loopback'
const folder = mkdtempSync(join(tmpdir(), 'cms-survey-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = { PATH: process.env['PATH'] ?? '' }
const git = new Git({ env })

function sh(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main']
  const ran = spawnSync('git', [...who, ...args], { cwd, encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return ran.stdout.trim()
}

function clone(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(folder, 'clone-'))
  sh(path, 'init', '--quiet')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  sh(path, 'add', '-A')
  if (Object.keys(files).length > 0) sh(path, 'commit', '--quiet', '-m', 'one')
  return path
}

const survey = (cwd: string, url: string | undefined, token?: string) =>
  cloneSurvey({ git, network: git, cwd, url, token })

test('a clone by itself', async () => {
  const [empty, one] = [clone(), clone({ 'a.txt': 'hello\n', b: '' })]
  expect(await survey(empty, undefined).hasCommits()).toBe(false)
  const here = survey(one, undefined)
  expect(await here.hasCommits()).toBe(true)
  expect(await here.version()).toMatch(/^2\.\d+/)
  const head = sh(one, 'rev-parse', 'HEAD')
  expect(await here.fileAt(head, 'a.txt')).toEqual({ is: 'known', value: 'hello\n' })
  expect(await here.fileAt(head, 'c.txt')).toEqual({ is: 'known', value: undefined })
  expect(await here.fileAt('a'.repeat(40), 'a.txt')).toMatchObject({ is: 'unknown' })
  expect(await here.fileAt('--help', 'a.txt')).toMatchObject({ is: 'unknown' })
  expect(await here.branches([])).toEqual({ is: 'unasked' })
  expect(await here.dryPush('cms/main/doctor')).toEqual({ is: 'unasked' })
})

describe('a remote', () => {
  test('says its default branch and which branches it has, and a dry push leaves it as it was', async () => {
    await using server = await GithubServer.start({ token: TOKEN })
    const head = server.seed()
    for (const name of ['cms', 'next']) server.git('update-ref', `refs/heads/${name}`, head)
    const there = survey(clone({ a: '1' }), server.remote, TOKEN)
    // Over HTTP git is given the token through its environment only where that is meant for it.
    expect(await there.branches(['cms', 'cms/main', 'next'])).toEqual({
      is: 'known',
      value: { defaultBranch: 'main', head, names: ['cms', 'next'] },
    })
    const before = server.git('for-each-ref')
    expect(await there.dryPush('cms/main/doctor')).toEqual({ is: 'known', value: { is: 'taken' } })
    expect(server.git('for-each-ref')).toBe(before)
  })

  test('without a commit', async () => {
    await using server = await GithubServer.start()
    const there = survey(clone({ a: '1' }), server.remote)
    expect(await there.branches(['cms'])).toEqual({
      is: 'known',
      value: { defaultBranch: undefined, head: undefined, names: [] },
    })
  })

  test('that refuses: known, with its words', async () => {
    await using server = await GithubServer.start({ token: TOKEN })
    server.seed()
    const there = survey(clone({ a: '1' }), server.remote)
    expect(await there.dryPush('cms/main/doctor')).toEqual({
      is: 'known',
      value: { is: 'refused', because: expect.stringMatching(/\S/) },
    })
    expect(await there.branches([])).toMatchObject({ is: 'unknown' })
  })

  test('that is not there: unknown', async () => {
    const there = survey(clone({ a: '1' }), join(folder, 'nothing.git'))
    expect(await there.branches([])).toMatchObject({
      is: 'unknown',
      because: expect.not.stringContaining('\n'),
    })
    expect(await there.dryPush('cms/main/doctor')).toMatchObject({ is: 'unknown' })
  })

  test('whose address looks like an option is no option', async () => {
    const there = survey(clone({ a: '1' }), `--upload-pack=touch ${folder}/pwned`)
    expect(await there.branches([])).toMatchObject({ is: 'unknown' })
    expect(await there.dryPush('x')).toMatchObject({ is: 'unknown' })
    expect(spawnSync('ls', [folder], { encoding: 'utf8' }).stdout).not.toContain('pwned')
  })
})

test.each([
  ['none', false],
  ['header', true],
  ['include', true],
] as const)('credentials of actions/checkout: %s', async (credentials, left) => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const workspace = mkdtempSync(join(folder, 'work-'))
  const temp = mkdtempSync(join(folder, 'temp-'))
  await layOutCheckout({ server, token: TOKEN, workspace, temp, credentials })
  expect(await leavesCredentials(join(workspace, '.git'))).toBe(left)
})
