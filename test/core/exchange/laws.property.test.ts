/** Whatever a file says: it is read or refused with a code, and what comes out may stand in a loop file. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { printTasks } from '../../../src/adapters/config/added-tasks.ts'
import { checkBytes } from '../../../src/adapters/config/loop-file.ts'
import { LoopError } from '../../../src/core/error.ts'
import { readAgentTeams, type TeamFolder } from '../../../src/core/exchange/agent-teams.ts'
import { entryOf, type PlainTask } from '../../../src/core/exchange/entry.ts'
import { fit, type Imported } from '../../../src/core/exchange/fit.ts'
import { FILE_FORMATS, readText } from '../../../src/core/exchange/formats.ts'
import type { Outgoing, OutgoingTask } from '../../../src/core/exchange/outgoing.ts'
import { teamFiles, type WrittenFile } from '../../../src/core/exchange/to-agent-teams.ts'
import { specDigest } from '../../../src/core/tasks.ts'
import { NOW } from '../../support/build.ts'
import { faultsOf } from '../../support/exchange.ts'

/** Sound, and each thing that was changed is named by a place. */
function lawful(imported: Imported): void {
  expect(faultsOf(imported.tasks)).toEqual([])
  for (const { at, text } of imported.remarks) {
    expect(at.trim()).not.toBe('')
    expect(text).toMatch(/^\S.*[.]$/s)
  }
  if (imported.tasks.length === 0) return
  const text = `verify: ["true"]\ntasks:\n${printTasks(imported.tasks.map(entryOf))}`
  const checked = checkBytes(new TextEncoder().encode(text), { agents: ['claude', 'command'] })
  expect(checked).toMatchObject({ is: 'valid' })
  const specs = checked.is === 'valid' ? checked.config.tasks : []
  expect(specs).toEqual(imported.tasks.map(({ origin: _origin, ...task }) => ({ ...task })))
}

function read(text: string, options = {}): void {
  for (const format of FILE_FORMATS)
    try {
      lawful(fit(readText(format, { file: 'x', text }, options), options))
    } catch (error) {
      if (!(error instanceof LoopError)) throw error
      expect(['bad-source', 'bad-input']).toContain(error.code)
    }
}

const key = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom('1', '2', '1.2', 'a', 'A-1', '__proto__', 'plan', ''),
)
const anything = fc.oneof(key, fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }))
const mostly = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: anything })
const keys = mostly(fc.array(key, { maxLength: 4 }))

/** What all formats of JSON have among them: a task of one is a strange task of another. */
const entry = fc.record(
  {
    ...{ id: key, number: key, title: anything, subject: anything, name: anything, description: anything },
    ...{
      details: anything,
      testStrategy: anything,
      acceptanceCriteria: anything,
      body: anything,
      notes: anything,
    },
    ...{
      dependsOn: keys,
      dependencies: keys,
      blockedBy: keys,
      blocks: keys,
      labels: anything,
      owner: anything,
    },
    status: mostly(fc.constantFrom('pending', 'done', 'in-progress', 'in_progress', 'deferred', 'completed')),
    passes: mostly(fc.boolean()),
    priority: mostly(fc.constantFrom<string | number>('high', 1, 3, 'critical')),
    subtasks: mostly(
      fc.array(fc.record({ id: key, title: anything, status: anything, dependencies: keys }), {
        maxLength: 4,
      }),
    ),
    metadata: mostly(
      fc.record({
        cms: fc.record(
          { id: key, needs: keys, uses: keys, verify: anything, agent: anything, run: anything },
          { requiredKeys: [] },
        ),
      }),
    ),
  },
  { requiredKeys: [] },
)
const entries = fc.array(mostly(entry), { maxLength: 8 })
const documents = fc.oneof(
  entries,
  fc.record({ userStories: entries, project: anything, description: anything }),
  fc.record({ tasks: entries }),
  fc.record({ master: fc.record({ tasks: entries }), [String('__proto__')]: entries }),
  fc.jsonValue(),
)

