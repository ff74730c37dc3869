/** Slips that people make in lists of tasks: each is taken for what was meant, or told with its place. */
import { expect, test } from '@jest/globals'
import { readAgentTeams } from '../../../src/core/exchange/agent-teams.ts'
import { fit } from '../../../src/core/exchange/fit.ts'
import { type FileFormat, recognised } from '../../../src/core/exchange/formats.ts'
import { faultsOf, fitted, shape, taskIn } from '../../support/exchange.ts'

// biome-ignore format: one row, one slip
test.each<[format: FileFormat, text: string, tasks: readonly string[], at: string, says: RegExp | undefined]>([
  ['checklist',   '- [ ]close\n- [x]over\n- [ x ] wide\n- [  ] two', ['close', 'two'], '', undefined],
  ['checklist',   '- [ ] a\n- [x](y) link\n- [x]: label',       ['a'],        '',            undefined],
  ['checklist',   '- [ ] a\n\n```\n- [ ] b\n```\n~~~\n- [ ] c', ['a'],        'line 6',      /never closed: no box below/],
  ['checklist',   '- [ ] a\n\n• [ ] b\n',                      ['a'],        'line 3',      /no item of a list, so no task/],
  ['checklist',   '- [ ] a\n-[ ] b\n',                         ['a'],        'line 2',      /no item of a list/],
  ['checklist',   '- [ ] a\n> - [x] b\n',                      ['a'],        'line 2',      /no item of a list/],
  ['checklist',   '- [ ] a\n```\n[ ] b\n```\nSee [ ] c\n',    ['a'],        '',            undefined],
  ['checklist',   '- [ ] a <!-- x\n- [ ] b\n',                  ['a'],        'line 1',      /never closed/],
  ['checklist',   '- [ ] a <!-- x\n- [ ] b --> c\n- [ ] d',     ['a', 'd'],   '',            undefined],
  ['spec-kit',    '## 1\n- [ ] T001 [P] a\n- [ ] T001 [P] b\n## 2\n- [ ] T002 c', ['t001', 't001-2', 't002 < t001 t001-2'], 'line 3 (T001)', /T001 is given twice: what needs it needs the first/],
  ['spec-kit',    '- [ ] T001 a\n```\n- [ ] T002 b',            ['t001'],     'line 2',      /never closed/],
  ['spec-kit',    '- [ ] T001 a\n- [ ]\n',                      ['t001'],     'line 2',      /no text: it was left out/],
  ['checklist',   '- [/] a\n  - [ ] b',                          ['a < b', 'b'], '',         undefined],
  ['spec-kit',    '- [ ] T001 [P] a\n- [ ] T002 [P] b\n- [ ] T003 [P] (depends on T001-T900)', ['t001', 't002', 't003 < t001'], '', undefined],
  ['prd',         '{ "userStories": [{ "id": "a", "passes": "true" }, { "id": "b", "passes": "false", "dependsOn": ["a"] }] }', ['b'], '', undefined],
  ['task-master', '{ "tasks": [{ "id": 2, "subtasks": [{ "id": "9.1" }, { "id": "2.1" }] }] }', ['2-9-1', '2-1', '2 < 2-9-1 2-1'], '', undefined],
  ['prd',         '{ "userStories": [{}] }',                    ['userstories-0'], 'userStories[0]', /by its place/],
  ['prd',         '{ "userStories": [{ "title": "A" }] }',      ['a'],        'userStories[0]', /by its title/],
  ['task-master', '{ "tasks": [{ "id": 7, "subtasks": [{ "id": 1, "dependencies": [7] }] }] }', ['7-1', '7 < 7-1'], 'tasks[0].subtasks[0] (7.1)', /"7", which it is a part of/],
  ['task-master', '{ "tasks": [{ "title": "A" }] }',            ['1'],        'tasks[0]',    /no id: it is taken as number 1/],
  ['task-master', '{ "tasks": [{ "id": 7, "subtasks": [{}] }] }', ['7-1', '7 < 7-1'], 'tasks[0].subtasks[0]', /number 1/],
  ['task-master', '{ "tasks": [{ "id": 7, "subtasks": [{ "id": 1, "subtasks": [{ "id": 1, "title": "deep" }] }] }] }',
                                                                ['7-1', '7 < 7-1'], 'tasks[0].subtasks[0] (7.1)', /stand in its spec/],
  ['task-master', '{ "tasks": [{ "id": 1 }], "master": { "tasks": [{ "id": 2 }] } }', ['2'], 'tasks', /beside the tags, with 1 tasks/],
  ['github-issues', '[{ "number": 1, "title": "a", "body": "Depends-on #2, blocked-by #3" }, { "number": 2, "title": "b" }, { "number": 3, "title": "c" }]',
                                                                ['issue-1 < issue-2 issue-3', 'issue-2', 'issue-3'], '', undefined],
  ['github-issues', '[{ "number": 1, "title": "a", "body": "Depends on other/repo#2 and #2" }, { "number": 2, "title": "b" }]',
                                                                ['issue-1 < issue-2', 'issue-2'], 'issue 1', /"other\/repo#2", which is elsewhere/],
  ['github-issues', '[{ "number": 1, "title": "a", "body": "Depends on https://github.com/x/y/issues/2", "url": "https://github.com/o/r/issues/1" }]', ['issue-1'], 'issue 1', /elsewhere/],
  ['github-issues', '[{ "number": 1, "title": "a", "body": "Depends on https://github.com/o/r/issues/2", "url": "https://github.com/o/r/issues/1" }, { "number": 2, "title": "b" }]',
                                                                ['issue-1 < issue-2', 'issue-2'], '', undefined],
])('%s %j', (format, text, tasks, at, says) => {
  const found = fitted(format, text)
  expect(shape(found)).toEqual(tasks)
  expect(faultsOf(found.tasks)).toEqual([])
  if (says === undefined) expect(found.remarks).toEqual([])
  else expect(found.remarks).toContainEqual({ at, text: expect.stringMatching(says) })
})

