/** From an empty repository to a loop that is done, by a person who types nothing but what is printed. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, expect, jest, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { ActionRunner, TOKEN } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { CLI, emptyFolder, HOME, PATH, type Repo, removeHome } from '../support/cli.ts'
import { GithubServer } from '../support/github-server.ts'
import { inTerminal } from '../support/terminal.ts'

// Four iterations, each a process or a job with some twenty git commands.
jest.setTimeout(240_000)
afterAll(removeHome)

/** What is indented by two spaces is a command, unless it is a sentence. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^ {2}((?:cms|git|gh|rm) .*?)(?: {3}#.*)?$/gm)].map(([, line = '']) => line)

interface Person {
  readonly repo: Repo
  readonly server: GithubServer
}

/** Types one line; a person fills in their own names, has `cms` on the PATH and a login. */
async function type({ repo, server }: Person, line: string) {
  const typed = line.replace(/https:\S*<account>\S*/, server.remote)
  const ran = await repo.sh(
    `cms() { "$NODE" "$CMS" "$@"; }
     export GITHUB_API_URL=${server.apiUrl} GH_TOKEN=${TOKEN}
     ${typed}`,
  )
  expect([line, ran.code, ran.err]).toEqual([line, 0, ran.err])
  return ran.out
}

/** Hands over to a test the commands printed, up to and after the line that begins so. */
const split = (lines: readonly string[], at: string) => {
  const n = lines.findIndex((line) => line.startsWith(at))
  return { before: lines.slice(0, n), after: lines.slice(n) }
}

test('what `cms init` prints leads to a loop in the terminal, and to one on GitHub', async () => {
  await using server = await GithubServer.start()
  await using runner = await ActionRunner.open(server)
  const repo = await emptyFolder()
  const person = { repo, server }
  await type(person, 'git init --quiet --initial-branch=main')

  const told = await type(person, 'cms init --yes --agent command')
  const lines = commandsIn(told)
  const { before, after } = split(
    lines.filter((line) => !line.startsWith('rm ')),
    'git remote',
  )
  expect(before).toEqual(['cms validate', 'cms plan', expect.stringMatching(/^git commit/), 'cms run'])
  for (const line of before) await type(person, line)
  expect(JSON.parse(await type(person, 'cms status --json'))).toMatchObject({ status: 'done' })

  expect(told).toMatch(/^ {2}replace OWNER in \.github\/workflows\/cms\.yml /m)
  await type(person, 'sed -i s/OWNER/acme/ .github/workflows/cms.yml')
  expect(after.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'git remote',
    'git add',
    'cms doctor',
    'cms start',
  ])
  runner.carryOn()
  for (const line of after) await type(person, line)
  await runner.idle()
  const remote = Checkpoint.parse(JSON.parse(server.git('show', 'cms/main/state:checkpoint.json')))
  expect(remote).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
  expect(server.git('show', 'cms/main/work:docs/plan.md')).toBe('The steps\nThe first step is taken')
})

test('in a clone of a public repository it writes the watchdog of one', async () => {
  await using server = await GithubServer.start()
  server.world.isPrivate = false
  const repo = await emptyFolder()
  const person = { repo, server }
  await type(person, 'git init --quiet && git remote add origin https://github.com/<account>/x')
  expect(await type(person, 'cms init --yes')).toMatch(/repository is public/)
  const found = spawnSync('grep', ['-c', 'cron: .23,53', '.github/workflows/cms.yml'], { cwd: repo.path })
  expect(found.status).toBe(0)
})

test('a person in a terminal is asked which form, and told what each is for', async () => {
  const repo = await emptyFolder()
  repo.git('init', '--quiet')
  const { code, shown } = await inTerminal({
    // A new terminal has no width until it is told one.
    argv: [
      'bash',
      '-c',
      `stty cols 200 rows 40; exec '${process.execPath}' ${CLI} init --goal x --agent command --tests ''`,
    ],
    cwd: repo.path,
    env: { PATH, HOME, TERM: 'xterm' },
    // The arrow down, then Enter.
    steps: [{ at: 'Which form', press: '\u001b[B\r' }],
  })
  expect([code, shown]).toEqual([0, expect.stringContaining('up to four jobs')])
  expect(readFileSync(`${repo.path}/.github/workflows/cms.yml`, 'utf8')).toBe(
    workflowText('command', { form: 'walled' }),
  )
})

test('with `restart: when_done` the schedule begins what is done anew, but never the first time', async () => {
  const tasks = (out: string) =>
    loopFile([task('a', writes(out, 'a'), { allow_empty: true })], { restart: 'when_done' })
  await using world = await ActionWorld.open(tasks)
  const night = async () => {
    const ticked = await world.runner.job(world.tick())
    world.runner.carryOn()
    await world.runner.idle()
    return ticked.code
  }
  expect([await night(), world.lines('ran')]).toEqual([0, []])
  await world.runner.job(await world.press())
  await world.runner.idle()
  expect([world.checkpoint().status, world.checkpoint().epoch]).toEqual(['done', 1])
  await night()
  await world.runner.idle()
  expect([world.checkpoint().status, world.checkpoint().epoch]).toEqual(['done', 2])
  expect(world.lines('ran')).toEqual(['a', 'a'])
})
