/** `examples/workflows/comment.yml`: the real script in a real shell, with a `gh` that stands in. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { readPersonsMail } from '../../src/core/persons-mail.ts'

const FILE = join(import.meta.dirname, '../../examples/workflows/comment.yml')
const Workflow = z.object({
  on: z.object({ issue_comment: z.object({ types: z.array(z.string()) }) }),
  permissions: z.object({}).strict(),
  jobs: z.object({
    'hand-on': z.object({
      if: z.string(),
      permissions: z.record(z.string(), z.string()),
      steps: z.array(z.object({ run: z.string(), env: z.record(z.string(), z.string()) })),
    }),
  }),
})
const workflow = Workflow.parse(parse(readFileSync(FILE, 'utf8')))
const job = workflow.jobs['hand-on']
const [{ run: SCRIPT, env: ENV } = { run: '', env: {} }] = job.steps

/** Notes every call, a NUL behind each word, and answers from files. */
const GH = `#!/bin/sh
here=$(dirname "$0")/..
printf '%s\\0' "$@" >> "$here/calls"
printf '\\n' >> "$here/calls"
case "$*" in
  *permission*) cat "$here/permission" ;;
  *pulls/7) cat "$here/pull.json" ;;
  'workflow run'*) ;;
  *) exit 9 ;;
esac
`

const PULL = { head: { ref: 'cms/main/work', repo: { full_name: 'acme/widgets' } } }

interface Office {
  readonly permission?: string
  readonly pull?: unknown
}

async function office(body: unknown, { permission = 'write', pull = PULL }: Office = {}) {
  const place = await mkdtempDisposable(join(tmpdir(), 'comment-'))
  const at = (name: string) => join(place.path, name)
  for (const folder of ['bin', 'job', 'temp']) await mkdir(at(folder))
  await writeFile(at('bin/gh'), GH, { mode: 0o755 })
  await writeFile(at('permission'), `${permission}\n`)
  await writeFile(at('pull.json'), JSON.stringify(pull))
  const event = {
    issue: { number: 7, pull_request: {} },
    comment: { body, user: { login: 'ada', type: 'User' } },
  }
  await writeFile(at('event.json'), JSON.stringify(event))
  const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', SCRIPT], {
    cwd: at('job'),
    encoding: 'utf8',
    env: {
      ...{ PATH: `${at('bin')}:${process.env['PATH']}`, RUNNER_TEMP: at('temp') },
      ...{ GITHUB_EVENT_PATH: at('event.json'), REPO: 'acme/widgets', BRANCH: 'main' },
    },
  })
  const calls = existsSync(at('calls'))
    ? readFileSync(at('calls'), 'utf8')
        .split('\0\n')
        .filter(Boolean)
        .map((call) => call.split('\0'))
    : []
  const started = calls.filter(([first]) => first === 'workflow')
  const input = (name: string) =>
    started[0]?.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
  const left = readdirSync(at('job'))
  await place[Symbol.asyncDispose]()
  return { code: ran.status, out: ran.stdout, calls, started, input, left }
}