test('subtasks of a subtask are not lost', () => {
  const text =
    '{ "tasks": [{ "id": 7, "subtasks": [{ "id": 1, "subtasks": [{ "id": 1, "title": "deep" }] }] }] }'
  expect(taskIn(fitted('task-master', text), '7-1').spec).toMatch(/^Its parts:\n\n- deep/)
})

// biome-ignore format: one row, one text
test.each<[text: string, message: RegExp, hint: RegExp]>([
  ['{ "tasks": [1,] }', /^x cannot be read: it is no JSON: Unexpected token/, /^Mend the JSON there/],
  ['{ "tasks": [\n  { "id": 1 },\n  { "id": 2 },\n] }', /Unexpected token.*\(near line [34]\)\.$/, /^Mend the JSON there/],
  ['',                  /^x is empty\.$/,                                  /file with tasks/],
  ['\ufeff[ ]\n',       /^x is empty\.$/,                                  /file with tasks/],
])('%j: what is wrong, and what to do', (text, message, hint) => {
  expect(() => recognised({ file: 'x', text })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
  )
})

const team = (task: object, inbox: readonly object[] = []) =>
  fit(
    readAgentTeams({
      tasks: [{ path: '1.json', text: JSON.stringify({ id: '1', subject: 'A', owner: 'me', ...task }) }],
      inboxes: { me: { path: 'me.json', text: JSON.stringify(inbox) } },
    }),
  )

// biome-ignore format: one row, one metadata
test.each<[cms: object, lost: string | undefined]>([
  [{ id: 'a', verify: ['true'], priority: 1, agent: { use: 'claude' } }, undefined],
  [{ id: 'a', verify: 'npm test', priority: 1e99 },                      'verify, priority'],
  [{ id: '../a', run: 'x' },                                             'id, run'],
  [{ id: 'a', agent: { timeout: [] } },                                  'agent'],
])('what %j says and nobody can keep is told', (cms, lost) => {
  const told = team({ metadata: { cms } }).remarks.filter(({ text }) => text.includes('does not fit'))
  const text = `What it says of ${lost} in metadata.cms does not fit: left out.`
  expect(told).toEqual(lost === undefined ? [] : [{ at: '1.json', text }])
})

test('a message is kept whole, or it is told', () => {
  const whole = team({}, [{ from: 'you', text: 'x'.repeat(4_096) }])
  expect(whole.remarks).toEqual([])
  expect(whole.tasks[0]?.spec).toContain('x'.repeat(4_096))
  expect(team({}, [{ from: 'you', text: 'x'.repeat(6_000) }]).remarks).toEqual([
    { at: 'me.json', text: 'A message of you is too long: its end was left out.' },
  ])
})

test('of an inbox that is too long the newest stay', () => {
  const inbox = Array.from({ length: 1_001 }, (_, n) => ({ from: 'you', text: `${n}`, read: n !== 0 }))
  const { tasks, remarks } = team({}, inbox)
  expect(remarks).toEqual([
    { at: 'me.json', text: 'Its first 1 messages were left out: there are too many.' },
  ])
  expect(tasks[0]?.spec).toBe('')
})

test('of two tasks that say they are the same, the first is the one that is used', () => {
  const file = (id: string, cms: object) => ({
    path: `${id}.json`,
    text: JSON.stringify({ id, subject: id, metadata: { cms } }),
  })
  const files = [file('1', { id: 'a' }), file('2', { id: 'a' }), file('3', { id: 'b', uses: ['a'] })]
  const { tasks } = fit(readAgentTeams({ tasks: files, inboxes: {} }))
  expect(tasks.map(({ id, uses }) => [id, uses])).toEqual([
    ['a', []],
    ['a-2', []],
    ['b', ['a']],
  ])
})
