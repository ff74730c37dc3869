/** From an empty repository to a loop that is done, by a person who types nothing but what is printed. */
import { spawnSync } from 'node:child_process'
import { afterAll, expect, jest, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { ActionRunner, TOKEN } from '../support/action-runner.ts'
import { emptyFolder, type Repo, removeHome } from '../support/cli.ts'
import { GithubServer } from '../support/github-server.ts'

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
