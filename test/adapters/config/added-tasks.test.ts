/** Tasks put into loop files as people write them: what they wrote stays as it is. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { printTasks, withTasks } from '../../../src/adapters/config/added-tasks.ts'
import { loopHead, loopText } from '../../../src/core/scaffold.ts'
import { valid } from '../../support/loop-text.ts'

const NEW = [
  { id: 'new', name: 'A new one', needs: ['a'], spec: 'Do it: all of it.\n\n- and this # too\n' },
  { id: '2', spec: 'x' },
]

// biome-ignore format: one row, one file
const FILES: readonly [what: string, text: string][] = [
  ['as `cms init` writes it',        loopText({ loop: 'main', agent: 'claude', goal: 'G', setup: [], verify: ['true'], branch: 'main' }).replace('describe\n', 'a\n').replace('[describe]', '[a]')],
  ['with no task yet',               `${loopHead({ loop: 'main', agent: 'claude', goal: 'G', setup: [], verify: ['true'], branch: 'main' })}`],
  ['tasks in lines',                 'goal: x   # why\ntasks:\n  - { id: a,   spec: x }   # the first\n\n\n# about verify\nverify: [ "true" ]\n'],
  ['tasks at the margin',            'tasks:\n- id: a\n  spec: x\n# the end\n'],
  ['tasks that stand apart',         'tasks:\n  - id: a\n    spec: x\n\n  - id: b\n    spec: y\n\nverify: ["true"]\n'],
  ['a text at the end',              'tasks:\n  - id: a\n    spec: |\n      one\n\n      two\n'],
  ['a text with its empty lines',    'tasks:\n  - id: a\n    spec: |+\n      one\n\n\nverify: ["true"]\n'],
  ['a comment inside of the list',   'tasks:\n  - id: a\n    spec: x\n    # verify: [npm test]\n  # - id: later\n'],
  ['a comment before the list',      'tasks:\n  # these first\n  - id: a\n    spec: x\n'],
  ['no line break at the end',       'tasks:\n  - id: a\n    spec: x'],
  ['line breaks of Windows',         'goal: x\r\ntasks:\r\n  - id: a\r\n    spec: x\r\nverify: ["true"]\r\n'],
  ['a list in one line',             'tasks: [{ id: a, spec: x }]   # all\ngoal: x\n'],
  ['a list in one line, with a comma', 'tasks: [\n  { id: a, spec: x },\n]\ngoal: x\n'],
  ['an empty list',                  'tasks: []   # none yet\ngoal: x\n'],
  ['an empty list on its own line',  'tasks:\n  []\ngoal: x\n'],
  ['no list',                        'goal: x\n# the end\n'],
  ['no list, no line break',         'goal: x'],
  ['nothing where the list would be', 'tasks: # none yet\ngoal: x\n'],
  ['the end of a document',          'goal: x\ntasks:\n  - id: a\n    spec: x\n...\n'],
  ['JSON',                           '{ "goal": "x", "tasks": [{ "id": "a", "spec": "x" }] }\n'],
  ['JSON without a list',            '{ "goal": "x" }\n'],
  ['an anchor',                      'tasks: &all\n  - &first\n    id: a\n    spec: x\ngoal: x\n'],
  ['a mark of the byte order',       '\ufeffgoal: x\ntasks:\n  - id: a\n    spec: x\n'],
]

/** Comments, in their order. */
const comments = (text: string): string[] => [...text.matchAll(/#[^"\n\r]*/g)].map(([found]) => found.trim())

test.each(FILES)('%s: all that was there, then the new ones', (_, text) => {
  const added = withTasks(text, NEW)
  const before = parse(text.replace(/^\ufeff/, ''))
  expect(parse(added.replace(/^\ufeff/, ''))).toEqual({ ...before, tasks: [...(before.tasks ?? []), ...NEW] })
  expect(comments(added.replace('# too', ''))).toEqual(comments(text))
})

/** Those into which nothing can be put are written anew, or have the new ones in the line of the last. */
const REWRITTEN = [
  'a list in one line, with a comma',
  'a text with its empty lines',
  'JSON without a list',
  'the end of a document',
  'no list, no line break',
]

test.each(FILES.filter(([what]) => !REWRITTEN.includes(what)))('%s: no line of it has changed', (_, text) => {
  const lines = new Set(withTasks(text, NEW).split(/\r?\n/))
  const isList = (line: string) => /^tasks:|^ *\[?\]|\{ "goal"/.test(line)
  expect(text.split(/\r?\n/).filter((line) => !lines.has(line) && !isList(line))).toEqual([])
})

test('line breaks are those of the file', () => {
  const added = withTasks('tasks:\r\n  - id: a\r\n    spec: x\r\nverify: ["true"]\r\n', NEW)
  expect(added.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('tasks that stand apart stay so', () => {
  const added = withTasks('tasks:\n  - id: a\n    spec: x\n\n  - id: b\n    spec: y\n', [
    { id: 'c', spec: 'z' },
    { id: 'd', spec: 'z' },
  ])
  expect(added).toBe(
    'tasks:\n  - id: a\n    spec: x\n\n  - id: b\n    spec: y\n\n  - id: c\n    spec: z\n\n  - id: d\n    spec: z\n',
  )
})

test('commands are never folded, and needs are in one line', () => {
  const verify = [`npm test -- ${'a '.repeat(100)}b`]
  const text = printTasks([{ id: 'a', needs: ['b', 'c'], spec: `${'word '.repeat(60)}end`, verify }])
  expect(text).toContain('\n  needs: [b, c]\n')
  expect(text).toContain(`\n    - ${verify[0]}\n`)
  expect(printTasks([])).toBe('')
})

describe('any loop file', () => {
  const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/)
  const words = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('a\n\n  b\n', '- x: y', '# z', '\ttab', "it's", '"', '|', '%'),
  )
  const entries = fc.uniqueArray(fc.record({ id, spec: words.map((text) => `s${text}`) }), {
    selector: (one) => one.id,
    minLength: 2,
    maxLength: 6,
  })
  const gap = fc.constantFrom('', '\n', '# a comment\n', '\n  # in the list\n')

  test('holds what it held and what came, comments included', () => {
    fc.assert(
      fc.property(entries, gap, gap, fc.constantFrom('', '  '), (all, first, second, indent) => {
        const [before, after] = [all.slice(0, 1), all.slice(1)].map((some) => some.map((one) => ({ ...one })))
        const own = printTasks(before ?? []).replaceAll(/^(?=.)/gm, indent)
        const text = `goal: x # why\ntasks:\n${own}${first}verify: ["true"]\n${second}`
        const added = withTasks(text, after ?? [])
        expect(valid(added).tasks.map((task) => [task.id, task.spec])).toEqual(
          all.map((one) => [one.id, one.spec]),
        )
        for (const comment of [
          '# why',
          ...[first, second].filter((one) => one.includes('#')).map((one) => one.trim()),
        ])
          expect(added).toContain(comment)
      }),
      { numRuns: 100 },
    )
  })
})
