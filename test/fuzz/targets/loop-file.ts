/** The loop file, as YAML and as JSON: a config that a loop can be started with, or mistakes with places. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { checkBytes, type Inspected } from '../../../src/adapters/config/loop-file.ts'
import type { LoopStarted } from '../../../src/core/event.ts'
import { assertReadable } from '../../../src/core/migrate.ts'
import { printMistakes } from '../../../src/core/mistake.ts'
import { planLoop } from '../../../src/core/plan/plan.ts'
import { start } from '../../../src/core/reduce.ts'
import { type LoopConfig, Settings, TaskSpec } from '../../../src/core/settings.ts'
import { advance } from '../../../src/core/status.ts'
import { secretsOf } from '../../../src/entry/secrets.ts'
import { AT, BASE, NOW, RUN } from '../../support/build.ts'
import { lost, plainAllThrough } from '../laws.ts'
import { printJson } from '../mutate-value.ts'
import { type Form, holds, pure, type Target, type Verdict } from '../target.ts'
import { hostileLoopFiles } from './loop-file-hostile.ts'

const ROOT = join(import.meta.dirname, '../../..')

const FULL = {
  loop: 'docs',
  goal: 'Make it good.\nIn two lines.',
  agent: {
    use: 'claude',
    model: 'opus',
    args: ['--verbose'],
    timeout: '45m',
    stall: '10m',
    env: ['NPM_TOKEN'],
  },
  base: 'main',
  parallel: 4,
  budget: {
    usd: 20,
    iterations: 80,
    tokens: '5M',
    minutes: 600,
    usd_per_day: 10,
    deadline: '2026-12-31T00:00:00Z',
  },
  policy: { attempts: 2, usd_per_attempt: 3, reserve_usd: 1, escalate: ['lessons'], retry: 'clean' },
  setup: ['npm ci'],
  verify: ['npm test', 'npm run lint'],
  verify_in: 'clean',
  verify_timeout: '5m',
  setup_timeout: '2m',
  protect: ['checks/**', '!docs/AGENTS.md'],
  red_first: false,
  strict_verify: true,
  commits: 'keep',
  refs: 'hidden',
  restart: 'never',
  approve_plan: true,
  pull_request: 'ready',
  notify: 'CMS_WEBHOOK',
  tasks: [
    { id: 'api', name: 'The API', spec: 'Write it.', verify: ['npm test -- api'], priority: 2 },
    { id: 'web', spec: 'Write it.', needs: ['api'], agent: 'command', run: 'make web', allow_empty: true },
    { id: 'docs', spec: '# Say it\n\n- so\n', deps: ['api', 'web'], uses: ['api'], agent: { timeout: '1h' } },
  ],
}

const SMALL = `# A loop
loop: main
verify: ["npm test"]
tasks:
  - &first
    id: a
    spec: |
      Do it.

      - well
  - { id: b, needs: [a], spec: 'it''s next' }
  - id: c
    <<: { }
    spec: >-
      folded
      text
`.replace('    <<: { }\n', '')

const ANCHORS = `verify: &v [ 'true' ]
agent: { use: command }
tasks:
  - { id: a, run: 'true', verify: *v }
  - { id: b, run: "e\\u0063ho", verify: *v, needs: [a] }
`

function corpus(): string[] {
  const textkit = readFileSync(join(ROOT, 'examples/textkit/.cms/loop.yml'), 'utf8')
  return [
    textkit,
    stringify(FULL),
    JSON.stringify(FULL, null, 2),
    SMALL,
    ANCHORS,
    '{"goal":"x"}',
    JSON.stringify({ verify: ['true'], tasks: FULL.tasks.slice(0, 1) }),
  ]
}

const form: Form = {
  take(input) {
    try {
      const value: unknown = parse(input.toString(), { maxAliasCount: 100, logLevel: 'silent' })
      return value ?? undefined
    } catch {
      return undefined
    }
  },
  print(value, chance) {
    if (chance.is(0.7)) return Buffer.from(printJson(value, chance.one([0, 2])))
    try {
      return Buffer.from(stringify(value).replaceAll(/"?§([^"§\n]*)§"?/g, '$1'))
    } catch {
      return Buffer.from(printJson(value))
    }
  },
  // biome-ignore format: one row, one kind
  words: [
    '\n', '\n  ', '\n- ', ': ', '- ', '? ', '&a ', '*a', '*first', '!!set ', '!!binary ', '!x ', '<<: *first\n', '|\n', '>-\n', '---\n', '...\n', '%YAML 1.1\n',
    '"', "'", '{', '}', '[', ']', ',', '#', '~', '.inf', '0x1f', '0o7', '1e3', 'yes', 'tasks:', 'id: a', 'needs: [b]', 'loop: ', '__proto__: ', '\ufeff', '\t',
  ],
}

const { spots } = secretsOf({ NPM_TOKEN: 'Zq8Wm3Rt5-Yp7Xk9Lc2' })
const options = { agents: ['claude', 'command'], jobMinutes: 360, spots }

/** A loop can be started with it, planned and shown, and the next run can read it. */
function accepted(config: LoopConfig): void {
  plainAllThrough(config)
  holds('its settings are settings', lost(config.settings, Settings.parse(config.settings)) === undefined)
  for (const task of config.tasks)
    holds('its tasks are tasks', lost(task, TaskSpec.parse(task)) === undefined, task.id)
  const { loop, goal, settings, tasks, digest } = config
  const begun: LoopStarted = {
    ...{
      type: 'loop_started',
      at: AT,
      loop,
      epoch: 1,
      goal,
      home: 'local',
      run: RUN,
      digest,
      settings,
      tasks,
    },
    work: { ref: `refs/heads/cms/${loop}/work`, base_ref: config.base ?? 'main', base: BASE },
  }
  assertReadable(advance(start(begun), [], NOW).checkpoint)
  const plan = planLoop(config)
  holds(
    'every task is planned once',
    plan.order.length >= tasks.length,
    `${plan.order.length} of ${tasks.length}`,
  )
}

