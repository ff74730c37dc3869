import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkBytes, inspectLoopFile, readLoopFile } from '../../../src/adapters/config/loop-file.ts'
import { spotter } from '../../../src/core/secrets/redact.ts'
import { lines, mistakes, TASK, valid } from '../../support/loop-text.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loop-file-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('a valid file', () => {
  test('every key of the format', () => {
    const config = valid(
      lines(
        'loop: main',
        'goal: Move the API',
        'agent: { use: claude, model: sonnet, args: [], timeout: 45m, stall: 0, env: [NODE_ENV] }',
        'base: release/1.x',
        'parallel: 3',
        'budget: { usd: 10, iterations: 50, tokens: 20M, minutes: 600, usd_per_day: 5, deadline: 2026-12-24T01:00:00+01:00 }',
        'policy: { attempts: 3, usd_per_attempt: 5, reserve_usd: 1, escalate: [lessons, "model:opus", split], retry: clean, lessons: false }',
        'setup: [npm ci]',
        'verify: [npm test]',
        'verify_in: same',
        'verify_timeout: 20m',
        'setup_timeout: 1h30m',
        'protect: [docs/**, "!.github/**"]',
        'red_first: true',
        'strict_verify: true',
        'commits: keep',
        'refs: hidden',
        'restart: when_done',
        'approve_plan: true',
        'pull_request: none',
        'notify: CMS_WEBHOOK',
        'tasks:',
        '  - id: schema',
        '    name: Describe the schema',
        '    spec: |',
        '      What to do',
        '    verify: [npm test -- schema]',
        '  - { id: api, deps: [schema, schema], uses: [schema], priority: 1, agent: opus, run: x, allow_empty: true }',
        '  - { id: last, spec: x, needs: [api], agent: { model: opus } }',
      ),
    )
    expect(config).toMatchObject({
      loop: 'main',
      goal: 'Move the API',
      base: 'release/1.x',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      warnings: [],
      settings: {
        agent: { use: 'claude', model: 'sonnet', args: [], timeout: 2_700_000, stall: 0, env: ['NODE_ENV'] },
        budget: {
          usd: 10,
          iterations: 50,
          tokens: 20_000_000,
          minutes: 600,
          usd_per_day: 5,
          deadline: '2026-12-24T00:00:00.000Z',
        },
        policy: {
          attempts: 3,
          usd_per_attempt: 5,
          reserve_usd: 1,
          escalate: ['lessons', 'model:opus', 'split'],
          lessons: false,
          retry: 'clean',
        },
        parallel: 3,
        verify_in: 'same',
        verify_timeout: 1_200_000,
        setup_timeout: 5_400_000,
        protect: ['docs/**', '!.github/**'],
        red_first: true,
        strict_verify: true,
        commits: 'keep',
        refs: 'hidden',
        restart: 'when_done',
        approve_plan: true,
        pull_request: 'none',
        notify: 'CMS_WEBHOOK',
      },
      tasks: [
        { id: 'schema', name: 'Describe the schema', spec: 'What to do\n', needs: [], priority: 0 },
        {
          id: 'api',
          name: 'api',
          needs: ['schema'],
          uses: ['schema'],
          priority: 1,
          agent: { use: 'opus' },
          run: 'x',
          allow_empty: true,
        },
        { id: 'last', agent: { model: 'opus' }, allow_empty: false },
      ],
    })
    expect(config.settings).not.toHaveProperty('tasks')
    expect(config.settings).not.toHaveProperty('goal')
  })

  test('defaults, and a budget whose keys replace them one by one', () => {
    expect(valid(`verify: ["true"]${TASK}`)).toMatchObject({
      loop: 'main',
      goal: '',
      base: undefined,
      settings: {
        agent: { use: 'claude' },
        parallel: 1,
        budget: { usd: 10, iterations: 50, minutes: 600 },
        approve_plan: false,
      },
    })
    expect(valid(`budget: { usd: 3 }${TASK}`).settings.budget).toEqual({
      usd: 3,
      iterations: 50,
      minutes: 600,
    })
    expect(valid(`budget: { deadline: 2026-12-24 }${TASK}`).settings.budget.deadline).toBe(
      '2026-12-24T00:00:00.000Z',
    )
  })

  test('a goal alone is enough: the tasks are planned, and a person looks at them unless told otherwise', () => {
    expect(valid('goal: do it\nverify: [x]')).toMatchObject({
      goal: 'do it',
      tasks: [],
      settings: { approve_plan: true },
      warnings: [],
    })
    expect(valid('goal: do it\ntasks: []\nverify: [x]').settings.approve_plan).toBe(true)
    expect(valid('goal: do it\nverify: [x]\napprove_plan: false').settings.approve_plan).toBe(false)
    expect(valid(`goal: do it${TASK}`).settings.approve_plan).toBe(false)
    expect(valid('approve_plan: true\ntasks: [{ id: a, spec: x }]').settings.approve_plan).toBe(true)
  })

  test('the same file as JSON, with the same mistakes', () => {
    const file = { verify: ['true'], tasks: [{ id: 'a', spec: 'x' }] }
    expect(valid(JSON.stringify(file)).tasks).toEqual(valid(`verify: ["true"]${TASK}`).tasks)
    expect(mistakes('{\n  "paralel": 2,\n  "tasks": [{ "id": 1, "spec": "x" }]\n}')).toMatchObject([
      { line: 2, column: 3, path: 'paralel' },
      { line: 3, column: 21, path: 'tasks[0].id' },
    ])
  })

  test('anchors and aliases, and mistakes behind an alias', () => {
    expect(valid('verify: &v ["true"]\ntasks: [{ id: a, spec: x, verify: *v }]').tasks[0]?.verify).toEqual([
      'true',
    ])
    expect(mistakes('setup: &v [1]\nverify: *v\ntasks: [{ id: a, spec: x }]')).toMatchObject([
      { line: 1, column: 12, path: 'setup[0]' },
      { line: 1, column: 12, path: 'verify[0]' },
    ])
  })

  test.each<[string, string, RegExp[]]>([
    [
      'tasks that nothing verifies',
      'tasks: [{ id: a, spec: x }, { id: b, spec: x, verify: [x] }]',
      [/work of a: give/],
    ],
    ['planned tasks that nothing verifies', 'goal: do it', [/Nothing but its own plan/]],
    ['a reserve above the budget', `verify: [x]\nbudget: { usd: 0.5 }${TASK}`, [/No attempt can ever begin/]],
    [
      'a command reserves nothing',
      'agent: command\nverify: [x]\nbudget: { usd: 0.5 }\ntasks: [{ id: a, run: x }]',
      [],
    ],
  ])('warns: %s', (_, text, warnings) => {
    const found = valid(text).warnings
    expect(found).toHaveLength(warnings.length)
    for (const [index, warning] of warnings.entries()) expect(found[index]).toMatch(warning)
  })
})

