/** `cms start`, and words to a remote loop: the real program, on a loopback GitHub. */
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { type Repo, removeHome, repository } from '../support/cli.ts'
import { GithubServer } from '../support/github-server.ts'

// Programs that start git and each other; a busy machine needs its time.
jest.setTimeout(60_000)
afterAll(removeHome)

const TOKEN = 'ghs_tokenOfAPerson0123456789'

interface OnGithub extends AsyncDisposable {
  readonly server: GithubServer
  readonly repo: Repo
  readonly env: Readonly<Record<string, string>>
}

/** A clone of a repository on a GitHub where anybody may do anything, with the workflow of `cms init`. */
async function onGithub(files: readonly string[] = ['cms.yml']): Promise<OnGithub> {
  const server = await GithubServer.start()
  const repo = await repository()
  for (const file of files) await repo.write(`.github/workflows/${file}`, workflowText('command'))
  repo.git('add', '-A')
  repo.git('commit', '--quiet', '-m', 'loop')
  repo.git('remote', 'add', 'origin', server.remote)
  // Not over HTTP: the server is in this process, which waits.
  repo.git('push', '--quiet', server.gitDir, 'main')
  const env = { GITHUB_API_URL: server.apiUrl }
  return { server, repo, env, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Of the requests that start runs, what they carried. */
const started = ({ server }: OnGithub) =>
  server.requestsTo('dispatch').map(({ headers, body }) => ({ token: headers.authorization, body }))

describe('cms start', () => {
  test.each(['GH_TOKEN', 'GITHUB_TOKEN'])('starts a run with %s and says where it is', async (name) => {
    await using on = await onGithub()
    const ran = await on.repo.cms(['start', '--json'], { env: { ...on.env, [name]: TOKEN } })
    const [run] = on.server.world.runs
    expect([ran.code, JSON.parse(ran.out)]).toEqual([
      0,
      { loop: 'main', workflow: 'cms.yml', ref: 'main', url: run?.html_url },
    ])
    expect(ran.err).toContain(`Started cms.yml on main for loop "main": ${run?.html_url}`)
    expect(started(on)).toEqual([
      {
        token: expect.stringContaining(TOKEN),
        body: { ref: 'main', inputs: { loop: 'main' }, return_run_details: true },
      },
    ])
    expect(ran.out + ran.err).not.toContain(TOKEN)
  })

  test('takes the login of gh', async () => {
    await using on = await onGithub()
    await on.repo.write(
      '../bin/gh',
      `#!/bin/sh\ntest "$*" = "auth token --hostname 127.0.0.1" && echo ${TOKEN}\n`,
    )
    const { code, out } = await on.repo.sh(
      `chmod +x ../bin/gh; PATH="$PWD/../bin:$PATH" GITHUB_API_URL=${on.server.apiUrl} "$NODE" "$CMS" start --loop other`,
    )
    expect([code, out]).toEqual([0, expect.stringContaining('for loop "other"')])
    expect(started(on)).toEqual([
      { token: expect.stringContaining(TOKEN), body: expect.objectContaining({ inputs: { loop: 'other' } }) },
    ])
  })

  test('gh is not asked for the tokens of the environment, which may be for another server', async () => {
    await using on = await onGithub()
    const names = ['GH_TOKEN', 'GITHUB_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN']
    const shown = names.map((name) => `$${name}`).join('')
    await on.repo.write('../bin/gh', `#!/bin/sh\ntouch "$0.asked"; test -n "${shown}" && echo "${shown}"\n`)
    const given = names.map((name) => `${name}=${TOKEN}`).join(' ')
    const { code, out } = await on.repo.sh(
      `chmod +x ../bin/gh; PATH="$PWD/../bin:$PATH" ${given} "$NODE" "$CMS" start 2>&1 || code=$?; ls ../bin; exit "$code"`,
    )
    expect([code, out]).toEqual([2, expect.stringMatching(/\[auth-failed\][^]*gh\.asked/)])
    expect(on.server.requests).toEqual([])
  })

  test('no token goes over the network in plain http', async () => {
    await using on = await onGithub()
    on.repo.git('remote', 'set-url', 'origin', 'http://github.invalid/acme/widgets')
    const env = { GH_HOST: 'github.invalid', GH_TOKEN: TOKEN }
    const ran = await on.repo.cms(['start'], { env })
    expect([ran.code, ran.err]).toEqual([2, expect.stringMatching(/plain http.*\[auth-failed\]/)])
  })

  test('its help does not offer what it cannot do', async () => {
    await using on = await onGithub()
    expect((await on.repo.cms(['start', '--help'])).out).not.toContain('--local')
    expect((await on.repo.cms(['status', '--help'])).out).toContain('--local')
  })

  test('without a token it says what to type', async () => {
    await using on = await onGithub()
    const ran = await on.repo.cms(['start', '--loop', 'nightly'], { env: on.env })
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringContaining('gh workflow run cms.yml -f loop=nightly [auth-failed]'),
    ])
    expect(started(on)).toEqual([])
  })

  test('a refusal is told with its fix', async () => {
    await using on = await onGithub()
    on.server.world.workflows.clear()
    const ran = await on.repo.cms(['start'], { env: { ...on.env, GH_TOKEN: TOKEN } })
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/Put cms\.yml on the default branch.*\[start-refused\]/),
    ])
  })

  // biome-ignore format: one row, one mistake
  test.each<[what: string, files: string[], args: string[], says: RegExp]>([
    ['no workflow',       [], ['start'], /cms init.*\[bad-input\]/],
    ['several workflows', ['cms.yml', 'nightly.yaml'], ['start'], /--workflow cms\.yml\. \[bad-input\]/],
    ['a loop in this clone', ['cms.yml'], ['start', '--local'], /cms run.*\[bad-input\]/],
    ['an unknown remote', ['cms.yml'], ['start', '--remote', 'upstream'], /\[no-remote\]/],
  ])('%s', async (_what, files, args, says) => {
    await using on = await onGithub(files)
    const ran = await on.repo.cms(args, { env: { ...on.env, GH_TOKEN: TOKEN } })
    expect([ran.code, ran.err]).toEqual([2, expect.stringMatching(says)])
    expect(started(on)).toEqual([])
  })

  test('of several workflows the one that is named', async () => {
    await using on = await onGithub(['cms.yml', 'nightly.yaml'])
    const args = ['start', '--workflow', 'cms.yml']
    expect((await on.repo.cms(args, { env: { ...on.env, GH_TOKEN: TOKEN } })).code).toBe(0)
  })

  test('a remote that is no GitHub', async () => {
    await using on = await onGithub()
    on.repo.git('remote', 'set-url', 'origin', '/srv/git/widgets.git')
    const ran = await on.repo.cms(['start'], { env: { ...on.env, GH_TOKEN: TOKEN } })
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/no repository on a GitHub.*\n.*\[no-remote\]/),
    ])
  })
})

