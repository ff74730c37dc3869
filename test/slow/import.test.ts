/** `cms import` and `cms export`: the real program, from the list of another tool to a loop that is done. */
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { emptyFolder, type Repo, removeHome, repository } from '../support/cli.ts'
import { FIXTURES } from '../support/exchange.ts'
import { addIssue } from '../support/github-issues.ts'
import { GithubServer } from '../support/github-server.ts'

// Programs that start git and each other; a busy machine needs its time.
jest.setTimeout(120_000)
afterAll(removeHome)

const fixture = (name: string) => join(FIXTURES, name)
const loopFile = (repo: Repo) => readFile(join(repo.path, '.cms/loop.yml'), 'utf8')

async function withoutLoop(): Promise<Repo> {
  const repo = await repository()
  await repo.sh('rm -r .cms')
  return repo
}

/** A person gives each task a command, in place of an agent that costs money. */
async function madeCheap(repo: Repo): Promise<void> {
  const text = (await loopFile(repo))
    .replace('agent: claude', 'agent: command')
    .replace(/^verify: .*$/m, 'verify: ["true"]')
    .replaceAll(/^( *)- id: "?([\w-]+)"?$/gm, '$&\n$1  run: echo $CMS_TASK >> done.txt')
  await repo.write('.cms/loop.yml', text.replaceAll(/\n {4}verify:\n( {6}.*\n)+/g, '\n'))
}

describe('a list becomes a loop that is done', () => {
  // biome-ignore format: one row, one list
  test.each<[path: string, args: readonly string[], tasks: readonly string[]]>([
    ['tui-prd.json',              [],                  ['b-2', 'b-3', 'b-4', 'b-2-2']],
    ['taskmaster',                ['--tag', 'master'], ['2-2', '2-3', '2-4', '2', '3', '5', '7', '6']],
    ['spec-kit/specs/001-photos', [],                  ['t002', 't003', 't004', 't005', 't006', 't010', 't012', 't013', 't014', 't015', 't016', 't017']],
    ['ralphex-plan.md',           [],                  ['task-2', 'task-3']],
    ['team',                      [],                  ['2', '3', '10', '4']],
  ])('%s %j', async (path, args, tasks) => {
    const repo = await withoutLoop()
    const ran = await repo.cms(['import', fixture(path), ...args])
    expect([ran.code, ran.out]).toEqual([0, expect.stringMatching(/^read .*\n[^]*wrote {3}\.cms\/loop\.yml with \d+ tasks/)])
    await madeCheap(repo)
    expect(await repo.cms(['validate'])).toMatchObject({ code: 0 })
    const plan = await repo.cms(['plan', '--json'])
    expect([plan.code, JSON.stringify(JSON.parse(plan.out))]).toEqual([0, expect.stringContaining(`"${tasks[0]}"`)])
    const end = await repo.cms(['run', '--json'])
    expect([end.code, JSON.parse(end.out)]).toMatchObject([0, { status: 'done', tasks: { done: tasks.length } }])
    expect(repo.show('cms/main/work', 'done.txt').split('\n').toSorted()).toEqual(tasks.toSorted())
  })
})

test('what is not taken as it stands is told line by line on standard error', async () => {
  const repo = await withoutLoop()
  const ran = await repo.cms(['import', fixture('tui-prd.json'), '--json'])
  const document = JSON.parse(ran.out)
  expect(document).toMatchObject({ format: 'prd', outcome: 'created', file: '.cms/loop.yml' })
  const lines = ran.err.split('\n').filter((line) => line.includes('tui-prd.json: '))
  expect(lines).toHaveLength(document.remarks.length)
  expect(lines[0]).toMatch(/tui-prd\.json: userStories\[4\]: It is no story: it was left out\.$/)
})

test('a loop file with comments keeps them, below another folder as well', async () => {
  const repo = await repository()
  const text =
    '# ours\nagent: command   # no model\nverify: ["true"]\ntasks:\n  # by hand\n  - id: a\n    run: echo a > a.txt # that is all\n\n# the end\n'
  await repo.write('.cms/loop.yml', text)
  await repo.write('src/list.md', '- [ ] b\n')
  const refused = await repo.cms(['import', 'list.md'], { cwd: join(repo.path, 'src') })
  expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/needs `run`.*\[bad-source\]/s)])
  expect(await loopFile(repo)).toBe(text)
  const ran = await repo.cms(['import', 'list.md', '--agent', 'claude'], { cwd: join(repo.path, 'src') })
  expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('added   1 task to ../.cms/loop.yml: b')])
  expect(await loopFile(repo)).toBe(
    text.replace('\n\n# the end', '\n  - id: b\n    name: b\n    agent:\n      use: claude\n\n# the end'),
  )
  expect(await repo.cms(['validate'])).toMatchObject({ code: 0 })
})

test('a dry run prints YAML and no more', async () => {
  const repo = await emptyFolder()
  for (const flag of ['--dry-run', '--print']) {
    const ran = await repo.cms(['import', fixture('checklist.md'), flag])
    expect([ran.code, parse(ran.out).length]).toEqual([0, 10])
  }
  expect((await repo.sh('ls -A')).out).toBe('')
})

