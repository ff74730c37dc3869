import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubContext } from '../../../src/adapters/github/context.ts'
import { takesDispatches } from '../../../src/adapters/github/workflow.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cms-context-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const env = {
  GITHUB_REPOSITORY: 'acme/widgets',
  GITHUB_RUN_ID: '7001',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKSPACE: '/w/widgets',
  GITHUB_WORKFLOW_REF: 'acme/widgets/.github/workflows/cms.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_SERVER_URL: 'https://git.example/',
  GITHUB_API_URL: 'https://git.example/api/v3',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_STEP_SUMMARY: '/t/summary',
  GITHUB_OUTPUT: '/t/output',
  RUNNER_TEMP: '/t',
}

function withEvent(event: unknown, more: Record<string, string> = {}) {
  const path = join(folder, 'event.json')
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event))
  return githubContext({ ...env, GITHUB_EVENT_PATH: path, ...more })
}

test('what a run knows of itself', () => {
  const event = {
    repository: { default_branch: 'trunk' },
    inputs: { loop: 'docs', lane: '', stop: true, odd: { nested: 1 } },
  }
  expect(withEvent(event)).toEqual({
    owner: 'acme',
    repo: 'widgets',
    repository: 'acme/widgets',
    apiUrl: 'https://git.example/api/v3',
    serverUrl: 'https://git.example',
    runId: '7001',
    attempt: 2,
    self: 'gh:7001.2',
    runUrl: 'https://git.example/acme/widgets/actions/runs/7001',
    event: 'workflow_dispatch',
    sha: 'a'.repeat(40),
    ref: 'refs/heads/main',
    workspace: '/w/widgets',
    temp: '/t',
    summaryFile: '/t/summary',
    outputFile: '/t/output',
    defaultBranch: 'trunk',
    workflow: { file: 'cms.yml', ref: 'main' },
    dispatched: { loop: 'docs', lane: '', stop: 'true' },
  })
})

test.each<[ref: string, target: { file: string; ref: string | undefined } | undefined]>([
  ['acme/widgets/.github/workflows/cms.yml@refs/heads/feat/a@b', { file: 'cms.yml', ref: 'feat/a@b' }],
  ['acme/widgets/.github/workflows/my loop.yaml@refs/tags/v1', { file: 'my loop.yaml', ref: 'v1' }],
  ['Acme/Widgets/.github/workflows/cms.yml@refs/heads/main', { file: 'cms.yml', ref: 'main' }],
  ['acme/widgets/.github/workflows/cms.yml@refs/pull/7/merge', { file: 'cms.yml', ref: 'trunk' }],
  [`acme/widgets/.github/workflows/cms.yml@${'b'.repeat(40)}`, { file: 'cms.yml', ref: 'trunk' }],
  ['other/place/.github/workflows/cms.yml@refs/heads/main', undefined],
  ['', undefined],
])('the workflow of %j', (ref, target) => {
  const event = { repository: { default_branch: 'trunk' } }
  expect(withEvent(event, { GITHUB_WORKFLOW_REF: ref }).workflow).toEqual(target)
})

test.each<[what: string, event: unknown]>([
  ['no repository', {}],
  ['not JSON', 'oops'],
  ['of another shape', { repository: 'x', inputs: [] }],
])('an event with %s leaves the default branch open', (_what, event) => {
  const context = withEvent(event, {
    GITHUB_WORKFLOW_REF: 'acme/widgets/.github/workflows/cms.yml@refs/pull/7/merge',
  })
  expect(context.workflow).toEqual({ file: 'cms.yml', ref: undefined })
  expect(context.dispatched).toEqual({})
})

test('inputs of other events are not ours', () => {
  expect(withEvent({ inputs: { stop: 'true' } }, { GITHUB_EVENT_NAME: 'schedule' }).dispatched).toEqual({})
})

test('outside Actions everything missing is named at once', () => {
  expect(() => githubContext({ PATH: '/bin', GITHUB_RUN_ID: '' })).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: expect.stringMatching(/GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_WORKSPACE/),
    }),
  )
})

test.each<[text: string, takes: boolean]>([
  [
    'on:\n  workflow_dispatch:\n    inputs:\n      lane: { type: string }\n      nonce: { type: string }\n',
    true,
  ],
  ['on: { workflow_dispatch: { inputs: { lane: {}, "nonce": {} } } }\n', true],
  ['on:\n  workflow_dispatch:\n  push:\n', false],
  ['on:\n  workflow_dispatch:\n    inputs:\n      lane:\n      # nonce: {}\n', false],
  ['on: push\nenv: { lane: 1, nonce: 2 }\n', false],
])('whether %j takes dispatches: %j', (text, takes) => {
  expect(takesDispatches(text)).toBe(takes)
})
