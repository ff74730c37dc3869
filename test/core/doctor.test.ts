/** What `cms doctor` finds: each finding in a world that has it, and none in one where all is well. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseWorkflow } from '../../src/adapters/config/workflows.ts'
import { NOTHING, SILENT } from '../../src/app/doctor.ts'
import { frequencyOf } from '../../src/core/doctor/cron.ts'
import { diagnose, stopper } from '../../src/core/doctor/diagnose.ts'
import { type Answer, type Facts, type RunFacts, shellWord, UNASKED } from '../../src/core/doctor/facts.ts'
import {
  countsOf,
  FINDING_IDS,
  type Finding,
  type FindingId,
  type Level,
} from '../../src/core/doctor/finding.ts'
import { findingLines } from '../../src/core/doctor/text.ts'
import { secretsIn } from '../../src/core/doctor/workflow.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { loopConfig } from '../support/loop-config.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples/workflows')
const TEXT = workflowText('claude').replace('OWNER/', 'acme/')
const CALLER = `${TEXT.slice(0, TEXT.indexOf('jobs:'))}jobs:
  loop:
    permissions: { contents: write, actions: write, pull-requests: write }
    uses: acme/cms-iterate/.github/workflows/loop.yml@v1
    secrets: { anthropic-api-key: '\${{ secrets.ANTHROPIC_API_KEY }}' }
`

const known = <T>(value: T): Answer<T> => ({ is: 'known', value })
const UNKNOWN = { is: 'unknown', because: 'GitHub: no' } as const

/** A task with its verification: the loop file warns of nothing. */
const config = ({ base, ...over }: Wanted = {}) => ({
  ...loopConfig({ agent: { use: 'claude' }, ...over }),
  base,
})
type Wanted = Parameters<typeof loopConfig>[0] & { readonly base?: string }

const workflow = (text: string, file = 'cms.yml') => ({ file, text, parsed: parseWorkflow(text) })

/** A clone in which nothing stands in the way. */
const HEALTHY: Facts = {
  loop: 'main',
  loopFile: { is: 'valid', config: config() },
  node: '24.1.0',
  programs: [
    {
      agent: 'claude',
      file: 'claude',
      version: '2.1.330 (Claude Code)',
      tested: { version: '2.1.330', package: '@a/c' },
    },
  ],
  remote: { name: 'origin', url: 'https://github.com/acme/widgets.git' },
  place: { owner: 'acme', repo: 'widgets', serverUrl: 'https://github.com' },
  hasToken: true,
  workflows: [workflow(TEXT)],
  named: undefined,
  github: {
    repository: {
      is: 'known',
      value: {
        fullName: 'acme/widgets',
        defaultBranch: 'main',
        isPrivate: true,
        isFork: false,
        isArchived: false,
      },
    },
    workflow: known('active' as const),
    actionsEnabled: known(true),
    tokenDefaults: known({ mayWrite: false, mayOpenPulls: true }),
    secrets: known(new Set(['ANTHROPIC_API_KEY'])),
    rules: known([{ branch: 'cms/main/state', types: [] }]),
  },
  git: {
    version: '2.43.0',
    hasCommits: true,
    branches: known({ defaultBranch: 'main', head: 'a'.repeat(40), names: [] }),
    push: known({ is: 'taken' as const }),
    workflowThere: known(TEXT),
  },
  run: undefined,
}

/** A run on Actions in which nothing does. */
const RUN: RunFacts = {
  job: 'iterate',
  ref: 'refs/heads/main',
  defaultBranch: 'main',
  hasOwnToken: false,
  hasKey: true,
  keyNames: ['PATH'],
  hasCredentials: false,
  isAtRoot: true,
}
const RUNNING: Facts = { ...HEALTHY, programs: [], github: NOTHING, git: SILENT, named: 'cms.yml', run: RUN }

type Change = (facts: Facts) => Facts

const git =
  (over: Partial<Facts['git']>): Change =>
  (facts) => ({ ...facts, git: { ...facts.git, ...over } })
const github =
  (over: Partial<Facts['github']>): Change =>
  (facts) => ({ ...facts, github: { ...facts.github, ...over } })
const with_ =
  (over: Partial<Facts>): Change =>
  (facts) => ({ ...facts, ...over })
/** The text of the workflow, here and on the default branch. */
const text =
  (after: string): Change =>
  (facts) =>
    git({ workflowThere: known(after) })({ ...facts, workflows: [workflow(after)] })
const edit = (from: string | RegExp, to: string): Change => {
  const after = TEXT.replace(from, to)
  if (after === TEXT) throw new Error(`nothing to replace: ${String(from)}`)
  return text(after)
}
const loop = (over: Wanted): Change => with_({ loopFile: { is: 'valid', config: config(over) } })
const repository = (
  over: Partial<{ fullName: string; isPrivate: boolean; isFork: boolean; isArchived: boolean }>,
): Change =>
  github({
    repository: {
      is: 'known',
      value: {
        fullName: 'acme/widgets',
        defaultBranch: 'main',
        isPrivate: true,
        isFork: false,
        isArchived: false,
        ...over,
      },
    },
  })
const both =
  (...changes: readonly Change[]): Change =>
  (facts) =>
    changes.reduce((now, change) => change(now), facts)

const levelsOf = (findings: readonly Finding[], id: FindingId): readonly Level[] =>
  findings.filter((one) => one.id === id).map(({ level }) => level)