// biome-ignore format: one row, one line
test.each<[args: readonly string[], says: RegExp]>([
  [['gone.json'],                        /^error: There is no file or folder gone\.json\.\n {2}fix: .*\[bad-source\]\n$/],
  [['pipe'],                             /no regular file.*\[bad-source\]/s],
  [['link'],                             /no list of tasks.*\[unknown-format\]/s],
  [['deep.json'],                        /nested too deeply.*\[unknown-format\]/s],
  [['mixed.md'],                         /fits several.*--from spec-kit, or --from checklist/s],
  [['.', '--from', 'prd'],               /nothing in the format prd.*\[unknown-format\]/s],
  [['--from', 'github-issues'],          /by a label.*--label/s],
  [['--from', 'github-issues', '--label', 'x'], /no remote.*\[no-remote\]/s],
  [['--from', 'github-issues', '--label', 'x', '--repo', 'a b'], /no repository.*\[bad-input\]/s],
])('cms import %j is refused with a way out', async (args, says) => {
  const repo = await withoutLoop()
  await repo.sh('mkfifo pipe')
  await symlink('/etc/passwd', join(repo.path, 'link'))
  await repo.write('deep.json', '['.repeat(100_000))
  await repo.write('mixed.md', '- [ ] T001 a\n- [ ] b\n')
  const ran = await repo.cms(['import', ...args])
  expect([ran.code, ran.out, ran.err]).toEqual([2, '', expect.stringMatching(says)])
  expect((await repo.sh('ls -A')).out).not.toContain('.cms')
})

describe('issues of GitHub', () => {
  const TOKEN = 'ghs_tokenOfAPerson0123456789'

  test('with a label, by the token of the environment', async () => {
    await using server = await GithubServer.start({ token: TOKEN })
    addIssue(server.world, { title: 'First', labels: ['agent'] })
    addIssue(server.world, {
      title: 'Second',
      labels: ['agent', 'priority: high'],
      body: 'Blocked by #1.\n```\nIgnore that.',
    })
    addIssue(server.world, { title: 'Of a stranger' })
    const repo = await withoutLoop()
    repo.git('remote', 'add', 'origin', server.remote)
    const args = ['import', '--from', 'github-issues', '--label', 'agent']
    const env = { GITHUB_API_URL: server.apiUrl, GH_TOKEN: TOKEN }
    const ran = await repo.cms(args, { env })
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('with 2 tasks: issue-1 … issue-2')])
    expect(parse(await loopFile(repo)).tasks).toMatchObject([
      { id: 'issue-1' },
      { id: 'issue-2', needs: ['issue-1'], priority: 1 },
    ])
    expect(ran.out + ran.err).not.toContain(TOKEN)
    const without = await repo.cms(args, { env: { GITHUB_API_URL: server.apiUrl } })
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringMatching(/no token.*gh issue list.*\[auth-failed\]/s),
    ])
    const named = await repo.cms([...args, '--repo', 'acme/widgets', '--dry-run'], { env })
    expect(named).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('There is nothing new to import.'),
    })
    const other = await repo.cms([...args, '--repo', 'acme/other'], { env })
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/acme\/other.*\[auth-failed\]/s)])
    server.takeViolations()
  })
})

describe('export', () => {
  test('of a loop half-way, and import of it elsewhere: what is left, until it is done', async () => {
    const repo = await repository(
      '{ id: a, run: echo a > a.txt }',
      '{ id: b, needs: [a], priority: 2, run: echo b > b.txt, verify: [test -f b.txt] }',
      '{ id: c, needs: [a, b], uses: [a], run: cat b.txt > c.txt }',
    )
    await repo.cms(['run', '--max-iterations', '1'])
    const ran = await repo.cms(['export', '--to', 'agent-teams', '--out', '../teams', '--json'])
    expect([ran.code, JSON.parse(ran.out)]).toMatchObject([
      0,
      { team: 'cms-main', tasks: { pending: 2, completed: 1 } },
    ])
    const task = JSON.parse(await readFile(join(repo.path, '../teams/tasks/cms-main/3.json'), 'utf8'))
    expect(task).toMatchObject({
      id: '3',
      status: 'pending',
      blockedBy: ['1', '2'],
      metadata: { cms: { id: 'c', uses: ['a'] } },
    })

    const other = await withoutLoop()
    const back = await other.cms(['import', join(repo.path, '../teams'), '--team', 'cms-main'])
    expect([back.code, back.out]).toEqual([
      0,
      expect.stringMatching(/left {4}1 task: done there.*\nwrote .*: b … c/),
    ])
    expect(parse(await loopFile(other))).toMatchObject({
      agent: 'command',
      tasks: [
        { id: 'b', priority: 2, run: 'echo b > b.txt', verify: ['test -f b.txt'] },
        { id: 'c', needs: ['b'] },
      ],
    })
    expect(await other.cms(['run'])).toMatchObject({ code: 0 })
    expect(other.show('cms/main/work', 'c.txt')).toBe('b')
  })

  test('of a loop that never ran, to a folder of its own, and not over that of others', async () => {
    const repo = await repository()
    expect(await repo.cms(['export', '--to', 'agent-teams'])).toMatchObject({ code: 0 })
    expect((await repo.sh('ls agent-teams/tasks/cms-main agent-teams/teams/cms-main')).out).toMatch(
      /1\.json[^]*config\.json/,
    )
    await repo.write('agent-teams/teams/cms-main/config.json', '{}')
    const refused = await repo.cms(['export', '--to', 'agent-teams'])
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/\[team-taken\]/)])
    expect(await repo.cms(['export', '--to', 'agent-teams', '--force'])).toMatchObject({ code: 0 })
  })
})
