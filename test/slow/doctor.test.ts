/** `cms doctor`: the real program, on a loopback GitHub. */
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { z } from 'zod'
import { LEVELS } from '../../src/core/doctor/finding.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { emptyFolder, type Ran, type Repo, removeHome, repository } from '../support/cli.ts'
import { GithubServer } from '../support/github-server.ts'

// Programs that start git and each other; a busy machine needs its time.
jest.setTimeout(120_000)
afterAll(removeHome)

const TOKEN = 'ghs_tokenOfAPerson0123456789'

const Finding = z.strictObject({
  id: z.string(),
  level: z.enum(LEVELS),
  what: z.string(),
  why: z.string(),
  fix: z.string(),
})
const Document = z.strictObject({
  findings: z.array(Finding),
  counts: z.strictObject({ error: z.int(), warning: z.int(), unknown: z.int(), note: z.int(), ok: z.int() }),
})

const documentOf = ({ out }: Ran) => Document.parse(JSON.parse(out))
const worse = (ran: Ran) =>
  documentOf(ran)
    .findings.filter(({ level }) => level !== 'ok' && level !== 'note')
    .map(({ id, level }) => `${level} ${id}`)

interface OnGithub extends AsyncDisposable {
  readonly server: GithubServer
  readonly repo: Repo
  readonly env: Readonly<Record<string, string>>
  readonly doctor: (...args: readonly string[]) => Promise<Ran>
}

/** A clone in which all is well. */
async function onGithub(text = workflowText('command').replace('OWNER/', 'acme/')): Promise<OnGithub> {
  const server = await GithubServer.start()
  const repo = await repository()
  await repo.write('.github/workflows/cms.yml', text)
  repo.git('add', '-A')
  repo.git('commit', '--quiet', '-m', 'loop')
  repo.git('remote', 'add', 'origin', server.remote)
  // Not over HTTP: the server is in this process, which waits.
  repo.git('push', '--quiet', server.gitDir, 'main')
  const env = { GITHUB_API_URL: server.apiUrl, GH_TOKEN: TOKEN }
  const doctor = (...args: readonly string[]) => repo.cms(['doctor', ...args], { env })
  return { server, repo, env, doctor, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('where all is well', () => {
  test('it says so, and changes nothing, here or there', async () => {
    await using on = await onGithub()
    const before = [await on.repo.snapshot(), on.server.git('for-each-ref')]
    const ran = await on.doctor('--json')
    expect([ran.code, worse(ran)]).toEqual([0, []])
    expect(documentOf(ran).counts).toMatchObject({ error: 0, warning: 0, unknown: 0 })
    expect([await on.repo.snapshot(), on.server.git('for-each-ref')]).toEqual(before)
    const rest = on.server.requests.filter(({ route }) => route !== 'git')
    expect(rest.map(({ method }) => method)).toEqual(rest.map(() => 'GET'))
    expect(rest.length).toBeLessThanOrEqual(8)
    expect(ran.out + ran.err).not.toContain(TOKEN)
  })

  test('text for people: what is well on one line, no colours in a pipe', async () => {
    await using on = await onGithub()
    const ran = await on.doctor()
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/^✓ ok: git, node, agent-program, .*$/m)
    expect(ran.out).not.toContain('\u001b')
  })

  test('colours on a terminal', async () => {
    await using on = await onGithub()
    const { shown } = await on.repo.typed(['doctor'], [])
    expect(shown).toContain('\u001b[32m✓ ok: ')
  })
})

test('the worst comes first, with its fix, and the exit code is 2', async () => {
  await using on = await onGithub(
    workflowText('command')
      .replace('OWNER/', 'acme/')
      .replace(/ +schedule:.*\n/, ''),
  )
  const workflow = on.server.world.workflows.get('cms.yml')
  if (workflow !== undefined) workflow.state = 'disabled_inactivity'
  on.server.world.renamedTo = 'acme/gadgets'
  on.server.world.rules.set('cms/main/state', ['creation'])
  on.server.git('update-ref', 'refs/heads/cms', 'main')
  const ran = await on.doctor()
  expect(ran.code).toBe(2)
  expect(ran.out.match(/^\S (error|warning) [a-z-]+/gm)).toEqual([
    '✗ error workflow-enabled',
    '✗ error branch-in-the-way',
    '✗ error branch-rules',
    '! warning repository-moved',
    '! warning schedule',
  ])
  expect(ran.out).toContain('fix: `gh workflow enable cms.yml --repo acme/widgets`')
  expect(ran.out).toContain(`git remote set-url origin ${on.server.url}/acme/gadgets`)
})

test('without a token it looks at the rest, and says once what it could not', async () => {
  await using on = await onGithub()
  const ran = await on.repo.cms(['doctor', '--json'], { env: { GITHUB_API_URL: on.server.apiUrl } })
  expect([ran.code, worse(ran)]).toEqual([0, ['unknown token']])
  expect(on.server.requests.filter(({ route }) => route !== 'git')).toEqual([])
})

test('a GitHub that is not well, and one that does not take the token', async () => {
  await using on = await onGithub()
  on.server.fail('repository', { how: 'answer', status: 503 })
  const ran = await on.doctor('--json')
  expect([ran.code, worse(ran)]).toEqual([0, ['unknown repository']])
  on.server.token = 'ghs_another'
  const refused = await on.doctor('--json')
  expect([refused.code, worse(refused)]).toEqual([2, ['error token', 'error push', 'unknown remote']])
})

test('what a token may not ask is unknown, and no error', async () => {
  await using on = await onGithub()
  on.server.world.mayAdministrate = false
  const ran = await on.doctor('--json')
  expect([ran.code, worse(ran)]).toEqual([0, ['unknown actions-enabled', 'unknown pull-requests']])
})

test('a workflow on the default branch that this clone has not fetched', async () => {
  await using on = await onGithub()
  on.server.git(
    'update-ref',
    'refs/heads/main',
    on.server.git('commit-tree', '-m', 'x', '-p', 'main', 'main^{tree}'),
  )
  const ran = await on.doctor('--json')
  expect([ran.code, worse(ran)]).toEqual([0, ['unknown workflow-default-branch']])
})

// biome-ignore format: one row, one mistake
test.each<[what: string, args: string[], code: string]>([
  ['a loop in this clone', ['--local'], 'bad-input'],
  ['a remote that is not there', ['--remote', 'upstream'], 'no-remote'],
  ['a loop that the file does not describe', ['--loop', 'other'], 'bad-input'],
])('%s', async (_what, args, code) => {
  await using on = await onGithub()
  const ran = await on.doctor(...args)
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(`[${code}]`)])
})