function refused(inspected: Inspected & { readonly is: 'invalid' }): void {
  const { mistakes, text } = inspected
  holds('a refusal has a mistake', mistakes.length > 0)
  for (const { line, column, message } of mistakes.slice(0, 50)) {
    holds('a mistake has a place', line >= 1 && column >= 1, message)
    holds('a mistake says something', message.trim() !== '')
  }
  holds('mistakes can be printed', printMistakes('loop.yml', text, mistakes).startsWith('loop.yml has'))
}

/** JSON is YAML: what reads it as YAML, for a comment behind it, finds the same. */
function alike(input: Buffer, inspected: Inspected): void {
  // A carriage return without a line feed is white space in JSON; the YAML library takes it for text.
  if (/\r(?!\n)/.test(input.toString('latin1'))) return
  const other = checkBytes(Buffer.concat([input, Buffer.from(' # YAML')]), options)
  const both = () => JSON.stringify([told(inspected), told(other)]).slice(0, 600)
  holds(
    'JSON is read as YAML would be',
    JSON.stringify(told(other)) === JSON.stringify(told(inspected)),
    both,
  )
}

const told = (inspected: Inspected): unknown =>
  inspected.is === 'valid'
    ? { ...inspected.config, digest: '' }
    : inspected.mistakes.map(({ message, path }) => `${path}: ${message}`).toSorted()

/** @param inspect the reader: tests put broken ones in its place. */
export const loopFileTarget = (inspect: typeof checkBytes = checkBytes): Target => ({
  name: 'loop-file',
  share: 1,
  form,
  hostile: hostileLoopFiles,
  open: async () =>
    pure(corpus(), (input): Verdict => {
      const inspected = inspect(input, options)
      if (inspected.is === 'valid') accepted(inspected.config)
      else refused(inspected)
      const text = input.toString()
      if (text.startsWith('{') && input.length < 20_000 && input.length % 8 === 0 && isJson(text))
        alike(input, inspected)
      return inspected.is === 'valid' ? 'accepted' : 'rejected'
    }),
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
