/** Lists of tasks of other tools: whatever is in one, what comes out may stand in a loop file, or it is refused. */
import { printTasks, withTasks } from '../../../src/adapters/config/added-tasks.ts'
import { checkBytes } from '../../../src/adapters/config/loop-file.ts'
import { LoopError } from '../../../src/core/error.ts'
import { readAgentTeams } from '../../../src/core/exchange/agent-teams.ts'
import { entryOf } from '../../../src/core/exchange/entry.ts'
import { fit, type Imported } from '../../../src/core/exchange/fit.ts'
import { FILE_FORMATS, type FileFormat, formatsOf, readText } from '../../../src/core/exchange/formats.ts'
import { LIMITS } from '../../../src/core/limits.ts'
import { faultsOf } from '../../support/exchange.ts'
import { filled, hostileJson, jsonIn, linesForm, MEGABYTE } from '../forms.ts'
import { plainAllThrough } from '../laws.ts'
import { printJson } from '../mutate-value.ts'
import { type Form, holds, LARGE, pure, type Target, type Verdict } from '../target.ts'

type Fit = typeof fit

const json = (value: unknown): string => JSON.stringify(value)

const CORPUS: readonly string[] = [
  json({
    project: 'p',
    description: 'd',
    userStories: [
      {
        id: 'US-001',
        title: 'a',
        description: 'b',
        acceptanceCriteria: ['c'],
        priority: 1,
        passes: false,
        notes: '',
      },
      { id: 'US-002', title: 'a', dependsOn: ['US-001'], passes: true },
    ],
  }),
  json({
    master: {
      tasks: [
        {
          id: 1,
          title: 'a',
          status: 'done',
          dependencies: [],
          subtasks: [
            { id: 1, title: 's', dependencies: ['1.2'] },
            { id: 2, title: 't' },
          ],
        },
        { id: '2', title: 'b', dependencies: [1, 16], priority: 'high', testStrategy: 'x' },
      ],
    },
  }),
  json([
    {
      number: 1,
      title: 'a',
      body: 'Depends on #2 and #3\n```\nx\n```',
      labels: [{ name: 'priority: high' }],
      state: 'open',
      user: { login: 'x' },
    },
    { number: 2, title: 'b', body: null, labels: [] },
  ]),
  json({
    id: '1',
    subject: 'a',
    description: 'b',
    status: 'in_progress',
    owner: 'x',
    blocks: ['2'],
    blockedBy: [],
    metadata: {
      cms: {
        id: 'a',
        needs: [],
        uses: [],
        verify: ['true'],
        priority: 1,
        agent: { use: 'claude', timeout: 60_000 },
        run: 'true',
        allow_empty: true,
      },
    },
  }),
  '# Title\n\n## Phase 1: a\n\n- [ ] T001 a\n- [x] T002 [P] b\n- [ ] T003 [P] [US1] c (depends on T001, T009)\n  more of it\n\n## Phase 2: b\n- [ ] T004 d\n',
  '# Title\n\n- [ ] a\n  - [x] b\n  - [/] c\n    text\n\n## Optional\n* [-] d\n1. [ ] e\n```\n- [ ] f\n```\n<!-- - [ ] g -->\n',
  '# Plan\n## Overview\nWhy.\n## Validation Commands\n- `npm test`\n### Task 1: a\n- [x] b\n### Task 2: c\n- [ ] d\n',
]

/** JSON is taken apart as a value, all else as lines. */
const lines = linesForm([
  '- [ ] ',
  '- [x] T001 ',
  '## Phase 2',
  '### Task 1: ',
  '```',
  '<!--',
  '-->',
  '(depends on T001-T999)',
  '#1',
  '"__proto__":',
  '\u202e',
])
const form: Form = {
  ...lines,
  take: (input) => jsonIn(input.toString()) ?? lines.take(input),
  print: (value, chance) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? lines.print(value, chance)
      : Buffer.from(printJson(value)),
}