test('the workflow that is named, with its folder or without', async () => {
  await using on = await onGithub()
  for (const name of ['cms.yml', '.github/workflows/cms.yml'])
    expect(worse(await on.doctor('--json', '--workflow', name))).toEqual([])
  expect(worse(await on.doctor('--json', '--workflow', '../../etc/passwd'))).toEqual(['error workflow-file'])
})

test('an empty folder, guided by what it says and by nothing else, until all is well', async () => {
  await using server = await GithubServer.start()
  server.world.mayOpenPulls = false
  const repo = await emptyFolder()
  await repo.write('package.json', '{ "scripts": { "test": "true" } }')
  const env = { GITHUB_API_URL: server.apiUrl, GH_TOKEN: TOKEN }
  const first = await repo.cms(['doctor'], { env })
  expect([first.code, first.err]).toEqual([2, expect.stringMatching(/`git init`.*\[not-a-repository\]/)])
  repo.git('init', '--quiet', '--initial-branch=main')

  /** What a person does who reads one fix: the first command in it that there is. */
  const followed: string[] = []
  const obey = async (id: string, fix: string): Promise<void> => {
    const [, command = ''] = /`((?:cms|git|gh|sed) [^`]+)`/.exec(fix) ?? []
    followed.push(`${id}: ${command.split(' ').slice(0, 3).join(' ')}`)
    const secret = /^gh secret set (\w+)/.exec(command)?.[1]
    if (secret !== undefined) server.world.secrets.add(secret)
    else if (command.startsWith('gh api -X PUT')) server.world.mayOpenPulls = true
    // Given any flag, gh asks nothing and wants to know who may read it.
    else if (/^gh repo create .*--(private|public|internal)\b/.test(command))
      await repo.sh(`git remote add origin ${server.remote}; git push --quiet origin main`)
    else if (command.startsWith('cms ')) await repo.sh(`"$NODE" "$CMS" ${command.slice(4)}`)
    else await repo.sh(command.replace('<account>', 'acme'))
  }
  for (let step = 0; step < 12; step++) {
    const { findings } = documentOf(await repo.cms(['doctor', '--json'], { env }))
    const [worst] = findings
    if (worst === undefined || (worst.level !== 'error' && worst.level !== 'warning')) break
    await obey(worst.id, worst.fix)
  }
  expect(followed).toEqual(
    [
      'loop-file: cms init',
      'commits: git add -A',
      "action-step: sed -i.old s|OWNER/|<account>/|'",
      'remote: gh repo create',
      'agent-key: gh secret set',
      'workflow-default-branch: git add .github/workflows/cms.yml',
      'pull-requests: gh api -X',
    ].map((line) => line.replace('s|OWNER', "'s|OWNER")),
  )
  const last = await repo.cms(['doctor', '--json'], { env })
  expect([last.code, worse(last)]).toEqual([0, []])
})
