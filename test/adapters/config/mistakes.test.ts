import { describe, expect, test } from '@jest/globals'
import { lines, mistakes, TASK, tasks } from '../../support/loop-text.ts'

describe('a mistake is named with line, column and a way out', () => {
  test.each<[what: string, text: string, at: string, says: RegExp]>([
    ['an empty file', '', '1:1 ', /empty/],
    ['only comments', '# nothing\n', '1:1 ', /empty/],
    ['a list', '- a\n', '1:1 ', /not a list/],
    ['a single value', 'hello', '1:1 ', /not a single value/],
    ['a tab', 'loop: a\n\tgoal: x', '2:1 ', /tab/i],
    ['broken syntax', 'loop: [a\ngoal: x', '2:1 ', /not valid YAML/],
    ['two documents', `loop: a${TASK}---\nloop: b`, '3:1 ', /not valid YAML/],
    ['a key twice', `loop: a\ngoal: x\nloop: b${TASK}`, '3:1 loop', /twice.*line 1/],
    ['a key of a task twice', 'tasks:\n- id: a\n  spec: x\n  spec: y', '4:3 spec', /twice.*line 3/],
    ['an unknown tag', `goal: !secret x${TASK}`, '1:7 ', /tag/],
    ['no tasks, no goal', 'loop: a', '1:1 ', /no tasks and no goal/],
    ['a goal of nothing', 'goal: " "', '1:1 ', /no tasks and no goal/],
    ['an empty list of tasks, no goal', 'loop: a\ntasks: []', '2:8 tasks', /no tasks and no goal/],
    ['a command that is to plan', 'goal: do it\nagent: command', '2:8 agent', /cannot plan/],
    ['a mapped command that is to plan', 'goal: x\nagent: { use: command }', '2:8 agent', /cannot plan/],
    ['tasks that are no list', 'tasks: { a: b }', '1:8 tasks', /must be a list/],
    ['a task that is text', 'tasks: [a]', '1:9 tasks[0]', /must be a mapping/],
    ['an unknown key', `paralel: 2${TASK}`, '1:1 paralel', /did you mean "parallel"/],
    [
      'an unknown key of a task',
      tasks('id: a, spec: x, verfiy: []'),
      '3:23 tasks[0].verfiy',
      /mean "verify"/,
    ],
    ['an unknown key of budget', `budget: { euros: 3 }${TASK}`, '1:11 budget.euros', /unknown key.*/],
    [
      'an unknown key of policy',
      `policy: { retires: 3 }${TASK}`,
      '1:11 policy.retires',
      /mean "retry|attempts"/,
    ],
    ['an unknown key of an agent', `agent: { modle: x }${TASK}`, '1:10 agent.modle', /mean "model"/],
    ['a key that is a prototype', `__proto__: { loop: x }${TASK}`, '1:1 __proto__', /unknown key/],
    ['a key with an empty value', `setup:${TASK}`, '1:7 setup', /is empty/],
    ['a task without id', tasks('spec: x'), '3:5 tasks[0].id', /missing/],
    ['a number as id', tasks('id: 1, spec: x'), '3:11 tasks[0].id', /must be text, not 1/],
    ['a boolean as name', tasks('id: a, name: true'), '3:20 tasks[0].name', /must be text, not true/],
    ['an unsafe id', tasks('id: ../x, spec: x'), '3:11 tasks[0].id', /a-z, 0-9/],
    ['an id of 41', tasks(`id: ${'a'.repeat(41)}, spec: x`), '3:11 tasks[0].id', /1 to 40/],
    ['a reserved id', tasks('id: human, spec: x'), '3:11 tasks[0].id', /reserved/],
    ['a reserved loop', `loop: all${TASK}`, '1:7 loop', /reserved/],
    ['an unsafe loop', `loop: Main${TASK}`, '1:7 loop', /a-z, 0-9/],
    ['an id twice', tasks('id: a, spec: x', 'id: a, spec: y'), '4:11 tasks[1].id', /taken; first on line 3/],
    [
      'needs of nobody',
      tasks('id: schema, spec: x', 'id: b, spec: x, needs: [shcema]'),
      '4:31 tasks[1].needs[0]',
      /mean "schema"/,
    ],
    ['deps of nobody', tasks('id: a, spec: x, deps: [zzzzz]'), '3:30 tasks[0].deps[0]', /no task "zzzzz"$/],
    ['uses of nobody', tasks('id: a, spec: x, uses: [q]'), '3:30 tasks[0].uses[0]', /no task "q"/],
    ['needs that are text', tasks('id: a, spec: x, needs: b'), '3:30 tasks[0].needs', /must be a list/],
    [
      'a task that needs itself',
      tasks('id: a, spec: x, needs: [a]'),
      '3:31 tasks[0].needs[0]',
      /cannot need itself/,
    ],
    [
      'a task that uses itself',
      tasks('id: a, spec: x, uses: [a]'),
      '3:30 tasks[0].uses[0]',
      /cannot use itself/,
    ],
    [
      'a cycle',
      tasks('id: a, spec: x, needs: [b]', 'id: b, spec: x, needs: [a]'),
      '4:31 tasks[1].needs[0]',
      /a → b → a/,
    ],
    [
      'needs and deps',
      tasks('id: a, spec: x', 'id: b, spec: x, needs: [a], deps: [a]'),
      '4:35 tasks[1].deps',
      /mean the same/,
    ],
    ['a command without run', `agent: command${TASK}`, '2:9 tasks[0]', /needs `run`/],
    ['one command without run', tasks('id: a, spec: x, agent: command'), '3:5 tasks[0]', /needs `run`/],
    ['nothing to do', tasks('id: a'), '3:5 tasks[0]', /says nothing/],
    ['a duration without unit', `agent: { timeout: 45 }${TASK}`, '1:19 agent.timeout', /needs a unit.*45m/],
    ['a timeout of nothing', `agent: { timeout: 0s }${TASK}`, '1:19 agent.timeout', /longer than nothing/],
    ['an odd duration', `verify_timeout: 1h 30m${TASK}`, '1:17 verify_timeout', /duration such as/],
    ['an odd count', `budget: { tokens: 20m }${TASK}`, '1:19 budget.tokens', /count such as/],
    ['a budget of zero', `budget: { usd: 0 }${TASK}`, '1:16 budget.usd', /more than 0/],
    ['a budget as text', `budget: { usd: "$10" }${TASK}`, '1:16 budget.usd', /must be a number/],
    ['an empty cap', `budget: { usd: }${TASK}`, '1:16 budget.usd', /is empty/],
    ['an odd deadline', `budget: { deadline: tomorrow }${TASK}`, '1:21 budget.deadline', /must be a date/],
    [
      'a day that is none',
      `budget: { deadline: 2026-02-30 }${TASK}`,
      '1:21 budget.deadline',
      /must be a date/,
    ],
    [
      'an odd step',
      `policy: { escalate: [lessons, opus] }${TASK}`,
      '1:31 policy.escalate[1]',
      /model:<name>/,
    ],
    ['an odd choice', `verify_in: claen${TASK}`, '1:12 verify_in', /one of clean, same.*mean "clean"/],
    ['no lanes', `parallel: 0${TASK}`, '1:11 parallel', /at least 1/],
    ['half a lane', `parallel: 1.5${TASK}`, '1:11 parallel', /whole number/],
    ['commands as text', `verify: npm test${TASK}`, '1:9 verify', /must be a list/],
    ['an empty command', `setup: [" "]${TASK}`, '1:9 setup[0]', /not be empty/],
    ['a way out of the tree', `protect: ["../x"]${TASK}`, '1:11 protect[0]', /inside the repository/],
    ['a way out in the middle', `protect: ["a/../../x"]${TASK}`, '1:11 protect[0]', /inside the repository/],
    ['an absolute path', `protect: ["!/etc"]${TASK}`, '1:11 protect[0]', /inside the repository/],
    ['a URL to notify', `notify: https://x.example/y${TASK}`, '1:9 notify', /not the URL itself/],
    ['a base that is no branch', `base: a..b${TASK}`, '1:7 base', /name of a branch/],
    ['an odd variable', `agent: { env: [A-B] }${TASK}`, '1:16 agent.env[0]', /name of a variable/],
    ['a goal of 4 KB in bytes', `goal: ${'é'.repeat(2_049)}${TASK}`, '1:7 goal', /4098 bytes, at most 4096/],
    [
      'a spec of 16 KB in bytes',
      tasks(`id: a, spec: ${'é'.repeat(8_193)}`),
      '3:20 tasks[0].spec',
      /at most 16384/,
    ],
    ['an alias to nowhere', `goal: *x${TASK}`, '1:7 ', /no anchor &x/],
  ])('%s', (_, text, at, says) => {
    const found = mistakes(text).map(({ line, column, path, message }) => ({
      at: `${line}:${column} ${path}`,
      message,
    }))
    expect(found).toContainEqual({ at, message: expect.stringMatching(says) })
  })

  test('an agent that does not exist, wherever it is named', () => {
    const text = `agent: claud\npolicy: { escalate: ["agent:codx"] }\n${tasks('id: a, spec: x, agent: { use: gemni }')}`
    expect(mistakes(text, { agents: ['claude', 'codex'] })).toMatchObject([
      { path: 'agent.use', line: 1, message: expect.stringContaining('"claude"') },
      { path: 'policy.escalate[0]', line: 2, message: expect.stringContaining('"codex"') },
      { path: 'tasks[0].agent.use', line: 5, message: expect.stringContaining('there are claude, codex') },
    ])
    expect(mistakes(text)).toEqual([])
  })

  test('an attempt that does not fit into its job', () => {
    const text = lines(
      'agent: { timeout: 90m }',
      tasks('id: a, spec: x', 'id: b, spec: x, agent: { timeout: 100m }'),
    )
    expect(mistakes(text, { jobMinutes: 120 })).toMatchObject([
      { line: 1, column: 19, message: expect.stringContaining('2h20m') },
      { line: 5, path: 'tasks[1].agent.timeout', message: expect.stringContaining('2h30m') },
    ])
    expect(mistakes(text)).toEqual([])
    expect(mistakes(text, { jobMinutes: 150 })).toEqual([])
  })

  test('an alias bomb', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `x${n + 1}: &x${n + 1} [${Array(9).fill(`*x${n}`).join(', ')}]`,
    )
    expect(mistakes(lines('x0: &x0 [a]', ...levels))).toMatchObject([
      { message: expect.stringContaining('alias') },
    ])
  })

  test('too many tasks', () => {
    const many = Array.from({ length: 2_001 }, (_, n) => `id: t${n}, spec: x`)
    expect(mistakes(tasks(...many))).toMatchObject([
      { path: 'tasks', message: 'must be at most 2000 entries' },
    ])
  })
})

test('all mistakes at once, in the order of the text, and none hides another', () => {
  const text = lines(
    'loop: plan',
    'agent: { modle: opus, timeout: 45 }',
    'paralel: 2',
    'tasks:',
    '  - id: 1',
    '    needs: [schem, a]',
    '    spec: x',
    '  - { id: a, spec: x, needs: [b] }',
    '  - { id: b, spec: x, needs: [a] }',
    '  - id: schema',
    '    agent: command',
    '  - { id: a, spec: y }',
    '  - just text',
    'paralel: 2',
  )
  expect(mistakes(text).map(({ line, path }) => `${line} ${path}`)).toEqual([
    '1 loop',
    '2 agent.modle',
    '2 agent.timeout',
    '3 paralel',
    '5 tasks[0].id',
    '6 tasks[0].needs[0]',
    '9 tasks[2].needs[0]',
    '10 tasks[3]',
    '12 tasks[4].id',
    '13 tasks[5]',
    '14 paralel',
  ])
})