describe('a comment', () => {
  // biome-ignore format: one row, one case
  test.each<[string, unknown]>([
    ['/cms message api Use the v2 endpoint.',    { say: 'write', to: 'api', body: 'Use the v2 endpoint.' }],
    ['/cms message * Hello.\r\nTwo lines.\n',    { say: 'write', to: '*', body: 'Hello.\nTwo lines.\n' }],
    ['/cms  reply   m12  Yes',                   { say: 'reply', to: 'm12', body: 'Yes' }],
    [`/cms message api ${'é'.repeat(2_000)}`,    { say: 'write', to: 'api', body: 'é'.repeat(2_000) }],
  ])('%j is handed on', async (body, mail) => {
    const { code, started, input, calls } = await office(body)
    expect([code, started.length, input('loop')]).toEqual([0, 1, 'main'])
    expect(started[0]?.slice(0, 7)).toEqual(['workflow', 'run', 'cms.yml', '--repo', 'acme/widgets', '--ref', 'main'])
    expect(readPersonsMail(input('message') ?? '')).toEqual(mail)
    expect(calls[0]).toContain('repos/acme/widgets/collaborators/ada/permission')
  })

  // biome-ignore format: one row, one trick
  test.each<[string, string]>([
    ['quotes',            `' " \` '' "" \\" \\' "$HOME"`],
    ['substitution',      '$(touch ran) `touch ran` ; touch ran & touch ran | touch ran > ran'],
    ['an expression',     '${{ github.token }}'],
    ['workflow commands', '\n::set-output name=a::b\n::error::x'],
    ['controls',          'a\u0000b\u001b[31m\u007f'],
    ['JSON that goes on', '"}, "to": "evil", "x": {"'],
    ['arguments',         '-f loop=other --repo evil/evil'],
    ['jq',                '\\(env) \\(input) $__loc__'],
  ])('with %s is data', async (_, words) => {
    const { code, out, started, input, left } = await office(`/cms message api x${words}`)
    expect([code, out, started.length, input('loop'), left]).toEqual([0, '', 1, 'main', []])
    expect(readPersonsMail(input('message') ?? '')).toMatchObject({ to: 'api', body: `x${words}` })
  })

  // biome-ignore format: one row, one case
  test.each<[string, unknown]>([
    ['without words',         '/cms message api '],
    ['without a task',        '/cms message'],
    ['to what is no task',    '/cms message ../api hello'],
    ['of another word',       '/cms stop now'],
    ['behind other lines',    'Hello\n/cms message api x'],
    ['in answer to no id',    '/cms reply 12 yes'],
    ['too long',              `/cms message api ${'x'.repeat(4_600)}`],
    ['that is no text',       7],
  ])('%s is refused, and nothing is started', async (_, body) => {
    const { code, started, out } = await office(body)
    expect([code, started]).toEqual([1, []])
    expect(out).toMatch(/^::error::Write \/cms message/)
  })

  test.each(['none', 'read', 'triage', '', 'admin\nnone'])(
    'of somebody with the right %j starts nothing',
    async (permission) => {
      const { code, calls } = await office('/cms message api x', { permission })
      expect([code, calls.length]).toEqual([1, 1])
    },
  )

  // biome-ignore format: one row, one case
  test.each<[string, unknown]>([
    ['of a fork',          { head: { ref: 'cms/main/work', repo: { full_name: 'evil/widgets' } } }],
    ['whose fork is gone', { head: { ref: 'cms/main/work', repo: null } }],
    ['of no loop',         { head: { ref: 'feature', repo: { full_name: 'acme/widgets' } } }],
    ['of a strange name',  { head: { ref: 'cms/$(touch ran)/work', repo: { full_name: 'acme/widgets' } } }],
  ])('on a pull request %s starts nothing', async (_, pull) => {
    const { code, started, out, left } = await office('/cms message api x', { pull })
    expect([code, started, left]).toEqual([0, [], []])
    expect(out).toMatch(/^::notice::/)
  })

  test('on the loop of an issue goes to its workflow', async () => {
    const loop = `issue-7-${'a'.repeat(24)}`
    const pull = { head: { ref: `cms/${loop}/work`, repo: { full_name: 'acme/widgets' } } }
    const { started, input } = await office('/cms message issue-7 x', { pull })
    expect([started[0]?.[2], input('loop')]).toEqual(['cms-issue.yml', loop])
  })
})

test('people who belong here are heard once, and no machine is', () => {
  expect(workflow.on.issue_comment.types).toEqual(['created'])
  for (const part of [
    "github.event.comment.user.type == 'User'",
    '["OWNER", "MEMBER", "COLLABORATOR"]',
    'github.event.issue.pull_request',
  ])
    expect(job.if).toContain(part)
  expect(job.permissions).toEqual({ 'pull-requests': 'read', actions: 'write' })
  expect(Object.keys(ENV).toSorted()).toEqual(['BRANCH', 'GH_TOKEN', 'REPO'])
})
