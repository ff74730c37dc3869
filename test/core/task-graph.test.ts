/**
 * The chart of the tasks. Mermaid itself is too large to be a dependency of the tests: what is
 * proved here is that nothing but a few forms of line that mermaid reads ever comes out.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { taskGraph } from '../../src/core/task-graph.ts'
import { checkpoint, completed, leased, parked, task } from '../support/build.ts'

const named = (ids: readonly string[], names: readonly string[] = [], needs: readonly string[] = []) =>
  checkpoint({ tasks: ids.map((id, n) => task(id, { name: names[n] ?? id, needs: [...needs] })) })

test('tasks, needs, and the states by class', () => {
  const graph = taskGraph({
    ...checkpoint(),
    completed_tasks: [completed('end', { name: 'Describe it', order: 0, needs: ['gone'] })],
    remaining_tasks: [
      leased('api', {}, { order: 1, needs: ['end'] }),
      parked('web', { order: 2, needs: ['end'] }),
      task('docs', { order: 3, needs: ['api', 'web'] }),
      task('lint', { order: 4 }),
    ],
  })
  const styles = graph.split('\n').filter((line) => line.includes('classDef '))
  expect(graph.split('\n').filter((line) => !styles.includes(line))).toEqual([
    '```mermaid',
    'flowchart LR',
    '  t1["✓ end<br/>Describe it"]',
    '  t2["▶ api"]',
    '  t3["✗ web"]',
    '  t4["· docs"]',
    '  t5["○ lint"]',
    '  t1 --> t2',
    '  t1 --> t3',
    '  t2 --> t4',
    '  t3 --> t4',
    '  class t1 done',
    '  class t2 working',
    '  class t5 open',
    '  class t4 waiting',
    '  class t3 parked',
    '```',
  ])
  expect(styles.map((line) => line.trim().split(' ')[1])).toEqual([
    'done',
    'working',
    'open',
    'waiting',
    'parked',
  ])
})

const ids = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`)

test('too much for an eye, or for mermaid, is not drawn', () => {
  expect(taskGraph(named(ids(60)))).toContain('  t60["○ x59"]')
  expect(taskGraph(named(ids(61)))).toBe('_61 tasks are too many for a chart._')
  expect(taskGraph(named(ids(21), [], ids(20)))).toBe('_The tasks need too many of each other for a chart._')
})

test.each([
  ['x"]; click t1 "javascript:alert(1)"', 'x#34;#93;#59; click t1 #34;javascript#58;alert#40;1#41;#34;'],
  ['#quot; %%{init: {}}%%', '#35;quot#59; #37;#37;#123;init#58; #123;#125;#125;#37;#37;'],
  ['a\n  end\n---', 'a end #45;#45;#45;'],
  ['```\nend', '#96;#96;#96; end'],
  ['漢字 é हिन्दी 🎉', '漢字 é हिन्दी #127881;'],
  ['half \ud83c a character\u202e\u200b', 'half   a character'],
  ['style fill:#fff;', 'style fill#58;#35;fff#59;'],
])('the name %j', (name, shown) => {
  expect(
    taskGraph(named(['a'], [name]))
      .split('\n')[2]
      ?.trimEnd(),
  ).toMatch(`  t1["○ a<br/>${shown}`.trimEnd())
})

/** Everything that may stand in a chart; a label has no mark but those of the numbers. */
const FORMS = [
  /^flowchart LR$/,
  /^ {2}t\d+\["[✓▶○·✗] (?:[\p{L}\p{M}\p{N} ]|#\d+;)+(?:<br\/>(?:[\p{L}\p{M}\p{N} ]|#\d+;)+)?"\]$/u,
  /^ {2}t\d+ --> t\d+$/,
  /^ {2}classDef (done|working|open|waiting|parked) [a-z0-9#:,\- ]+$/,
  /^ {2}class t\d+(,t\d+)* (done|working|open|waiting|parked)$/,
]

const piece = fc.constantFrom(
  ...'"`#%;:[](){}|<>&\\@~=-_.\'$*!'.split(''),
  ...[
    'end',
    'subgraph',
    'classDef',
    'click',
    '-->',
    ':::',
    '%%{',
    '#35;',
    '<br/>',
    '```',
    '\n',
    '\r',
    '\u2028',
  ],
  ...['1. ', '😀', '\ud800', '\u0000', '\u001b[2J', '漢', 'word', ' '],
)
const name = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
)

test('no name breaks out of its label', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 12 }), (names) => {
      const graph = taskGraph(named(ids(names.length), names))
      const [first, ...lines] = graph.split('\n')
      expect([first, lines.pop()]).toEqual(['```mermaid', '```'])
      expect(lines.filter((line) => !FORMS.some((form) => form.test(line)))).toEqual([])
      expect(lines.filter((line) => line.includes('["'))).toHaveLength(names.length)
    }),
    { numRuns: 500 },
  )
})
