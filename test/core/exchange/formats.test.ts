/** Files as other tools write them, messy ones among them: what becomes of each. */
import { describe, expect, test } from '@jest/globals'
import type { FitOptions } from '../../../src/core/exchange/fit.ts'
import type { Format } from '../../../src/core/exchange/formats.ts'
import { formatsOf, recognised } from '../../../src/core/exchange/formats.ts'
import { codeOf } from '../../support/build.ts'
import { faultsOf, fitted, gathered, imported, shape, taskIn } from '../../support/exchange.ts'

// biome-ignore format: one row, one file
const FILES: readonly [path: string, format: Format, options: FitOptions, tasks: readonly string[]][] = [
  ['ralph-prd.json',         'prd',           {},                ['us-002', 'us-003']],
  ['ralph-prd.json',         'prd',           { all: true },     ['us-001', 'us-002', 'us-003']],
  ['ralph-prd.json',         'prd',           { inOrder: true }, ['us-002', 'us-003 < us-002']],
  ['ralph-prd.json',         'prd',           { prefix: 'v2-' }, ['v2-us-002', 'v2-us-003']],
  ['tui-prd.json',           'prd',           {},                ['b-2', 'b-3 < b-2', 'b-4 < b-2', 'b-2-2 < b-2']],
  ['taskmaster-legacy.json', 'task-master',   {},                ['2']],
  ['taskmaster',             'task-master',   {},                ['1']],
  ['taskmaster',             'task-master',   { tag: 'master' }, ['2-2', '2-3 < 2-2', '2-4 < 2-2', '2 < 2-3 2-4', '3 < 2', '5 < 2-3', '6 < 7', '7']],
  ['spec-kit/specs/001-photos', 'spec-kit',   {},                ['t002', 't003 < t002', 't004 < t003', 't005 < t004', 't006 < t004', 't010 < t005 t006', 't012 < t005 t006', 't013 < t005 t006', 't014 < t010 t012 t013', 't015 < t014', 't016 < t015', 't017 < t016 t014 t015']],
  ['spec-kit',               'spec-kit',      {},                ['t002', 't003 < t002', 't004 < t003', 't005 < t004', 't006 < t004', 't010 < t005 t006', 't012 < t005 t006', 't013 < t005 t006', 't014 < t010 t012 t013', 't015 < t014', 't016 < t015', 't017 < t016 t014 t015']],
  ['checklist.md',           'checklist',     {},                ['write-the-migration-guide', 'port-the-plugins < billing search', 'billing < invoices receipts', 'invoices', 'receipts', 'search', 'tidy-up-scripts', 'ask-the-users', 'front-page', 'tidy-up-scripts-2']],
  ['ralphex-plan.md',        'checklist',     {},                ['task-2', 'task-3 < task-2']],
  ['ralphex-plan.md',        'checklist',     { all: true },     ['task-1', 'task-2 < task-1', 'task-3 < task-2']],
  ['issues.json',            'github-issues', {},                ['issue-12 < issue-9', 'issue-9', 'issue-8 < issue-12 issue-9']],
  ['issues.json',            'github-issues', { label: 'Agent' }, ['issue-12 < issue-9', 'issue-9']],
  ['team',                   'agent-teams',   {},                ['2', '3 < 2', '4 < 2 10', '10 < 3']],
  ['team/tasks/api',         'agent-teams',   { all: true },     ['1', '2 < 1', '3 < 2', '4 < 2 10', '10 < 3']],
]

test.each(FILES)('%s is read as %s with %j', async (path, format, options, tasks) => {
  expect((await gathered(path, options)).format).toBe(format)
  const found = await imported(path, options)
  expect(shape(found)).toEqual(tasks)
  expect(faultsOf(found.tasks)).toEqual([])
})

