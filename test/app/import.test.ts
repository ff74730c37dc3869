/** From a list of tasks to the loop file, with real files. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { printTasks, withTasks } from '../../src/adapters/config/added-tasks.ts'
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import { projectAt } from '../../src/adapters/system/project.ts'
import { sourcesAt } from '../../src/adapters/system/sources.ts'
import { teamsFolder } from '../../src/adapters/system/teams-folder.ts'
import { targetFile } from '../../src/adapters/system/whole-file.ts'
import { exportLoop, renderExport } from '../../src/app/export.ts'
import { type ImportFlags, type ImportTools, importTasks } from '../../src/app/import.ts'
import { importDocument, remarkLines, renderImport } from '../../src/app/import-text.ts'
import { outgoingOf } from '../../src/core/exchange/outgoing.ts'
import { secretsOf } from '../../src/entry/secrets.ts'
import { checkpoint, leased, NOW, task } from '../support/build.ts'
import { FIXTURES } from '../support/exchange.ts'
import { valid } from '../support/loop-text.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'import-'))
})
afterEach(() => rm(root, { recursive: true }))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}
const loopFile = () => readFile(join(root, '.cms/loop.yml'), 'utf8')

const { spots } = secretsOf({ API_TOKEN: 'Zq8Wm3Rt5-Yp7Xk9Lc2' })
const tools = (over: Partial<ImportTools> = {}): ImportTools => ({
  sources: sourcesAt(root),
  issues: async () => ({ list: async () => ({ issues: [], isCut: false }) }),
  target: targetFile(join(root, '.cms/loop.yml'), '.cms/loop.yml'),
  texts: {
    check: (bytes) => checkBytes(bytes, { agents: ['claude', 'command'], spots }),
    withTasks,
    print: printTasks,
  },
  project: projectAt(root),
  agents: ['claude', 'command'],
  ...over,
})
const run = (flags: ImportFlags, over: Partial<ImportTools> = {}) => importTasks(flags, tools(over))
const fixture = (name: string) => join(FIXTURES, name)
const refusal = (flags: ImportFlags, over: Partial<ImportTools> = {}) =>
  run(flags, over).then(
    ({ outcome }) => outcome,
    ({ code, message, hint }) => `${code}: ${message} ${hint}`,
  )

describe('without a loop file', () => {
  test('one is written, as `cms init` would, with the goal and the tasks of the source', async () => {
    await put('package-lock.json', '{}')
    await put('package.json', '{ "scripts": { "test": "jest" } }')
    const result = await run({ path: fixture('ralphex-plan.md') })
    expect(result).toMatchObject({ format: 'checklist', outcome: 'created', existing: [] })
    expect(valid(await loopFile())).toMatchObject({
      loop: 'main',
      goal: 'Add a session timeout\n\nA session that hangs should end.\nIt goes on with the next iteration.',
      settings: { agent: { use: 'claude' }, setup: ['npm ci'], verify: ['npm test'] },
      tasks: [
        { id: 'task-2', verify: ['go test ./...', 'golangci-lint run'] },
        { id: 'task-3', needs: ['task-2'] },
      ],
      warnings: [],
    })
    expect(renderImport(result)).toMatch(
      /^read {4}.* as checklist\nleft {4}1 task: done there.*\nwrote {3}\.cms\/loop\.yml with 2 tasks: task-2 … task-3\n[^]*cms plan\n[^]*cms run/,
    )
  })

  test('flags say what the source does not', async () => {
    await run({ path: fixture('issues.json'), loop: 'nightly', goal: 'All: of # them' })
    expect(valid(await loopFile())).toMatchObject({ loop: 'nightly', goal: 'All: of # them' })
  })

  test('a source without a goal leaves a comment', async () => {
    await run({ path: fixture('issues.json') })
    expect(await loopFile()).toContain('\n# goal: what all the tasks together are for\n')
  })

  test('nothing is written when there is nothing new, and that is no error', async () => {
    await put('list.md', '- [x] done\n')
    const result = await run({ path: 'list.md' })
    expect(result.outcome).toBe('nothing')
    expect(await readdir(root)).toEqual(['list.md'])
    expect(renderImport(result)).toMatch(
      /left {4}1 task: done there \(--all takes them, too\)\nwrote {3}nothing\n\nThere is nothing new/,
    )
  })

  test('a dry run writes nothing, and gives the YAML', async () => {
    const { outcome, yaml } = await run({ path: fixture('tui-prd.json'), dryRun: true })
    expect([outcome, parse(yaml).length, await readdir(root)]).toEqual(['shown', 4, []])
  })

  test('a program is told the same', async () => {
    const result = await run({ path: fixture('team') })
    expect(importDocument(result)).toMatchObject({
      format: 'agent-teams',
      file: '.cms/loop.yml',
      outcome: 'created',
      imported: [
        { id: '2', needs: [], key: '2', state: 'begun', owner: 'backend' },
        { id: '3' },
        { id: '4' },
        { id: '10' },
      ],
      skipped: [{ id: '1', because: 'done there' }],
      remarks: expect.arrayContaining([{ at: 'tasks/api/11.json', text: expect.stringMatching(/no JSON/) }]),
    })
    expect(remarkLines(result).every((line) => /^\S+: .*: .+\.$/.test(line))).toBe(true)
  })
})

const COMMENTED = `# our loop
loop: main   # the only one
verify: [ "true" ]

tasks:
  # by hand
  - id: us-001
    spec: Mine.   # keep

# the end
`

describe('with a loop file', () => {
  beforeEach(() => put('.cms/loop.yml', COMMENTED))

  test('tasks are added behind those that are there, and nothing else changes', async () => {
    const { outcome, tasks } = await run({ path: fixture('ralph-prd.json') })
    expect([outcome, tasks.map(({ id }) => id)]).toEqual(['added', ['us-002', 'us-003']])
    const [head = ''] = COMMENTED.split('\n# the end')
    const text = await loopFile()
    expect(text.startsWith(head)).toBe(true)
    expect(text.endsWith('\n\n# the end\n')).toBe(true)
    expect(valid(text).tasks.map(({ id }) => id)).toEqual(['us-001', 'us-002', 'us-003'])
  })

  test('a second time there is nothing to add', async () => {
    await run({ path: fixture('ralph-prd.json') })
    const once = await loopFile()
    const again = await run({ path: fixture('ralph-prd.json') })
    expect([again.outcome, again.existing, await loopFile()]).toEqual(['nothing', ['us-002', 'us-003'], once])
  })

  test('a task that says something else is never overwritten: what to type', async () => {
    const flags = { path: fixture('ralph-prd.json'), all: true }
    expect(await refusal(flags)).toMatch(
      /^task-taken: .*us-001.*Nothing was written.*--prefix.*--skip-existing/,
    )
    expect(await loopFile()).toBe(COMMENTED)
    const kept = await run({ ...flags, skipExisting: true })
    expect([kept.outcome, kept.existing, valid(await loopFile()).tasks[0]?.spec]).toEqual([
      'added',
      ['us-001'],
      'Mine.',
    ])
    expect(kept.remarks.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/us-001 that says something else/),
    )
    expect((await run({ ...flags, prefix: 'v2-' })).tasks.map(({ id }) => id)).toEqual([
      'v2-us-001',
      'v2-us-002',
      'v2-us-003',
    ])
  })

  test('what needs a task that is there needs that one', async () => {
    await put(
      'prd.json',
      JSON.stringify({
        userStories: [
          { id: 'US-001', description: 'Mine.', title: 'us-001' },
          { id: 'b', title: 'B', dependsOn: ['US-001'] },
        ],
      }),
    )
    await run({ path: 'prd.json' })
    expect(valid(await loopFile()).tasks.map(({ id, needs }) => [id, needs])).toEqual([
      ['us-001', []],
      ['b', ['us-001']],
    ])
  })

  test('a file that somebody changes in this moment stays as they wrote it', async () => {
    const target = targetFile(join(root, '.cms/loop.yml'), '.cms/loop.yml')
    const slow = {
      ...target,
      write: async (text: string, before: Uint8Array | undefined) => {
        await put('.cms/loop.yml', 'goal: x\n')
        return target.write(text, before)
      },
    }
    expect(await refusal({ path: fixture('ralph-prd.json') }, { target: slow })).toMatch(
      /^bad-input: .*changed by somebody else/,
    )
    expect(await loopFile()).toBe('goal: x\n')
  })

  // biome-ignore format: one row, one file
  test.each<[what: string, file: string, source: string, says: RegExp]>([
    ['mistakes of its own',        'task: []\n',                             '- [ ] a', /^bad-loop-file: .*did you mean "tasks"/s],
    ['an agent that needs more',   'agent: command\ntasks:\n  - { id: x, run: "true" }\n', '- [ ] a', /^bad-source: With these tasks.*needs `run`.*--agent/s],
    ['a secret that would come in', COMMENTED,                               '- [ ] Use Zq8Wm3Rt5-Yp7Xk9Lc2', /^bad-source: .*holds a secret/s],
    ['another loop',               'loop: other\ngoal: x\n',                 '- [ ] a', /^bad-input: .*describes loop "other"/],
  ])('%s: nothing is written', async (what, file, source, says) => {
    await put('.cms/loop.yml', file)
    await put('list.md', source)
    expect(await refusal({ path: 'list.md', ...(what === 'another loop' ? { loop: 'main' } : {}) })).toMatch(says)
    expect(await loopFile()).toBe(file)
  })

  test('another agent for the new tasks alone', async () => {
    await put('.cms/loop.yml', 'agent: command\ntasks:\n  - { id: x, run: "true" }\n')
    await put('list.md', '- [ ] a\n')
    await run({ path: 'list.md', agent: 'claude' })
    expect(valid(await loopFile()).tasks[1]).toMatchObject({ id: 'a', agent: { use: 'claude' } })
  })

  test('more than a file may hold is refused, and more tasks than a loop may have are left out', async () => {
    await put(
      'big.md',
      Array.from({ length: 100 }, (_, n) => `- [ ] t${n}\n  ${'x'.repeat(12_000)}\n`).join(''),
    )
    expect(await refusal({ path: 'big.md' })).toMatch(/^bad-source: .*larger than 1 MB/)
    await put('many.md', Array.from({ length: 2_005 }, (_, n) => `- [ ] t${n}\n`).join(''))
    const { tasks, remarks } = await run({ path: 'many.md' })
    expect([tasks.length, remarks.length]).toEqual([1_999, 6])
  })
})

describe('where it looks', () => {
  // biome-ignore format: one row, one line
  test.each<[what: string, flags: ImportFlags, says: RegExp]>([
    ['a path that is not there',   { path: 'gone.json' },                     /^bad-source: There is no file/],
    ['a format that is not there', { path: '.', from: 'csv' },                /^bad-input: .*"csv".*there are agent-teams/],
    ['an empty folder',            {},                                        /^unknown-format: There is no list of tasks that is known in \./],
    ['a file for a team',          { path: 'list.md', from: 'agent-teams' },  /^bad-source: .*a team is a folder/],
    ['issues without a label',     { from: 'github-issues' },                 /^bad-input: .*--label/],
    ['a prefix that is none',      { path: 'list.md', prefix: 'A_' },         /^bad-input: A prefix/],
    ['an agent that is not there', { path: 'list.md', agent: 'nobody' },      /^agent-unknown/],
    ['a goal that is too long',    { path: 'list.md', goal: 'x'.repeat(5_000) }, /^bad-input: The goal/],
    ['a team that is not there',   { path: '.', team: 'x' },                  /^bad-source: There is no team "x"/],
  ])('%s', async (_, flags, says) => {
    if (flags.path === 'list.md') await put('list.md', '- [ ] a\n')
    expect(await refusal(flags)).toMatch(says)
  })

  test('a list in a folder whose JSON is broken is named, where it could be what is meant', async () => {
    await put('.taskmaster/tasks/tasks.json', '{ "tasks": [{ "id": 1 },] }')
    await put('tasks.md', '- [ ] T001 a\n')
    for (const flags of [{}, { tag: 'api' }, { from: 'prd' }])
      expect(await refusal(flags)).toMatch(/^unknown-format: .*tasks\.json cannot be read: it is no JSON/)
    expect((await run({ from: 'spec-kit' })).tasks.map(({ id }) => id)).toEqual(['t001'])
  })

  test('a folder with several lists: what to type for each', async () => {
    await put('prd.json', '{ "userStories": [] }')
    await put('specs/001-a/tasks.md', '- [ ] T001 a\n')
    await put('tasks/t/1.json', '{ "id": "1", "subject": "x" }')
    await put('tasks/u/1.json', '{ "id": "1", "subject": "x" }')
    expect(await refusal({})).toMatch(
      /cms import prd\.json; or cms import specs\/001-a\/tasks\.md; or cms import \. --team t; or cms import \. --team u/,
    )
    expect((await run({ from: 'spec-kit' })).tasks.map(({ id }) => id)).toEqual(['t001'])
    expect((await run({ team: 'u', dryRun: true })).tasks.map(({ id }) => id)).toEqual(['1'])
  })

  test('issues with a label, from whoever has them', async () => {
    const asked: string[] = []
    const list = async (label: string) => {
      asked.push(label)
      return { issues: [{ number: 3, title: 'Three', body: 'Depends on #4', labels: [] }], isCut: true }
    }
    const { tasks, remarks, source } = await run(
      { from: 'github-issues', label: 'agent' },
      { issues: async () => ({ list }) },
    )
    expect([asked, tasks.map(({ id }) => id), source]).toEqual([
      ['agent'],
      ['issue-3'],
      'issues with the label "agent"',
    ])
    expect(remarks.map(({ at }) => at)).toEqual(['issues', 'issue 3'])
    expect(remarks[0]?.text).toMatch(/those that are newer were left out/)
  })
})

describe('export', () => {
  const sent = outgoingOf(checkpoint({ tasks: [leased('api'), task('web', { needs: ['api'] })] }), [])
  const folder = () => teamsFolder(join(root, 'out'), 'out')
  const send = (over: object = {}) =>
    exportLoop(
      { ...sent, ...over },
      { to: 'agent-teams', ...over },
      { folder: folder(), clock: { now: () => NOW }, cwd: root },
    )

  test('and import again: the same tasks', async () => {
    const exported = await send()
    expect(exported.tasks).toEqual({ pending: 1, in_progress: 1, completed: 0 })
    expect(renderExport(exported)).toMatch(
      /^wrote {3}team cms-main to out: 1 pending, 1 in progress, 0 completed\n[^]*cms import out --team cms-main$/,
    )
    await run({ path: 'out', team: 'cms-main' })
    expect(valid(await loopFile())).toMatchObject({
      goal: 'Make it good',
      tasks: [
        { id: 'api', spec: 'do api', verify: ['true'] },
        { id: 'web', needs: ['api'] },
      ],
    })
  })

  test('replaces what this loop has written, and nothing of anybody else', async () => {
    await send()
    await send()
    await put('out/teams/cms-main/config.json', '{}')
    await expect(send()).rejects.toMatchObject({ code: 'team-taken' })
    await send({ team: 'other' })
    await expect(send({ team: 'other', loop: 'second' })).rejects.toMatchObject({ code: 'team-taken' })
    await send({ team: 'other', loop: 'second', force: true })
    await expect(send({ to: 'csv' })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(send({ team: '../x' })).rejects.toMatchObject({ code: 'bad-input' })
  })
})