describe('reading from disk', () => {
  const put = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(directory, name), content)
    return name
  }

  test('the mistakes are in the message of one coded error, each with its place', async () => {
    const name = await put('bad.yml', 'paralel: 2\ntasks: [{ id: a, spec: x, needs: [b] }]\n')
    const error = readLoopFile(name, { directory })
    await expect(error).rejects.toMatchObject({ code: 'bad-loop-file' })
    await expect(error).rejects.toThrow(
      /bad\.yml:1:1 paralel: .*\n.*\| paralel: 2\n +\^\nbad\.yml:2:35 tasks\[0\]\.needs\[0\]/,
    )
  })

  test.each<[string, string, string]>([
    ['a missing file', 'none.yml', 'no-loop-file'],
    ['a file for a folder', 'file/x.yml', 'no-loop-file'],
    ['a folder', 'folder', 'bad-loop-file'],
    ['more than 1 MB', 'large.yml', 'bad-loop-file'],
    ['no end', '/dev/zero', 'bad-loop-file'],
    ['bytes that are no text', 'binary.yml', 'bad-loop-file'],
  ])('%s', async (_, path, code) => {
    await mkdir(join(directory, 'folder'), { recursive: true })
    await put('file', '')
    await put('large.yml', '#'.repeat(1024 * 1024 + 1))
    await put('binary.yml', Uint8Array.of(0xff, 0xfe, 0x00, 0x01))
    await expect(readLoopFile(path, { directory })).rejects.toMatchObject({ code })
  })

  test('a byte order mark and CRLF are no mistakes', async () => {
    const name = await put('windows.yml', `\uFEFFverify: ["true"]\r\ntasks:\r\n  - id: a\r\n    spec: x\r\n`)
    await expect(inspectLoopFile(name, { directory })).resolves.toMatchObject({ is: 'valid' })
  })
})

test('a secret in it is a mistake at its place: what a loop file says is kept on the state branch', () => {
  const spots = spotter(['Zq8-Wm3-Rt5-Yp7'])
  const bytes = Buffer.from('agent: command\ntasks:\n  - { id: a, run: deploy --key Zq8-Wm3-Rt5-Yp7 }\n')
  const inspected = checkBytes(bytes, { spots })
  expect(inspected).toMatchObject({ is: 'invalid', mistakes: [{ line: 3, column: 32 }] })
  expect(checkBytes(bytes).is).toBe('valid')
})