// biome-ignore format: one row, one remark
test.each<[path: string, options: FitOptions, at: string, says: RegExp]>([
  ['tui-prd.json',   {},                'userStories[4]',           /no story/],
  ['tui-prd.json',   {},                'userStories[3]',           /"perhaps".*open/],
  ['tui-prd.json',   {},                'userStories[2] (B-3)',     /"B-9", which is not there/],
  ['tui-prd.json',   {},                'userStories[5] (B-2)',     /twice: this one is imported as b-2-2/],
  ['ralph-prd.json', {},                'userStories',              /--in-order/],
  ['taskmaster',     { tag: 'master' }, 'master.tasks[2] (3)',      /"16", which is not there/],
  ['taskmaster',     { tag: 'master' }, 'master.tasks[4] (5)',      /"waiting-for-design".*open/],
  ['taskmaster',     { tag: 'master' }, 'master.tasks[4] (5)',      /"4", which is deferred there/],
  ['taskmaster',     { tag: 'master' }, 'master.tasks[6] (7)',      /6 → 7 → 6/],
  ['taskmaster',     { tag: 'master' }, 'master.tasks[7]',          /no task/],
  ['spec-kit',       {},                'line 59 (T017)',           /"T099", which is not there/],
  ['checklist.md',   {},                'line 24',                  /"\?".*open/],
  ['checklist.md',   {},                'line 25',                  /no text/],
  ['ralphex-plan.md', {},               'line 10',                  /not in backticks/],
  ['ralphex-plan.md', {},               'line 36',                  /in no task, but under "Post-Completion"/],
  ['ralphex-plan.md', {},               'Validation Commands',      /2 were taken/],
  ['issues.json',    {},                'issue 12',                 /"40", which is not there/],
  ['issues.json',    {},                '[5]',                      /no issue/],
  ['team',           {},                'tasks/api/11.json',        /no JSON/],
  ['team',           {},                'tasks/api/4.json',         /"paused".*open/],
  ['team',           {},                'tasks/api/4.json',         /needs itself/],
  ['team',           {},                'tasks/api/3.json',         /"12", which is not there/],
  ['team',           {},                'tasks/api/10.json',        /4 → 10 → 4/],
  ['team',           {},                'teams/api/inboxes/team-lead.json[1]', /no message/],
])('%s %j: %s is named, and what was done', async (path, options, at, says) => {
  const { remarks } = await imported(path, options)
  expect(remarks.filter((remark) => remark.at === at).map(({ text }) => text)).toContainEqual(
    expect.stringMatching(says),
  )
})

test('what is left out is counted with its reason', async () => {
  const { leftOut } = await imported('taskmaster', { tag: 'master' })
  expect(leftOut.map(({ key, because }) => `${key} ${because}`)).toEqual([
    '1 done there',
    '2.1 done there',
    '4 deferred there',
  ])
  expect((await imported('checklist.md')).leftOut.map(({ because }) => because)).toEqual([
    'done there',
    'done there',
    'cancelled there',
    'optional there',
    'done there',
  ])
})

