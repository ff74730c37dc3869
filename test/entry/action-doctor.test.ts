/** The first look of a run at itself: what stops it, what it says, and what it leaves alone. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { githubContext } from '../../src/adapters/github/context.ts'
import { parseInputs } from '../../src/adapters/github/inputs.ts'
import { isKeyVariable } from '../../src/core/doctor/keys.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { firstLook } from '../../src/entry/action-doctor.ts'
import type { Report } from '../../src/ports/reporter.ts'
import { plainly } from '../support/action-job.ts'
import { loopConfig } from '../support/loop-config.ts'
import { settingsOf, World } from '../support/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'cms-first-look-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Whoever runs the tests may have a key of their own. */
const own = Object.entries(process.env).filter(([name]) => isKeyVariable(name))
for (const [name] of own) delete process.env[name]
afterAll(() => void Object.assign(process.env, Object.fromEntries(own)))

/** What the runner would read. */
let printed = ''
beforeEach(() => {
  printed = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => void jest.restoreAllMocks())

const TEXT = workflowText('command')

interface Look {
  readonly text?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly agent?: string
  readonly files?: Readonly<Record<string, string>>
  readonly workflow?: string
}

/** One look. @returns the annotations, and what it throws. */
async function look({
  text = TEXT,
  inputs = {},
  agent = 'command',
  files = {},
  workflow = 'cms.yml',
}: Look = {}) {
  const workspace = mkdtempSync(join(folder, 'work-'))
  spawnSync('git', ['init', '--quiet'], { cwd: workspace })
  for (const [path, content] of Object.entries({ '.github/workflows/cms.yml': text, ...files })) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), content)
  }
  const context = githubContext({
    GITHUB_REPOSITORY: 'owner/repo',
    GITHUB_RUN_ID: '1',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_WORKFLOW_REF: `owner/repo/.github/workflows/${workflow}@refs/heads/main`,
  })
  const world = new World()
  const reports: Report[] = []
  const ports = {
    ...world.as(context.self),
    reporter: { tell: (report: Report) => void reports.push(report) },
  }
  const thrown = await firstLook({
    context,
    inputs: parseInputs((name) => inputs[name] ?? ''),
    onward: 'dispatch',
    broken: undefined,
    ports,
    run: { ...settingsOf(loopConfig({ agent: { use: agent } })), home: 'origin' },
    signal: new AbortController().signal,
    ...plainly(),
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { thrown, annotations: reports.filter(({ type }) => type === 'warning') }
}

test('where all is well nothing is said', async () => {
  expect(await look()).toEqual({ thrown: undefined, annotations: [] })
  expect(printed).toBe('')
})

describe('what no loop can work with stops it:', () => {
  test('a token that may not save', async () => {
    const { thrown, annotations } = await look({
      text: TEXT.replace('{ contents: write', '{ contents: read'),
    })
    expect(thrown).toMatchObject({
      code: 'not-ready',
      hint: expect.stringContaining('contents: write'),
      place: { file: '.github/workflows/cms.yml' },
    })
    expect(annotations).toEqual([])
  })

  test('but not where a token of its own is given', async () => {
    const text = TEXT.replace('{ contents: write', '{ contents: read')
    const inputs = { 'github-token': 'ghs_app', 'job-token': 'ghs_job' }
    expect(await look({ text, inputs })).toMatchObject({ thrown: undefined })
    const same = { 'github-token': 'ghs_job', 'job-token': 'ghs_job' }
    expect(await look({ text, inputs: same })).toMatchObject({ thrown: { code: 'not-ready' } })
  })
})

describe('an agent without a key is an annotation', () => {
  test('with the command that sets one', async () => {
    const { thrown, annotations } = await look({ agent: 'claude' })
    expect(thrown).toBeUndefined()
    expect(annotations).toMatchObject([
      { text: expect.stringContaining('gh secret set ANTHROPIC_API_KEY --repo owner/repo') },
    ])
  })

  test.each<[what: string, over: Look]>([
    ['a key', { inputs: { 'anthropic-api-key': 'sk-x' } }],
    ['a login', { inputs: { 'claude-code-oauth-token': 'x' } }],
    ['a helper that gets one', { files: { '.claude/settings.json': '{ "apiKeyHelper": "x" }' } }],
  ])('but not with %s', async (_, over) => {
    expect(await look({ agent: 'claude', ...over })).toEqual({ thrown: undefined, annotations: [] })
  })
})

describe('in the form with several jobs', () => {
  const caller = readFileSync(join(import.meta.dirname, '../../examples/workflows/walled.yml'), 'utf8')
  const inputs = { job: 'begin' }

  test('the caller is looked at; the key is for another job to see', async () => {
    expect(await look({ text: caller, inputs, agent: 'claude' })).toEqual({
      thrown: undefined,
      annotations: [],
    })
  })

  test('a caller that has less than the jobs ask for', async () => {
    const text = caller.replace('permissions: { contents: write', 'permissions: { contents: read')
    expect(await look({ text, inputs })).toMatchObject({ thrown: { code: 'not-ready' } })
  })
})

test('other errors are annotations at the workflow, and warnings one group of the log', async () => {
  const text = TEXT.replace(/ +schedule:.*\n/, '').replace('    runs-on:', '    if: always()\n    runs-on:')
  const { thrown, annotations } = await look({ text: text.replace('persist-credentials: false', '') })
  expect(thrown).toBeUndefined()
  expect(annotations).toEqual([
    {
      type: 'warning',
      text: expect.stringMatching(/always\(\).* Fix: .*!cancelled\(\)/),
      place: { file: '.github/workflows/cms.yml', line: 1, column: 1 },
    },
  ])
  expect(printed.match(/^::group::.*$/gm)).toHaveLength(1)
  expect(printed).toMatch(/^::group::[^]*warning schedule: [^]*fix: [^]*::endgroup::\n$/)
})

test('a text that the runner would obey is not printed as it is', async () => {
  const text = TEXT.replace(/group: cms-.*/, String.raw`group: "\n::error::x ##[error]y"`)
  await look({ text })
  expect(printed).not.toMatch(/^::error::|##\[error\]/m)
})

test('a workflow that is not in the checkout, or cannot be read, is no reason to stop', async () => {
  expect(await look({ workflow: 'other.yml' })).toEqual({ thrown: undefined, annotations: [] })
  expect(await look({ text: 'on: [' })).toEqual({ thrown: undefined, annotations: [] })
  expect(await look({ text: `a: &a [${'x,'.repeat(9)}x]\nb: &b [*a,*a]\n` })).toEqual({
    thrown: undefined,
    annotations: [],
  })
})