/** A loop on GitHub that stands still. */
async function paused(files?: readonly string[]): Promise<OnGithub> {
  const on = await onGithub(files)
  await on.repo.loop(
    'agent: command',
    'tasks:',
    '  - { id: a, run: "false" }',
    '  - { id: b, needs: [a], run: "true" }',
  )
  await on.repo.cms(['run', '--remote', '--max-iterations', '1'], { env: on.env })
  await on.repo.cms(['stop', '--remote'], { env: on.env })
  return on
}

test.each([['resume'], ['accept', 'a']])(
  'cms %s makes work ready, and starts a run of the workflow',
  async (...word) => {
    await using on = await paused()
    if (word[0] === 'accept') await on.repo.cms(['resume', '--remote'], { env: on.env })
    const ran = await on.repo.cms([...word, '--remote', '--json'], { env: { ...on.env, GH_TOKEN: TOKEN } })
    const [run] = on.server.world.runs
    expect([ran.code, JSON.parse(ran.out)]).toMatchObject([0, { onwards: `started: ${run?.html_url}` }])
    expect(started(on)).toHaveLength(1)
  },
)

test('without a token it says what to type', async () => {
  await using on = await paused()
  const ran = await on.repo.cms(['resume', '--remote'], { env: on.env })
  expect([ran.code, ran.out]).toEqual([
    0,
    expect.stringContaining('start it: gh workflow run cms.yml -f loop=main'),
  ])
  expect(started(on)).toEqual([])
})

test('of several workflows none is started, and it says how to choose', async () => {
  await using on = await paused(['cms.yml', 'nightly.yaml'])
  const ran = await on.repo.cms(['resume', '--remote'], { env: { ...on.env, GH_TOKEN: TOKEN } })
  expect([ran.code, ran.out]).toEqual([
    0,
    expect.stringMatching(
      /several workflows .*cms\.yml, nightly\.yaml.* cms start --loop main --workflow cms\.yml$/m,
    ),
  ])
  expect(started(on)).toEqual([])
})

test('a refusal takes nothing back of what was said', async () => {
  await using on = await paused()
  on.server.world.mayDispatch = false
  const ran = await on.repo.cms(['resume', '--remote'], { env: { ...on.env, GH_TOKEN: TOKEN } })
  expect([ran.code, ran.out]).toEqual([
    0,
    expect.stringMatching(/not started: GitHub: Resource not accessible.*Or type: gh workflow run cms\.yml/),
  ])
})

test('a terminal with a token opens the pull request of a remote loop, and tells the webhook of the end', async () => {
  await using on = await onGithub()
  await on.repo.loop(
    'agent: command',
    'notify: HOOK',
    'tasks:',
    '  - { id: a, run: echo a > a.txt, verify: [test -f a.txt] }',
  )
  const ran = await on.repo.cms(['run', '--remote'], {
    env: { ...on.env, GH_TOKEN: TOKEN, HOOK: 'http://hooks.example/SECRETPART' },
  })
  expect(ran.code).toBe(0)
  expect(on.server.world.pulls).toMatchObject([{ head: 'cms/main/work', base: 'main', draft: true }])
  expect(on.server.world.pulls[0]?.body).toMatch(/^- \[x\] `a` /m)
  expect(ran.out).toMatch(/Nobody was notified by the address in HOOK: only https is allowed/)
  expect(ran.out).toMatch(/^Pull request: #12$/m)
  expect(ran.out + ran.err).not.toMatch(/SECRETPART/)
})