const OWN_TOKEN = "with: { github-token: '${{ steps.app.outputs.token }}', anthropic-api-key"
const ownToken = edit('with: { anthropic-api-key', OWN_TOKEN)
const STEP = '      - uses: acme/cms-iterate@v1'

describe('where all is well', () => {
  test.each([
    ['the form with one job', HEALTHY],
    ['the form with several jobs', text(CALLER)(HEALTHY)],
    ['a run', RUNNING],
  ])('%s: nothing but what is well, and notes', (_, facts) => {
    const findings = diagnose(facts)
    expect(findings.filter(({ level }) => level !== 'ok' && level !== 'note')).toEqual([])
    expect(stopper(findings)).toBeUndefined()
  })

  test.each(globSync('*.yml', { cwd: EXAMPLES }))(
    'the example %s: nothing but OWNER, which is to be written',
    (file) => {
      const example = readFileSync(join(EXAMPLES, file), 'utf8')
      const all = globSync('*.yml', { cwd: EXAMPLES }).map((name) =>
        workflow(readFileSync(join(EXAMPLES, name), 'utf8'), name),
      )
      const change = both(
        with_({ workflows: all, named: file }),
        github({ secrets: UNASKED }),
        git({ workflowThere: known(example) }),
      )
      const findings = diagnose(change(HEALTHY))
      const told = findings
        .filter(({ level }) => level === 'error' || level === 'warning')
        .map(({ id }) => id)
      // Two of them only start another.
      const isStarter = ['issue.yml', 'comment.yml'].includes(file)
      const left = example.includes('OWNER/') || isStarter ? ['action-step'] : []
      expect(told).toEqual(left)
    },
  )

  test('every thing that is looked at has a row below', () => {
    expect(new Set(ROWS.map(([id]) => id))).toEqual(new Set(FINDING_IDS))
  })
})