const line = fc.oneof(
  fc.constantFrom(
    '# Title',
    '## Phase 1: x',
    '### Task 1: a',
    '### Task 2',
    '## Optional',
    '## Validation Commands',
    '## High Priority',
    '```',
    '<!--',
    '-->',
    '',
    '- `npm test`',
    '  more',
  ),
  fc
    .tuple(
      fc.constantFrom('', '  ', '    ', '\t'),
      fc.constantFrom(' ', 'x', '/', '-', '?', ''),
      fc.constantFrom(
        'T001 [P] a',
        'T002 b (depends on T001-T900)',
        'T001 again',
        'c',
        '',
        '__proto__',
        'd'.repeat(300),
      ),
    )
    .map(([indent, box, text]) => `${indent}- [${box}] ${text}`),
  fc.string({ unit: 'binary' }),
)

describe('whatever a file says', () => {
  test('JSON of any shape', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), fc.boolean(), (document, all, inOrder) =>
        read(JSON.stringify(document), { all, inOrder }),
      ),
      { numRuns: 50 },
    )
  })

  test('lines of any kind', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), fc.boolean(), (lines, all) =>
        read(lines.join('\n'), { all }),
      ),
      { numRuns: 50 },
    )
  })

  test('a folder of a team with anything in it', () => {
    const file = (path: string) => mostly(entry).map((value) => ({ path, text: JSON.stringify(value) }))
    const inbox = fc.array(mostly(fc.record({ from: anything, text: anything, read: fc.boolean() })), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(
        fc.tuple(...[1, 2, 3, 4, 5].map((n) => file(`tasks/t/${n}.json`))),
        fc.dictionary(fc.constantFrom('task-a', 'lane-1', '__proto__', 'x'), inbox),
        fc.boolean(),
        (tasks, inboxes, all) => {
          const files = Object.entries(inboxes).map(([name, value]) => [
            name,
            { path: name, text: JSON.stringify(value) },
          ])
          lawful(
            fit(readAgentTeams({ tasks, inboxes: Object.fromEntries(files) }), {
              all,
              agents: ['claude', 'command'],
            }),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** Words that come back as they are: what a terminal would obey is taken out on the way in. */
const words = fc.oneof(
  fc.constantFrom(
    'Port the API',
    'é😀',
    '- a list\n- of two',
    '`code`',
    '# no comment: a: b',
    "it's {{ odd }}",
    ' led by a space',
    'two\n\n\nparagraphs\n',
    '%x',
    '&a *b !c',
    'yes',
    '1e3',
    'null',
    '@x',
    '|',
  ),
  fc.string({ minLength: 1, maxLength: 40 }),
)
const title = words.map((text) => text.replace(/\s+/g, ' ').trim() || 'x')
const command = fc.constantFrom('npm test', 'test -f "a b"', 'echo a: b # c', "printf '%s\\n' x")
const agent = fc.record(
  {
    use: fc.constantFrom('claude', 'command'),
    model: fc.constant('opus'),
    timeout: fc.constantFrom(60_000, 5_400_000),
    stall: fc.constant(0),
    env: fc.constant<string[]>(['A_B']),
    args: fc.constant<string[]>(['--x', '']),
  },
  { requiredKeys: [] },
)

const plainTasks: fc.Arbitrary<PlainTask[]> = fc
  .array(
    fc.record({
      name: title,
      spec: words,
      order: fc.array(fc.nat(), { maxLength: 4 }),
      uses: fc.array(fc.nat(), { maxLength: 2 }),
      verify: fc.array(command, { maxLength: 2 }),
      priority: fc.integer({ min: -5, max: 5 }),
      agent: fc.option(agent, { nil: undefined }),
      run: fc.option(command, { nil: undefined }),
      allow_empty: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    const id = (n: number) => ['api', 'a--b', 't-', '0', 'x'.repeat(40)][n] ?? `t${n}`
    const before = (list: readonly number[], n: number) =>
      n === 0 ? [] : [...new Set(list.map((need) => id(need % n)))]
    return rows.map(({ order, uses, agent: own, run, ...task }, n) => ({
      ...task,
      id: id(n),
      needs: before(order, n),
      uses: before(uses, n),
      ...(own === undefined ? {} : { agent: own }),
      ...(run === undefined ? {} : { run }),
    }))
  })

const outgoing = (tasks: readonly OutgoingTask[], over: Partial<Outgoing> = {}): Outgoing => ({
  ...{ loop: 'main', goal: 'All of it', agent: { use: 'command' }, tasks, messages: [] },
  ...over,
})

/** What is on disk after an export, as it is found by an import. */
function folderOf(files: readonly WrittenFile[]): TeamFolder {
  const inboxes = files.flatMap((file): [string, WrittenFile][] => {
    const [, name] = /inboxes\/(.+)\.json$/.exec(file.path) ?? []
    return name === undefined ? [] : [[name, file]]
  })
  return {
    tasks: files.filter(({ path }) => path.startsWith('tasks/')),
    config: files.find(({ path }) => path.endsWith('config.json')),
    inboxes: Object.fromEntries(inboxes),
  }
}
const WANTED = { team: 'team', now: NOW, cwd: '/work' }
const back = (out: Outgoing, options = {}) => fit(readAgentTeams(folderOf(teamFiles(out, WANTED))), options)
const without = ({ origin: _origin, ...task }: Imported['tasks'][number]): PlainTask => task

describe('there and back', () => {
  test('tasks of a loop, by way of Agent Teams: the same tasks', () => {
    fc.assert(
      fc.property(plainTasks, (tasks) => {
        const sent = outgoing(
          tasks.map((task) => ({
            ...task,
            status: 'pending',
            spec_digest: specDigest({ ...task, verify: [...task.verify] }),
          })),
        )
        const found = back(sent)
        expect(found.tasks.map(without)).toEqual(tasks)
        expect(found).toMatchObject({ goal: 'All of it', agent: 'command', leftOut: [] })
      }),
      { numRuns: 50 },
    )
  })

  test('a folder of a team, by way of our tasks: the same subjects, blocks, owners and states', () => {
    const STATUS = { open: 'pending', begun: 'in_progress', done: 'completed', dropped: 'pending' } as const
    const team = fc.array(
      fc.record({
        subject: title,
        description: words,
        status: fc.constantFrom(...Object.values(STATUS)),
        owner: fc.option(fc.constantFrom('ada', 'bob'), { nil: undefined }),
        blockedBy: fc.array(fc.nat(), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 10 },
    )
    fc.assert(
      fc.property(team, (rows) => {
        const theirs = rows.map(({ blockedBy, ...row }, n) => ({
          ...row,
          id: String(n + 1),
          blockedBy: n === 0 ? [] : [...new Set(blockedBy.map((need) => String((need % n) + 1)))],
        }))
        const tasks = theirs.map((task) => ({ path: `${task.id}.json`, text: JSON.stringify(task) }))
        const { tasks: ours } = fit(readAgentTeams({ tasks, inboxes: {} }), { all: true })
        const sent = ours.map(
          ({ origin, ...task }): OutgoingTask => ({
            ...task,
            ...{ status: STATUS[origin.state], spec_digest: '' },
            ...(origin.owner === undefined ? {} : { owner: origin.owner }),
          }),
        )
        const written = teamFiles(outgoing(sent), WANTED)
        const again = written
          .filter(({ path }) => path.startsWith('tasks/'))
          .map(({ text }) => JSON.parse(text))
        expect(
          again.map(({ subject, description, status, owner, blockedBy }) => ({
            subject,
            description,
            status,
            owner,
            blockedBy,
          })),
        ).toEqual(
          theirs.map(({ subject, description, status, owner, blockedBy }) => ({
            subject,
            description,
            status,
            owner,
            blockedBy,
          })),
        )
        for (const { id, blocks } of again)
          expect(blocks).toEqual(again.filter(({ blockedBy }) => blockedBy.includes(id)).map((one) => one.id))
      }),
      { numRuns: 60 },
    )
  })

  test('tasks of a loop, by way of YAML: the same tasks', () => {
    fc.assert(
      fc.property(plainTasks, (tasks) => {
        const entries = tasks.map(entryOf)
        expect(parse(printTasks(entries))).toEqual(entries)
      }),
      { numRuns: 60 },
    )
  })
})
