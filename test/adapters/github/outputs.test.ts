import { expect, test } from '@jest/globals'
import { OUTPUTS, outputsOf, setOutputs } from '../../../src/adapters/github/outputs.ts'
import { Checkpoint, VERSION } from '../../../src/core/checkpoint.ts'
import { EMPTY_LEDGER } from '../../../src/core/usage.ts'

const AT = '2026-11-23T00:00:00Z'
const ID = 'a'.repeat(40)
const HOME = 'https://github.com/acme/widgets'

const task = (id: string, order: number) => ({
  id,
  order,
  name: id,
  spec: '',
  needs: [],
  verify: [],
  source: 'file',
  state: { at: 'open' },
  attempts: [],
})
const completed = {
  id: 'a',
  name: 'a',
  needs: [],
  spec_digest: 'd',
  order: 0,
  summary: '',
  outputs: {},
  commit: ID,
  iteration: 1,
  attempts: 1,
  cost: 0,
  at: AT,
}

const checkpoint = (changes: Record<string, unknown> = {}, refs = 'branches') =>
  Checkpoint.parse({
    version: VERSION,
    loop: 'docs',
    goal: 'g',
    epoch: 1,
    seq: 3,
    home: 'origin',
    status: 'running',
    reason: 'Two tasks are left.',
    next: '',
    started_at: AT,
    updated_at: AT,
    work: { ref: 'refs/heads/cms/docs/work', base_ref: 'main', base: ID, head: ID },
    config: { digest: 'd', run: 'gh:1.1', at: AT, settings: { agent: { use: 'claude' }, refs } },
    remaining_tasks: [task('b', 1), task('c', 2)],
    completed_tasks: [completed],
    lanes: {},
    fence: 1,
    ledger: {
      ...EMPTY_LEDGER,
      usd: 0.1 + 0.2,
      tokens: { input: 10, cache_read: 1_000, cache_write: 5, output: 7 },
    },
    ...changes,
  })

test('every output, from the checkpoint and from what the run did', () => {
  const pull_request = { wanted: 'draft', number: 12, problem: null }
  const did = {
    task: 'a',
    verdict: 'done',
    iteration: 4,
    nextRunUrl: `${HOME}/actions/runs/9`,
    logPath: '/tmp/logs',
    nextJob: 'work' as const,
    assignment: '{"lane":"1"}',
    ready: true,
    head: ID,
    tree: ID,
    details: '{}',
  }
  expect(outputsOf(checkpoint({ pull_request }), did, HOME)).toEqual({
    status: 'running',
    reason: 'Two tasks are left.',
    task: 'a',
    verdict: 'done',
    iteration: '4',
    'tasks-done': '1',
    'tasks-total': '3',
    'total-cost-usd': '0.3',
    'total-tokens': '22',
    'work-branch': 'cms/docs/work',
    'state-branch': 'cms/docs/state',
    'pull-request-url': `${HOME}/pull/12`,
    'next-run-url': `${HOME}/actions/runs/9`,
    'log-path': '/tmp/logs',
    'next-job': 'work',
    assignment: '{"lane":"1"}',
    ready: 'true',
    head: ID,
    tree: ID,
    details: '{}',
  })
})

test('what there is nothing to tell of is empty', () => {
  const outputs = outputsOf(checkpoint(), {}, HOME)
  expect(
    Object.entries(outputs)
      .filter(([, value]) => value === '')
      .map(([name]) => name),
  ).toEqual([
    ...['pull-request-url', 'task', 'verdict', 'iteration', 'next-run-url', 'log-path'],
    ...['next-job', 'assignment', 'ready', 'head', 'tree', 'details'],
  ])
})

test('hidden refs have no short name', () => {
  expect(outputsOf(checkpoint({}, 'hidden'), {}, HOME)).toMatchObject({
    'work-branch': 'cms/docs/work',
    'state-branch': 'refs/cms/docs/state',
  })
})

test('a cost too small for a decimal is not written as a power of ten', () => {
  const ledger = { ...EMPTY_LEDGER, usd: 1e-7 }
  expect(outputsOf(checkpoint({ ledger }), {}, HOME)['total-cost-usd']).toBe('0')
})

test('all of them are handed to the runner, in order and without secrets', () => {
  const set = new Map<string, string>()
  const outputs = outputsOf(checkpoint({ reason: 'It said hunter2.' }), {}, HOME)
  setOutputs(
    outputs,
    (text) => text.replace('hunter2', '***'),
    (name, value) => set.set(name, value),
  )
  expect([...set.keys()]).toEqual([...OUTPUTS])
  expect(set.get('reason')).toBe('It said ***.')
})

test('the reason is one line that commands nothing when somebody prints it', () => {
  const { reason } = outputsOf(checkpoint({ reason: '::error::a\n##[error]b\u001b[2J' }), {}, HOME)
  expect(reason).toBe(': :error::a ## [error]b')
})