// biome-ignore format: one row, one finding
const ROWS: readonly (readonly [id: FindingId, level: Level, what: string, change: Change])[] = [
  ['git', 'error', 'is too old', git({ version: '2.37.9' })],
  ['git', 'error', 'says no version', git({ version: undefined })],
  ['node', 'error', 'is too old', with_({ node: '22.22.0' })],
  ['agent-program', 'note', 'is missing, and can be installed', with_({ programs: [{ agent: 'claude', file: 'claude', version: undefined, tested: { version: '1.0.0', package: 'p' } }] })],
  ['agent-program', 'error', 'is missing for good', with_({ programs: [{ agent: 'command', file: 'bash', version: undefined }] })],
  ['agent-program', 'note', 'is not the tested one', with_({ programs: [{ agent: 'claude', file: 'claude', version: '9.9.9', tested: { version: '1.0.0', package: 'p' } }] })],
  ['loop-file', 'error', 'is missing', with_({ loopFile: { is: 'missing', path: '.cms/loop.yml' } })],
  ['loop-file', 'error', 'has a mistake', with_({ loopFile: { is: 'invalid', path: '.cms/loop.yml', because: 'line 3: no' } })],
  ['loop-file', 'warning', 'warns', with_({ loopFile: { is: 'valid', config: { ...config(), warnings: ['Nothing checks it.'] } } })],
  ['commits', 'error', 'there is none', git({ hasCommits: false })],
  ['remote', 'warning', 'there is none', with_({ remote: undefined, place: undefined, hasToken: false, github: NOTHING, git: SILENT })],
  ['remote', 'note', 'is on no GitHub', with_({ remote: { name: 'origin', url: '/srv/git' }, place: undefined })],
  ['remote', 'unknown', 'does not answer', git({ branches: UNKNOWN })],
  ['token', 'unknown', 'there is none', with_({ hasToken: false, github: NOTHING })],
  ['token', 'error', 'is not taken', github({ ...NOTHING, repository: { is: 'rejected', because: 'Bad credentials' } })],
  ['repository', 'error', 'is not seen', github({ ...NOTHING, repository: { is: 'unseen' } })],
  ['repository', 'unknown', 'GitHub is not well', github({ ...NOTHING, repository: UNKNOWN })],
  ['repository-moved', 'warning', 'it was renamed', repository({ fullName: 'acme/gadgets' })],
  ['archived', 'error', 'it is', repository({ isArchived: true })],
  ['fork', 'warning', 'it is one', repository({ isFork: true })],
  ['actions-enabled', 'error', 'it is not', github({ actionsEnabled: known(false) })],
  ['actions-enabled', 'unknown', 'it may not be asked', github({ actionsEnabled: UNKNOWN })],
  ['workflow-file', 'error', 'there is none', with_({ workflows: [] })],
  ['workflow-file', 'error', 'none carries a loop', with_({ workflows: [workflow('on: push\njobs: { a: { runs-on: x } }\n')] })],
  ['workflow-file', 'error', 'the named one is not there', with_({ named: 'other.yml' })],
  ['workflow-file', 'error', 'is broken', with_({ workflows: [workflow('on: [\n# cms-iterate')] })],
  ['workflow-file', 'error', 'is no workflow', with_({ named: 'x.yml', workflows: [workflow('- a', 'x.yml')] })],
  ['workflow-file', 'warning', 'there are several', with_({ workflows: [workflow(TEXT), workflow(TEXT, 'nightly.yml')] })],
  ['workflow-default-branch', 'error', 'is not on it', git({ workflowThere: known(undefined) })],
  ['workflow-default-branch', 'warning', 'is another one', git({ workflowThere: known('other') })],
  ['workflow-default-branch', 'unknown', 'nobody knows', git({ workflowThere: UNKNOWN })],
  ['workflow-enabled', 'error', 'a person disabled it', github({ workflow: known('disabled_manually' as const) })],
  ['workflow-enabled', 'error', 'it fell asleep', github({ workflow: known('disabled_inactivity' as const) })],
  ['workflow-enabled', 'error', 'it is of a fork', github({ workflow: known('disabled_fork' as const) })],
  ['workflow-enabled', 'error', 'GitHub knows none', github({ workflow: known('absent' as const) })],
  ['workflow-enabled', 'unknown', 'it may not be asked', github({ workflow: UNKNOWN })],
  ['action-step', 'error', 'OWNER was left', edit('acme/', 'OWNER/')],
  ['action-step', 'error', 'there is none', edit(/ {6}- uses: acme\/cms-iterate.*\n.*\n/, '      - run: "true"\n')],
  ['dispatch-inputs', 'error', 'lane is missing, and wanted', both(edit(/ +lane:.*\n/, ''), (f) => text((f.workflows[0]?.text ?? '').replace('anthropic-api-key:', 'continue: dispatch, anthropic-api-key:'))(f))],
  ['dispatch-inputs', 'note', 'one of lane and nonce is missing', edit(/ +lane:.*\n/, '')],
  ['dispatch-inputs', 'error', 'loop is missing', edit(/ +loop: .*\n/, '')],
  ['dispatch-inputs', 'warning', 'stop is missing', edit(/ +stop:.*\n/, '')],
  ['dispatch-inputs', 'note', 'message is missing', edit(/ +message:.*\n/, '')],
  ['dispatch-inputs', 'warning', 'message is missing, and comments need it', both(edit(/ +message:.*\n/, ''), (f) => ({ ...f, workflows: [...f.workflows, workflow(readFileSync(join(EXAMPLES, 'comment.yml'), 'utf8'), 'comment.yml')] }))],
  ['dispatch-inputs', 'note', 'no trigger, and none needed', edit(/ {2}workflow_dispatch:\n(?: {4}.*\n)+/, '')],
  ['dispatch-inputs', 'error', 'another one is required', edit('      stop:', '      why:    { type: string, required: true }\n      stop:')],
  ['dispatch-inputs', 'error', 'there are too many', edit('      stop:', `${Array.from({ length: 26 }, (_, n) => `      i${n}: {}\n`).join('')}      stop:`)],
  ['run-name', 'warning', 'there is none', edit(/run-name:.*\n/, '')],
  ['run-name', 'warning', 'has no nonce', edit(', inputs.nonce)', ')')],
  ['concurrency', 'warning', 'is one group for all', edit(/group: cms-.*/, 'group: cms')],
  ['concurrency', 'error', 'is one group for all, and cancels', edit(/group: cms-.*\n.*/, 'group: cms\n  cancel-in-progress: true')],
  ['concurrency', 'error', 'may cancel', edit(/group: cms-.*\n.*/, "group: cms\n  cancel-in-progress: ${{ github.ref == 'x' }}")],
  ['concurrency', 'warning', 'cancels', edit('cancel-in-progress: false', 'cancel-in-progress: true')],
  ['concurrency', 'warning', 'queues ticks', edit(/group: cms-.*/, 'group: cms\n  queue: max')],
  ['concurrency', 'note', 'queues without need', edit('cancel-in-progress: false', 'queue: max')],
  ['concurrency', 'error', 'queues and cancels', edit('cancel-in-progress: false', 'queue: max\n  cancel-in-progress: true')],
  ['concurrency', 'warning', 'is one group, as a text', edit(/concurrency:\n.*\n.*/, 'concurrency: cms')],
  ['concurrency', 'warning', 'is one group, at the job', edit('    runs-on:', '    concurrency: cms\n    runs-on:')],
  ['other-jobs', 'warning', 'there are', edit('jobs:\n', 'jobs:\n  lint: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n')],
  ['hand-off', 'error', 'our step', edit(STEP, `      - if: always()\n        uses: acme/cms-iterate@v1`)],
  ['hand-off', 'error', 'our job', edit('    runs-on:', '    if: ${{ always() }}\n    runs-on:')],
  ['hand-off', 'error', 'a step of theirs', edit(STEP, `      - { if: always(), run: gh workflow run cms.yml }\n${STEP}`)],
  ['time-limits', 'error', 'the job is shorter', edit('timeout-minutes: 120', 'timeout-minutes: 60')],
  ['time-limits', 'note', 'the job is longer', edit(/ +timeout-minutes: 120\n/, '')],
  ['time-limits', 'unknown', 'an expression', edit('timeout-minutes: 120', 'timeout-minutes: ${{ vars.LIMIT }}')],
  ['time-limits', 'error', 'an attempt is longer', loop({ agent: { use: 'claude', timeout: 90 * 60_000 } })],
  ['checkout', 'error', 'there is none', edit(/ +- uses: actions\/checkout.*\n.*\n/, '')],
  ['checkout', 'error', 'comes after our step', edit(/( +- uses: actions\/checkout.*\n.*\n)([^]*)/, '$2$1')],
  ['checkout', 'warning', 'leaves the token', edit('with: { persist-credentials: false }', 'with: {}')],
  ['checkout', 'error', 'is elsewhere', edit('persist-credentials: false', 'persist-credentials: false, path: src')],
  ['checkout', 'warning', 'is of another repository', edit('persist-credentials: false', 'persist-credentials: false, repository: acme/other')],
  ['permissions', 'error', 'none to save', edit('{ contents: write', '{ contents: read')],
  ['permissions', 'error', 'none to ask for runs', edit('actions: write, pull', 'actions: read, pull')],
  ['permissions', 'warning', 'none for pull requests', edit(', pull-requests: write', '')],
  ['permissions', 'error', 'the job takes them back', edit('    runs-on:', '    permissions: read-all\n    runs-on:')],
  ['permissions', 'note', 'more than needed', edit('pull-requests: write }', 'pull-requests: write, id-token: write }')],
  ['permissions', 'note', 'everything', edit(/permissions: \{.*/, 'permissions: write-all')],
  ['permissions', 'error', 'unset, and the default is to read', edit(/permissions: \{.*/, '')],
  ['permissions', 'note', 'unset, and the default is to write', both(edit(/permissions: \{.*/, ''), github({ tokenDefaults: known({ mayWrite: true, mayOpenPulls: true }) }))],
  ['permissions', 'unknown', 'unset, and nobody knows', both(edit(/permissions: \{.*/, ''), github({ tokenDefaults: UNKNOWN }))],
  ['permissions', 'note', 'an App has them', both(ownToken, (f) => text((f.workflows[0]?.text ?? '').replace('{ contents: write', '{ contents: read'))(f))],
  ['permissions', 'error', 'the called workflow wants more', text(CALLER.replace('    permissions: { contents: write', '    permissions: { contents: read'))],
  ['agent-key', 'error', 'no input', edit(/\n +with: \{ anthropic.*/, '')],
  ['agent-key', 'error', 'no secret', github({ secrets: known(new Set<string>()) })],
  ['agent-key', 'error', 'no key for another agent', loop({ agent: { use: 'codex' } })],
  ['agent-key', 'error', 'a key for another agent than the one that works', both(loop({ agent: { use: 'gemini' } }), edit(/\n +with: \{ anthropic.*/, "\n        env: { CODEX_API_KEY: '${{ secrets.X }}' }"))],
  ['agent-key', 'error', 'nothing for another agent handed to the called workflow', both(loop({ agent: { use: 'codex' } }), text(CALLER))],
  ['agent-key', 'error', 'nothing handed to the called workflow', text(CALLER.replace(/ +secrets:.*/, '    secrets: inherit'))],
  ['secrets', 'warning', 'one is missing', edit(STEP, `      - { run: x, env: { A: '\${{ secrets.DB_PASSWORD }}' } }\n${STEP}`)],
  ['secrets', 'unknown', 'they may not be listed', github({ secrets: UNKNOWN })],
  ['pull-requests', 'warning', 'are not allowed', github({ tokenDefaults: known({ mayWrite: false, mayOpenPulls: false }) })],
  ['pull-requests', 'unknown', 'nobody knows', github({ tokenDefaults: UNKNOWN })],
  ['pull-request-checks', 'note', 'wait', (facts) => facts],
  ['push', 'error', 'is refused', git({ push: known({ is: 'refused' as const, because: 'HTTP 403' }) })],
  ['push', 'unknown', 'nobody knows', git({ push: UNKNOWN })],
  ['branch-in-the-way', 'error', 'cms', git({ branches: known({ defaultBranch: 'main', head: 'a', names: ['cms'] }) })],
  ['branch-in-the-way', 'error', 'cms/main', git({ branches: known({ defaultBranch: 'main', head: 'a', names: ['cms/main'] }) })],
  ['branch-rules', 'error', 'refuse', github({ rules: known([{ branch: 'cms/main/state', types: ['creation', 'pull_request'] }]) })],
  ['branch-rules', 'warning', 'refuse, but for an App', both(ownToken, github({ rules: known([{ branch: 'cms/main/state', types: ['update'] }]) }))],
  ['branch-rules', 'warning', 'hinder', github({ rules: known([{ branch: 'cms/main/work', types: ['non_fast_forward'] }]) })],
  ['branch-rules', 'unknown', 'nobody knows', github({ rules: UNKNOWN })],
  ['schedule', 'warning', 'there is none', edit(/ +schedule:.*\n/, '')],
  ['schedule', 'error', 'cannot be read', edit('23 */3 * * *', '23 */3 * *')],
  ['schedule', 'note', 'on the hour', edit('23 */3 * * *', '0 */3 * * *')],
  ['schedule', 'note', 'too often', edit('23 */3 * * *', '*/2 3 * * *')],
  ['schedule-cost', 'note', 'some minutes', (facts) => facts],
  ['schedule-cost', 'warning', 'most of what is included', edit('23 */3 * * *', '23,53 * * * *')],
  ['schedule-sleep', 'note', 'after 60 days', repository({ isPrivate: false })],
  ['workflow-files', 'error', 'may be changed', loop({ protect: ['!.github/**'] })],
  ['workflow-files', 'note', 'may be changed by an App', both(loop({ protect: ['!.github/**'] }), ownToken)],
  ['workflow-files', 'warning', 'are what a task is about', loop({ tasks: [{ id: 'ci', spec: 'Mend .github/workflows/ci.yml' }] })],
  ['agent-program', 'note', 'has a version that begins like the tested one', with_({ programs: [{ agent: 'claude', file: 'claude', version: '1.0.01', tested: { version: '1.0.0', package: 'p' } }] })],
  ['dispatch-inputs', 'error', 'nonce is missing, and wanted', both(edit(/ +nonce:.*\n/, ''), (f) => text((f.workflows[0]?.text ?? '').replace('anthropic-api-key:', 'continue: dispatch, anthropic-api-key:'))(f))],
  ['concurrency', 'warning', 'is one group for each branch', edit(/group: cms-.*/, 'group: cms-${{ github.ref }}')],
  ['permissions', 'error', 'the called workflow wants more than the loop does', both(loop({ pull_request: 'none' }), text(CALLER.replace(', pull-requests: write }\n    uses', ' }\n    uses')))],
  ['permissions', 'error', 'unset at the call, whatever token is handed on', text(CALLER.replace(/ *permissions: .*\n/g, '').replace('secrets: {', "secrets: { github-token: '${{ secrets.PAT }}',"))],
  ['pull-request-checks', 'note', 'wait, with the token of the job by name', edit('with: { anthropic', "with: { github-token: '${{ github.token }}', anthropic")],
  ['low-trust-events', 'warning', 'comments', edit('on:\n', 'on:\n  issue_comment:\n')],
  ['low-trust-events', 'warning', 'pull requests of strangers', edit('on:\n', 'on:\n  pull_request_target: { types: [opened] }\n')],
  ['low-trust-events', 'warning', 'what the condition lets through by name', both(edit('on:\n', 'on:\n  issue_comment:\n'), (f) => text((f.workflows[0]?.text ?? '').replace('    runs-on:', "    if: github.event_name == 'issue_comment'\n    runs-on:"))(f))],
  ['low-trust-events', 'warning', 'what the condition forgets', both(edit('on:\n', 'on:\n  issues:\n  issue_comment:\n'), (f) => text((f.workflows[0]?.text ?? '').replace('    runs-on:', "    if: github.event_name != 'issues'\n    runs-on:"))(f))],
  ['base', 'error', 'is not on the remote', loop({ base: 'next' })],
  ['base', 'error', 'is not fetched', both(loop({ base: 'next' }), git({ branches: known({ defaultBranch: 'main', head: 'a', names: ['next'] }) }))],
  ['base', 'note', 'is another one', both(loop({ base: 'next' }), edit('persist-credentials: false', 'persist-credentials: false, fetch-depth: 0'), git({ branches: known({ defaultBranch: 'main', head: 'a', names: ['next'] }) }))],
]

test.each(ROWS)('%s, %s: %s', (id, level, _what, change) => {
  const findings = diagnose(change(HEALTHY))
  expect(levelsOf(findings, id)).toContain(level)
  for (const { why, fix, ...one } of findings)
    expect([
      one.what === '',
      (why === '') === (one.level === 'ok'),
      (fix === '') === (one.level === 'ok'),
    ]).toEqual([false, true, true])
  const order = findings.map((one) => ['error', 'warning', 'unknown', 'note', 'ok'].indexOf(one.level))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

describe('does not find', () => {
  // biome-ignore format: one row, one world
  test.each<[id: FindingId, what: string, change: Change]>([
    ['agent-key', 'a key for a loop of commands', both(loop({ agent: { use: 'command' } }), edit(/\n +with: \{ anthropic.*/, ''))],
    ['agent-key', 'a key for tasks that are all commands', both(loop({ tasks: [{ agent: { use: 'command' } }] }), edit(/\n +with: \{ anthropic.*/, ''))],
    ['agent-key', 'a key where there is no loop file yet', both(with_({ loopFile: { is: 'missing', path: 'x' } }), edit(/\n +with: \{ anthropic.*/, ''))],
    ['agent-key', 'a key of another agent', both(loop({ agent: { use: 'codex' } }), edit(/\n +with: \{ anthropic.*/, "\n        env: { CODEX_API_KEY: '${{ secrets.ANTHROPIC_API_KEY }}' }"))],
    ['agent-key', 'a key of one of many services', both(loop({ agent: { use: 'opencode' } }), edit(/\n +with: \{ anthropic.*/, "\n        env: { GROQ_API_KEY: '${{ secrets.ANTHROPIC_API_KEY }}' }"))],
    ['agent-key', 'a key of another agent for the called workflow', both(loop({ agent: { use: 'gemini' } }), text(CALLER.replace(/secrets:.*/, "secrets: { gemini-api-key: '${{ secrets.ANTHROPIC_API_KEY }}' }")))],
    ['agent-key', 'a key that comes by a variable', edit(/\n +with: \{ anthropic.*/, "\n        env: { CLAUDE_CODE_USE_BEDROCK: '1' }")],
    ['agent-key', 'a key that one of two secrets holds', edit('anthropic-api-key:', "claude-code-oauth-token: '${{ secrets.NOT_THERE }}', anthropic-api-key:")],
    ['agent-key', 'a secret of an environment', both(edit('    runs-on:', '    environment: prod\n    runs-on:'), github({ secrets: known(new Set<string>()) }))],
    ['pull-requests', 'what a loop without them does not need', both(loop({ pull_request: 'none' }), github({ tokenDefaults: known({ mayWrite: false, mayOpenPulls: false }) }))],
    ['permissions', 'pull requests that are not wanted', both(loop({ pull_request: 'none' }), edit(', pull-requests: write', ''))],
    ['permissions', 'the right to ask for runs, in one job', edit("anthropic-api-key:", "continue: here, anthropic-api-key:")],
    ['concurrency', 'a group in which a loop waits that asks for no runs', both(edit(/group: cms-.*/, 'group: build'), (f) => text((f.workflows[0]?.text ?? '').replace('anthropic-api-key:', 'continue: here, anthropic-api-key:'))(f))],
    ['schedule', 'a watchdog in another workflow', (facts) => { const after = edit(/ +schedule:.*\n/, '')(facts); return { ...after, workflows: [...after.workflows, workflow('on:\n  schedule: []\njobs: { a: { steps: [{ run: gh workflow run cms.yml }] } }', 'watch.yml')] } }],
    ['other-jobs', 'what runs once, in one job', both(edit('jobs:\n', 'jobs:\n  lint: { runs-on: x, steps: [] }\n'), (f) => text((f.workflows[0]?.text ?? '').replace('anthropic-api-key:', 'continue: here, anthropic-api-key:'))(f))],
    ['low-trust-events', 'events that our job does not run on', both(edit('on:\n', 'on:\n  issues:\n'), (f) => text((f.workflows[0]?.text ?? '').replace('    runs-on:', "    if: github.event_name == 'workflow_dispatch'\n    runs-on:"))(f))],
    ['low-trust-events', 'events that our job leaves out', both(edit('on:\n', 'on:\n  issues:\n'), (f) => text((f.workflows[0]?.text ?? '').replace('    runs-on:', "    if: github.event_name != 'issues'\n    runs-on:"))(f))],
    ['low-trust-events', 'strangers where the job asks who it is', both(edit('on:\n', 'on:\n  issue_comment:\n'), (f) => text((f.workflows[0]?.text ?? '').replace('    runs-on:', "    if: github.event_name != 'issue_comment' || github.event.comment.author_association == 'OWNER'\n    runs-on:"))(f))],
    ['time-limits', 'minutes that the steps before ours need', both(edit('timeout-minutes: 120', 'timeout-minutes: 130'), (f) => text((f.workflows[0]?.text ?? '').replace(STEP, `      - run: npm ci\n${STEP}`))(f))],
    ['workflow-default-branch', 'another text where only the ends of lines differ', with_({ workflows: [workflow(TEXT.replaceAll('\n', '\r\n'))] })],
    ['checkout', 'a folder that our step looks into', both(edit('persist-credentials: false', 'persist-credentials: false, path: ./src/'), (f) => text((f.workflows[0]?.text ?? '').replace('anthropic-api-key:', 'working-directory: src, anthropic-api-key:'))(f))],
    ['checkout', 'its own repository, by name', edit('persist-credentials: false', "persist-credentials: false, repository: '${{ github.repository }}'")],
    ['dispatch-inputs', 'message, where no run is asked for', text(TEXT.replace(/ +message:.*\n/, '').replace('anthropic-api-key:', 'continue: here, anthropic-api-key:'))],
    ['dispatch-inputs', 'what must be given and has a default', edit('      stop:', '      why:    { type: string, required: true, default: x }\n      stop:')],
    ['dispatch-inputs', 'as many as GitHub takes', edit('      stop:', `${Array.from({ length: 18 }, (_, n) => `      i${n}: {}\n`).join('')}      stop:`)],
    ['schedule', 'as often as GitHub does', edit('23 */3 * * *', '2-57/5 3 * * *')],
    ['branch-in-the-way', 'branches of another loop', git({ branches: known({ defaultBranch: 'main', head: 'a', names: ['cms/other'] }) })],
    ['push', 'what nobody knows of a remote that does not answer', git({ push: UNKNOWN, branches: UNKNOWN })],
    ['secrets', 'the key, of which it is told already', github({ secrets: known(new Set<string>()) })],
    ['workflow-file', 'a second one that cannot carry it on', with_({ workflows: [workflow('on: push\njobs: { a: { steps: [{ uses: acme/cms-iterate@v1 }] } }\n', 'build.yml'), workflow(TEXT)] })],
    ['pull-request-checks', 'checks that wait, with the token of an App at the call', text(CALLER.replace('secrets: {', "secrets: { github-token: '${{ secrets.PAT }}',"))],
    ['schedule-cost', 'minutes of a public repository', repository({ isPrivate: false })],
    ['schedule-cost', 'minutes of a runner of their own', edit('runs-on: ubuntu-latest', 'runs-on: [self-hosted, linux]')],
    ['repository-moved', 'another case of letters', repository({ fullName: 'Acme/Widgets' })],
    ['workflow-file', 'a second workflow that carries nothing', with_({ workflows: [workflow(TEXT), workflow('on: push\njobs: {}\n', 'ci.yml')] })],
    ['secrets', 'the token of the job', edit(STEP, `      - { run: x, env: { A: '\${{ secrets.GITHUB_TOKEN }}' } }\n${STEP}`)],
  ])('%s: %s', (id, _what, change) => {
    expect(levelsOf(diagnose(change(HEALTHY)), id).filter((level) => level !== 'ok')).toEqual([])
  })
})

describe('a run', () => {
  const during = (over: Partial<RunFacts>, change: Change = (facts) => facts) =>
    diagnose(change({ ...RUNNING, run: { ...RUN, ...over } }))

  test('is stopped by a token that cannot save, or cannot ask for the next run', () => {
    expect(stopper(during({}, edit('{ contents: write', '{ contents: read')))?.id).toBe('permissions')
    expect(stopper(during({}, edit('actions: write, pull', 'actions: read, pull')))?.id).toBe('permissions')
  })

  test('is told of a missing key, which a program may know all the same', () => {
    expect(levelsOf(during({ hasKey: false }), 'agent-key')).toEqual(['error'])
    expect(levelsOf(during({ hasKey: undefined }), 'agent-key')).toEqual([])
    expect(levelsOf(during({ hasKey: false }, loop({ agent: { use: 'command' } })), 'agent-key')).toEqual([])
    expect(stopper(during({ hasKey: false }))).toBeUndefined()
    const codex = loop({ agent: { use: 'codex' } })
    expect(levelsOf(during({}, codex), 'agent-key')).toEqual(['error'])
    expect(levelsOf(during({ keyNames: ['CODEX_API_KEY'] }, codex), 'agent-key')).toEqual([])
    expect(levelsOf(during({ keyNames: undefined }, codex), 'agent-key')).toEqual([])
  })

  test('is not stopped by what may be meant, or may be otherwise than it looks', () => {
    expect(stopper(during({}, edit(/permissions: \{.*/, '')))).toBeUndefined()
    expect(
      stopper(during({ hasOwnToken: true }, edit('{ contents: write', '{ contents: read'))),
    ).toBeUndefined()
    expect(stopper(during({}, with_({ workflows: [] })))).toBeUndefined()
  })

  test('finds its own job by its id', () => {
    const two = TEXT.replace(
      'jobs:\n',
      `jobs:\n  other:\n    permissions: {}\n    runs-on: x\n    steps: [{ uses: acme/cms-iterate@v1 }]\n`,
    )
    expect(levelsOf(during({ job: 'iterate' }, text(two)), 'permissions')).toEqual(['ok'])
    expect(levelsOf(during({ job: 'other' }, text(two)), 'permissions')).toEqual(['error'])
    const beside = TEXT.replace('jobs:\n', 'jobs:\n  begin: { runs-on: x, steps: [] }\n')
    expect(levelsOf(during({ job: 'begin' }, text(beside)), 'permissions')).toEqual(['ok'])
  })

  test('says nothing of a file that it cannot read: what runs could be read', () => {
    for (const workflows of [[], [workflow('on: [')]])
      expect(levelsOf(during({}, with_({ workflows })), 'workflow-file')).toEqual([])
  })

  test('says nothing of a remote, and of its branch once', () => {
    expect(levelsOf(during({}, with_({ remote: undefined, place: undefined })), 'remote')).toEqual([])
    const base = levelsOf(during({ ref: 'refs/heads/next' }, loop({ base: 'next' })), 'base')
    expect(base).toEqual(['note'])
  })

  test('knows its checkout, not the text that made it', () => {
    expect(levelsOf(during({ hasCredentials: true }), 'checkout')).toEqual(['warning'])
    expect(levelsOf(during({ isAtRoot: false }), 'checkout')).toEqual(['note'])
    expect(levelsOf(during({ ref: 'refs/heads/feature' }), 'base')).toEqual(['note'])
  })
})

test('of several files, the broken one that was ours is named, with its line', () => {
  const workflows = [workflow('on: push\njobs: {}\n', 'ci.yml'), workflow('on: [\n# acme/cms-iterate@v1')]
  expect(diagnose({ ...HEALTHY, workflows })[0]).toMatchObject({
    id: 'workflow-file',
    what: expect.stringMatching(/cms\.yml is no workflow: line \d+: /),
  })
})

test('a clone without a token says once what could not be looked at', () => {
  const findings = diagnose({ ...HEALTHY, hasToken: false, github: NOTHING })
  expect(findings.filter(({ level }) => level === 'unknown').map(({ id }) => id)).toEqual(['token'])
})

describe('hostile', () => {
  const texts = {
    nothing: '',
    'a list': '- a\n- b',
    'no jobs': 'on: push',
    'jobs that are none': 'on: workflow_dispatch\njobs: 7',
    'a job that is null':
      'on: { workflow_dispatch: { inputs: { lane: , nonce: } } }\njobs: { a: , b: 1, c: [], d: { steps: { x: 1 } } }',
    'everything a list':
      'on: [[workflow_dispatch], { a: 1 }]\njobs: { a: { steps: [1, null, [2]], permissions: [x], env: [1], with: 5 } }\npermissions: [1]\nconcurrency: [x]',
    'a cycle':
      'on: &a { workflow_dispatch: *a, inputs: *a }\njobs: &b { nonce: *b, steps: [*b] }\n# cms-iterate',
    'a bomb': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((c, n) => `${c}: &${c} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[n]}`).join()}]`)
      .join('\n')}\non: *i\njobs: *i\n# cms-iterate`,
    'names of prototypes':
      'on: { workflow_dispatch: { inputs: { __proto__: {}, constructor: {}, lane: {}, nonce: {} } } }\njobs: { __proto__: { uses: x }, constructor: {} }',
    'a huge one': `on: push\njobs: {}\n${'# cms-iterate \n'.repeat(30_000)}`,
    tabs: 'on:\n\tpush:\n# cms-iterate',
  }
  test.each(Object.entries(texts))('text: %s', (_, hostile) => {
    for (const facts of [HEALTHY, { ...RUNNING }, { ...HEALTHY, named: 'cms.yml' }])
      expect(diagnose({ ...facts, workflows: [workflow(hostile)] }).length).toBeGreaterThan(0)
  })

  test('names of branches and repositories do not reach a shell, or a terminal', () => {
    const name = "a'; rm -rf ~ #\u001b[31m"
    const facts = both(loop({ base: name }), repository({ fullName: name }))(HEALTHY)
    const lines = findingLines(diagnose(facts)).map((line) => line.text)
    expect(lines.join('')).not.toContain('\u001b')
    expect(lines.find((line) => line.includes('set-url'))).toContain(
      String.raw`'https://github.com/a'\''; rm`,
    )
    expect(shellWord("it's")).toBe(String.raw`'it'\''s'`)
  })
})

test('the lines: the worst first, what is well on one line, the count at the end', () => {
  const findings = diagnose(git({ version: '2.1.0' })(HEALTHY))
  const lines = findingLines(findings).map((line) => line.text)
  expect(lines[0]).toMatch(/^✗ error git: /)
  expect(lines[2]).toMatch(/^ {4}fix: /)
  expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(1)
  expect(lines.at(-1)).toMatch(/^1 error, 2 notes, \d+ ok\. /)
  expect(countsOf(findings)).toMatchObject({ error: 1, warning: 0, unknown: 0, note: 2 })
})

// biome-ignore format: one row, one schedule
test.each<[cron: string, perMonth: number | undefined]>([
  ['23 */3 * * *', 244], ['0 0 * * *', 30], ['*/5 * * * *', 8766], ['23,53 * * * *', 1461], ['0 5 * * mon-fri', 22],
  ['0 5 1 * *', 1], ['0 5 1 * mon', 5], ['15 4 * JAN,Jul SUN', 1], ['5/20 * * * *', 2192], ['0 0 * * 7', 4],
  ['60 * * * *', undefined], ['* * * *', undefined], ['@daily', undefined], ['a b c d e', undefined], ['*/0 * * * *', undefined],
  ['5-1 * * * *', undefined], ['', undefined], ['1- * * * *', undefined], [`${'1,'.repeat(400)}1 * * * *`, undefined],
])('the schedule %j comes to %j a month', (cron, perMonth) => {
  expect(frequencyOf(cron)?.perMonth).toBe(perMonth)
})

test('names of secrets, in either spelling, and not in comments', () => {
  expect(
    secretsIn(
      "a: ${{ secrets.A }} ${{ secrets['b_2'] }} ${{ secrets.GITHUB_TOKEN }} # ${{ secrets.C }}\nsecrets: inherit",
    ),
  ).toEqual(['A', 'B_2'])
})

test.each([
  ...['creation', 'update', 'required_signatures', 'pull_request', 'required_status_checks'],
  ...['required_deployments', 'merge_queue', 'workflows', 'code_scanning'],
])('a rule of the type %s refuses what the loop pushes', (type) => {
  const rules = known([{ branch: 'cms/main/work', types: [type] }])
  expect(levelsOf(diagnose(github({ rules })(HEALTHY)), 'branch-rules')).toEqual(['error'])
})

test('each job of the workflow costs its minute', () => {
  const more = edit('jobs:\n', 'jobs:\n  lint: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n')
  const found = diagnose(more(HEALTHY)).find(({ id }) => id === 'schedule-cost')
  expect(found?.what).toMatch(/ 488 minutes/)
})

test('no password of a remote is printed with its new name', () => {
  const remote = { name: 'origin', url: 'https://ada:geheim@github.com/acme/widgets.git' }
  const moved = diagnose(both(with_({ remote }), repository({ fullName: 'acme/gadgets' }))(HEALTHY))
  expect(moved.find(({ id }) => id === 'repository-moved')?.fix).toBe(
    '`git remote set-url origin https://github.com/acme/gadgets.git`',
  )
})

test('a remote without any branch is pushed to by a command that works as it stands', () => {
  const empty = { defaultBranch: undefined, head: undefined, names: [] }
  const change = both(
    github({ repository: UNASKED }),
    git({ branches: known(empty), workflowThere: known(undefined) }),
  )
  const found = diagnose(change(HEALTHY)).find(({ id }) => id === 'workflow-default-branch')
  expect(found?.fix).toMatch(/git push origin HEAD`/)
})

test('a loop in one job lacks nothing that only requests fill in', () => {
  const step = readFileSync(join(EXAMPLES, 'step.yml'), 'utf8')
  const found = diagnose(text(step)(HEALTHY)).find(({ id }) => id === 'dispatch-inputs')
  expect(found).toMatchObject({
    level: 'note',
    what: expect.stringMatching(/lacks .*loop, resume, stop, fresh\.$/),
  })
  expect(found?.fix).not.toMatch(/lane|nonce/)
})

test('nobody was asked: nothing is said of it', () => {
  const ids = diagnose({ ...HEALTHY, github: NOTHING, git: { ...SILENT, version: '2.50.0' } }).map(
    ({ id }) => id,
  )
  expect(ids.filter((id) => ['push', 'branch-rules', 'secrets', 'workflow-enabled'].includes(id))).toEqual([])
  expect(UNASKED).toEqual({ is: 'unasked' })
})