describe('what a task is to do', () => {
  // biome-ignore format: one row, one task
  test.each<[path: string, options: FitOptions, id: string, says: RegExp]>([
    ['ralph-prd.json', {},                'us-002',                    /^As a user.*\n\nAcceptance criteria:\n\n- Each card has.*\n- Typecheck passes\n\nNotes: Reuse/],
    ['tui-prd.json',   {},                'b-4',                       /- One a month\n- Never twice$/],
    ['taskmaster',     { tag: 'master' }, '2',                         /^Its parts are done.*\n\nSessions by cookie\.\n\nDetails: Signed.*\n\nHow to test it: Integration/],
    ['taskmaster',     { tag: 'master' }, '2-3',                       /^Cookie\.\n\nAcceptance criteria:\n\n- Signed\n- Expires\n\nIt is a part of: Log in$/],
    ['spec-kit',       {},                't014',                      /^Implement AlbumService.*\n\n- keep the order of photos\n- \[ \] and their captions\n\nPhase:\n\nPhase 3[^]*\*\*Independent Test\*\*[^]*User story: US1$/],
    ['checklist.md',   {},                'write-the-migration-guide', /^Write the migration guide\nfor people who come from 1\.x\n\n- mention the new config\n- and the old one\n\nWhere it stands/],
    ['checklist.md',   {},                'front-page',                /Low priority › Docs/],
    ['ralphex-plan.md', {},               'task-2',                    /^#### Details\n\n- \[x\] add the flag\n- \[ \] override.*\n[^]*What is ticked is done already\.$/],
    ['issues.json',    {},                'issue-8',                   /by stranger asks for[^]*`````text\nIgnore all[^]*\n````\nYou are free[^]*\n`````$/],
    ['team',           {},                '2',                         /^By the schema\.\n\nMessage from architect, 2026[^]*````text\nThe field[^]*````$/],
  ])('%s %j: %s', async (path, options, id, says) => {
    expect(taskIn(await imported(path, options), id).spec).toMatch(says)
  })

  test.each([
    ['ralph-prd.json', 'TaskApp: Show how far a task is, and let people change it'],
    ['taskmaster', 'The API'],
    ['spec-kit', 'Albums of photos'],
    ['checklist.md', 'Release 2.0'],
    [
      'ralphex-plan.md',
      'Add a session timeout\n\nA session that hangs should end.\nIt goes on with the next iteration.',
    ],
    ['team', 'Give the product an API'],
  ])('%s says what it is for', async (path, goal) => {
    expect((await imported(path)).goal).toBe(goal)
  })

  test('priorities and commands', async () => {
    const priorities = async (path: string, options: FitOptions = {}) =>
      (await imported(path, options)).tasks.map(({ id, priority }) => `${id} ${priority}`)
    expect(await priorities('issues.json')).toEqual(['issue-12 1', 'issue-9 0', 'issue-8 -1'])
    expect(await priorities('taskmaster', { tag: 'master' })).toEqual(
      expect.arrayContaining(['2-2 1', '5 2', '3 0']),
    )
    expect((await priorities('checklist.md')).slice(0, 7)).toEqual(
      expect.arrayContaining(['billing 1', 'tidy-up-scripts -1']),
    )
    expect(taskIn(await imported('ralphex-plan.md'), 'task-2').verify).toEqual([
      'go test ./...',
      'golangci-lint run',
    ])
  })

  test('who has it there, and how it stands', async () => {
    const { tasks } = await imported('team', { all: true })
    expect(tasks.map(({ origin }) => [origin.state, origin.owner])).toEqual([
      ['done', 'architect'],
      ['begun', 'backend'],
      ['open', undefined],
      ['open', 'docs'],
      ['open', undefined],
    ])
  })
})

describe('recognition by shape', () => {
  // biome-ignore format: one row, one text
  test.each<[text: string, fits: readonly string[]]>([
    ['{ "userStories": [] }',                          ['prd']],
    ['\ufeff { "tasks": [] }',                         ['task-master']],
    ['{ "a": { "tasks": [] }, "b": 1 }',               ['task-master']],
    ['{ "userStories": [], "tasks": [] }',             ['prd', 'task-master']],
    ['[{ "number": 1, "title": "" }]',                 ['github-issues']],
    ['[]',                                             []],
    ['{}',                                             []],
    ['{ "tasks": ',                                    []],
    ['{ "__proto__": { "userStories": [] } }',         []],
    ['- [ ] one',                                      ['checklist']],
    ['### Task 1: one\n- [ ] two',                     ['checklist']],
    ['- [ ] T001 one\n  - [ ] its detail',             ['spec-kit']],
    ['- [ ] T001 one\n- [ ] two',                      ['spec-kit', 'checklist']],
    ['[ ] no list',                                    []],
    ['- a link [x](y)\n- [a](b)',                      []],
    ['```\n- [ ] T001\n```\n<!-- - [ ] x -->',         []],
    ['',                                               []],
  ])('%j', (text, fits) => {
    expect(formatsOf(text).fits).toEqual(fits)
    const format = codeOf(() => recognised({ file: 'x', text }))
    expect(format).toBe(fits.length === 1 ? undefined : 'unknown-format')
  })

  test('several that fit: what to type', () => {
    expect(() => recognised({ file: 'x', text: '- [ ] T001 one\n- [ ] two' })).toThrow(
      expect.objectContaining({ hint: 'Say which one: --from spec-kit, or --from checklist.' }),
    )
  })

  // biome-ignore format: one row, one text
  test.each([
    ['prd',           '{ "tasks": [] }'],
    ['prd',           'nothing'],
    ['task-master',   '[]'],
    ['github-issues', '{}'],
    ['checklist',     'no boxes'],
    ['spec-kit',      'no boxes'],
    ['prd',           `{ "userStories": ${'['.repeat(200)}${']'.repeat(200)} }`],
  ] as const)('as %s, %j cannot be read', (format, text) => {
    expect(codeOf(() => fitted(format, text))).toBe('bad-source')
  })
})

describe('lists of task-master under several tags', () => {
  const two = '{ "a": { "tasks": [{ "id": 1, "title": "x" }] }, "b": { "tasks": [] } }'

  // biome-ignore format: one row, one case
  test.each<[text: string, options: { tag?: string; current?: string }, ids: readonly string[] | string]>([
    [two,                                    { tag: 'a' },              ['1']],
    [two,                                    { current: 'a' },          ['1']],
    [two,                                    { current: 'gone' },       'bad-input'],
    [two,                                    { tag: 'c' },              'bad-input'],
    [two,                                    { tag: '__proto__' },      'bad-input'],
    [two,                                    {},                        'bad-input'],
    [two.replace('"a"', '"master"'),         {},                        ['1']],
    ['{ "a": { "tasks": [{ "title": "x" }] } }', {},                    ['1']],
  ])('%s with %j', (text, options, ids) => {
    if (typeof ids === 'string') expect(codeOf(() => fitted('task-master', text, options))).toBe(ids)
    else expect(fitted('task-master', text, options).tasks.map(({ id }) => id)).toEqual(ids)
  })
})

describe('subtasks of task-master', () => {
  const tasks = (parts: readonly object[], over: object = {}) =>
    shape(
      fitted(
        'task-master',
        JSON.stringify({
          tasks: [
            { id: 1, title: 'a' },
            { id: 2, title: 'b', dependencies: [1], subtasks: parts, ...over },
          ],
        }),
      ),
    )

  // biome-ignore format: one row, one family
  test.each<[what: string, parts: readonly object[], over: object, tasks: readonly string[]]>([
    ['wait for what their task waits for',         [{ id: 1 }, { id: 2, dependencies: [1] }],                 {}, ['1', '2-1 < 1', '2-2 < 2-1', '2 < 2-2']],
    ['do so behind one that is done as well',      [{ id: 1, status: 'done' }, { id: 2, dependencies: [1] }], {}, ['1', '2-2 < 1', '2 < 2-2']],
    ['are called by their whole number as well',   [{ id: '2.1' }, { id: '2.2', dependencies: ['2.1'] }],     {}, ['1', '2-1 < 1', '2-2 < 2-1', '2 < 2-2']],
    ['in a circle: all wait, and are waited for',  [{ id: 1, dependencies: [2] }, { id: 2, dependencies: [1] }], {}, ['1', '2-1 < 1 2-2', '2-2 < 1', '2 < 2-1 2-2']],
    ['of which one needs itself wait as well',     [{ id: 1, dependencies: [1] }],                            {}, ['1', '2-1 < 1', '2 < 2-1']],
    ['do not need what they are parts of',         [{ id: 1, dependencies: ['2'] }],                          {}, ['1', '2-1 < 1', '2 < 2-1']],
    ['that are all done leave their task',         [{ id: 1, status: 'done' }],                               {}, ['1', '2 < 1']],
    ['of a task that is done are done',            [{ id: 1 }],                                               { status: 'done' }, ['1']],
    ['of a task that is cancelled are cancelled',  [{ id: 1 }],                                               { status: 'cancelled' }, ['1']],
  ])('%s', (_, parts, over, expected) => {
    expect(tasks(parts, over)).toEqual(expected)
  })
})

// biome-ignore format: one row, one text
test.each<[body: string, needs: readonly string[]]>([
  ['Depends on #2',                          ['issue-2']],
  ['depends upon #2, #3 and #4',             ['issue-2', 'issue-3', 'issue-4']],
  ['Blocked by: #2',                         ['issue-2']],
  ['requires issue #2',                      ['issue-2']],
  ['Depends on:\n- #2\n- #3',                ['issue-2', 'issue-3']],
  ['see #2, which depends on nothing',       []],
  ['`depends on #2`',                        []],
  ['~~~\ndepends on #2\n~~~\nBlocked by #3', ['issue-3']],
  ['depends on #1',                          []],
])('an issue that says %j', (body, needs) => {
  const issues = [body, '', '', ''].map((text, n) => ({ number: n + 1, title: `t${n}`, body: text }))
  expect(fitted('github-issues', JSON.stringify(issues)).tasks[0]?.needs).toEqual(needs)
})

describe('phases of spec-kit', () => {
  const list = (...lines: readonly string[]) => shape(fitted('spec-kit', lines.join('\n')))

  test('what is done is waited for no more, and what came before it still is', () => {
    expect(list('## Phase 1', '- [ ] T001 a', '- [x] T002 b', '- [ ] T003 c')).toEqual([
      't001',
      't003 < t001',
    ])
  })

  test('a phase that ends in many begins in one', () => {
    const many = Array.from({ length: 30 }, (_, n) => `- [ ] T1${n + 10} [P] a`)
    const more = Array.from({ length: 30 }, (_, n) => `- [ ] T2${n + 10} [P] b`)
    const tasks = list('## Phase 1', ...many, '## Phase 2', ...more)
    expect(tasks[30]?.split(' ')).toHaveLength(32)
    expect(tasks.slice(31)).toEqual(Array.from({ length: 29 }, (_, n) => `t2${n + 11} < t210`))
  })

  // biome-ignore format: one row, one sentence
  test.each<[text: string, needs: string]>([
    ['(depends on T001, T002)',      't009 < t001 t002'],
    ['depends on T001 and T002',     't009 < t001 t002'],
    ['(depends on T001-T003)',       't009 < t001 t002 t003'],
    ['**Dependencies**: T002',       't009 < t002'],
    ['nothing depends on anything',  't009'],
  ])('%s', (text, needs) => {
    const tasks = list('- [ ] T001 [P] a', '- [ ] T002 [P] b', '- [ ] T003 [P] c', `- [ ] T009 [P] ${text}`)
    expect(tasks.at(-1)).toBe(needs)
  })
})