/** Of larger inputs the file is not written: that is the loop file's own target. */
function lawful(imported: Imported, isSmall: boolean): void {
  const faults = faultsOf(imported.tasks)
  holds('what comes out is sound', faults.length === 0, () => faults.slice(0, 3).join('; '))
  holds(
    'every remark has a place',
    imported.remarks.every(({ at, text }) => at !== '' && text !== ''),
  )
  holds('the tasks are bounded', imported.tasks.length <= LIMITS.tasks)
  plainAllThrough(imported.tasks)
  if (!isSmall || imported.tasks.length === 0 || imported.tasks.length > 200) return
  const entries = imported.tasks.map(entryOf)
  const text = withTasks(
    'verify: ["true"]\ntasks:\n  - id: before-all\n    spec: x # keep\n',
    entries.filter(({ id }) => id !== 'before-all'),
  )
  holds('a comment stays', text.includes('x # keep'))
  const checked = checkBytes(Buffer.from(text), { agents: ['claude', 'command'] })
  holds('it may stand in a loop file', checked.is === 'valid', () => json(checked).slice(0, 300))
  holds('it is printed as it is', printTasks(entries).length > 0)
}

/** The formats that it fits, and one more that somebody may name with --from. */
function formatsFor(text: string): readonly FileFormat[] {
  const { fits } = formatsOf(text)
  const other = FILE_FORMATS[text.length % FILE_FORMATS.length]
  return other === undefined || fits.includes(other) ? fits : [...fits, other]
}

function judge(input: Buffer, fitting: Fit): Verdict {
  const text = input.toString()
  const isSmall = input.length <= LARGE / 8
  let verdict: Verdict = 'rejected'
  for (const format of formatsFor(text))
    try {
      lawful(fitting(readText(format, { file: 'x', text }, {}), { all: true }), isSmall)
      verdict = 'accepted'
    } catch (error) {
      if (!(error instanceof LoopError)) throw error
      holds('a refusal has a code of its own', ['bad-source', 'bad-input'].includes(error.code), error.code)
    }
  if (!/^\s*[[{]/.test(text)) return verdict
  const tasks = [
    { path: '1.json', text },
    { path: '2.json', text: CORPUS[3] ?? '' },
  ]
  const inboxes = { x: { path: 'x.json', text } }
  lawful(fitting(readAgentTeams({ tasks, inboxes }), { agents: ['claude', 'command'] }), isSmall)
  return jsonIn(text) === undefined ? verdict : 'accepted'
}

const hostile = (): Record<string, Buffer> => {
  const many = Array.from({ length: 9_000 }, (_, n) => n)
  const texts: Record<string, string> = {
    ...hostileJson(),
    'tasks that all need each other': json({
      tasks: many.slice(0, 400).map((id) => ({ id, title: 'x', dependencies: many.slice(0, 400) })),
    }),
    'tasks of one name': json({ tasks: many.map(() => ({ id: 1, title: 'x' })) }),
    'a chain': json({ userStories: many.map((id) => ({ id, title: 'x', dependsOn: [id + 1] })) }),
    'boxes in boxes': many
      .slice(0, 1_300)
      .map((n) => `${' '.repeat(n)}- [ ] x`)
      .join('\n'),
    boxes: filled('- [ ] x\n', MEGABYTE / 4),
    'a phase of many, and another': [0, 1]
      .map((n) => `## Phase ${n}\n${many.map((id) => `- [ ] T${n}${id} [P] x`).join('\n')}`)
      .join('\n'),
    ranges: filled('- [ ] T001 depends on T001-T200, T001-T200\n', MEGABYTE / 4),
    comments: filled('<!--'),
    'comments, closed': filled('<!---->'),
    fences: filled('```\n'),
    'needs of issues': json([{ number: 1, title: 'x', body: filled('depends on ', MEGABYTE / 2) }]),
    'needs in fences': json([{ number: 1, title: 'x', body: filled('```\n', MEGABYTE / 2) }]),
    'ticks alone': json([{ number: 1, title: 'x', body: filled('`', MEGABYTE / 2) }]),
    headings: filled('###### x\n'),
    hashes: filled('# # '),
    'spaces before a hash': `# ${filled(' ')}x`,
    sections: filled('### Task 1: x\n- [ ] y\n', MEGABYTE / 2),
  }
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]))
}

/** @param fitting what makes tasks fit: tests put broken ones in its place. */
export const exchangeTarget = (fitting: Fit = fit): Target => ({
  name: 'exchange',
  share: 0.3,
  form,
  hostile,
  open: async () => pure(CORPUS, (input) => judge(input, fitting)),
})
