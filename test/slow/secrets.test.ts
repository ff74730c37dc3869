/**
 * Secrets that an agent, a command or a person puts wherever they can, in a whole loop: none of them
 * is in an object of the repository, on the page of a run, or in what is printed.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { ActionWorld } from '../support/action-world.ts'
import { PATH, removeHome, repository } from '../support/cli.ts'
import { KINDS, randomText } from '../support/secret-kinds.ts'

jest.setTimeout(240_000)
afterAll(removeHome)

const BLABBER = join(import.meta.dirname, '../fixtures/agents/blabber.js')
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Secrets of no known kind: only their values tell. */
const VALUES = {
  DEPLOY_PASSWORD: `${randomText(6)}/"${randomText(5)}&+ ${randomText(6)}`,
  SIGNING_KEY: `${randomText(40)}\n${randomText(40)}\n${randomText(40)}`,
  VENDOR_TOKEN: randomText(24),
}
const URL_SECRET = randomText(14)
const ENV = { ...VALUES, DATABASE_URL: `mysql://app:${URL_SECRET}@db.internal/app` }

const spelt = (value: string): string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  JSON.stringify(JSON.stringify(value)).slice(3, -3),
  encodeURIComponent(value),
  new URLSearchParams({ v: value }).toString().slice(2),
  base64(value),
  Buffer.from(value).toString('base64url'),
  Buffer.from(value).toString('hex'),
  ...['u:', 'user:', 'x-access-token:'].map((before) => base64(`${before}${value} and more`)),
]

interface Planted {
  readonly said: string
  /** What may be nowhere: of a base64 only the secret's part, of a key every line. */
  readonly sought: readonly string[]
}

const plant = (said: string): Planted => ({
  said,
  sought: said
    .split('\n')
    .filter((line) => !/^-----/.test(line))
    .flatMap((line) => [line, line.slice(0, 40), line.slice(-24)].filter(({ length }) => length > 11)),
})

const PLANTED: readonly Planted[] = [
  ...[...Object.values(VALUES), URL_SECRET]
    .flatMap(spelt)
    .map((said) =>
      / and more$/.test(Buffer.from(said, 'base64').toString('latin1'))
        ? { said, sought: [said.slice(-30, -14)] }
        : plant(said),
    ),
  ...KINDS.map(([, secret]) => plant(secret)),
]

/** So many of them fit into the end of an output that is kept. */
const CHUNK = 8
const chunks = Array.from(
  { length: Math.ceil(PLANTED.length / CHUNK) },
  (_, n) => [n * CHUNK, (n + 1) * CHUNK] as const,
)

function loop(file: string): string {
  const run = (deed: string, from = 0, to = PLANTED.length) =>
    `'${process.execPath}' '${BLABBER}' ${deed} '${file}' ${from} ${to}`
  const task = (id: string, command: string, verify = 'true') => ({ id, run: command, verify: [verify] })
  const deeds = ['broken', 'wrong', 'file', 'name', 'link']
  return JSON.stringify({
    agent: 'command',
    commits: 'keep',
    policy: { attempts: 1 },
    budget: { iterations: 100 },
    tasks: [
      ...chunks.flatMap(([from, to], n) => [
        task(`done-${n}`, run('done', from, to)),
        task(`fails-${n}`, run('fails', from, to)),
        task(`blocked-${n}`, run('blocked', from, to)),
        task(`check-${n}`, 'date +%N > here.txt', `${run('fails', from, to)} CMS_OUTBOX=`),
      ]),
      ...deeds.map((deed) => task(deed, run(deed))),
    ],
  })
}

function plantIn(folder: string): string {
  const file = join(folder, 'planted')
  writeFileSync(file, PLANTED.map(({ said }) => said).join('\0'))
  return file
}

/** Every object that a ref leads to: names of files, and all that was written. */
function objectsOf(gitDir: string): string {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { env: { PATH, GIT_DIR: gitDir }, input, encoding: 'latin1', maxBuffer: 1e9 })
  const named = git(['rev-list', '--objects', '--all'])
  return named + git(['cat-file', '--batch'], named.replaceAll(/ .*$/gm, ''))
}

/** What is found of the planted, and where. */
const found = (places: Readonly<Record<string, string>>): string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    PLANTED.flatMap(({ said, sought }) =>
      sought.some((part) => text.includes(part)) ? [`${place}: ${said.slice(0, 30)}`] : [],
    ),
  )

/** Every verdict was to be seen, so that there was something to find. */
const EXPECTED = ['agent_failed', 'blocked', 'done', 'policy_violation', 'verify_failed']

test('a loop in this clone', async () => {
  const repo = await repository()
  const file = plantIn(join(repo.path, '..'))
  await repo.write('.cms/loop.yml', loop(file))
  const env = { ...ENV }
  const ran = await repo.cms(['run', '--local', '--json'], { env })
  expect(ran.code).toBe(3)
  const looked = [
    await repo.cms(['log', '--json'], { env }),
    await repo.cms(['log'], { env }),
    await repo.cms(['status'], { env }),
    await repo.cms(['status', '--json'], { env }),
    await repo.cms(['resume', '--remote', VALUES.VENDOR_TOKEN], { env }),
    await repo.cms(['validate', '--file', VALUES.VENDOR_TOKEN], { env }),
  ]
  const objects = objectsOf(join(repo.path, '.git'))
  expect(found({ objects, out: ran.out, err: ran.err })).toEqual([])
  expect(found({ looked: looked.map(({ out, err }) => out + err).join('\n') })).toEqual([])
  const log = looked[0]?.out ?? ''
  for (const verdict of EXPECTED) expect(log).toContain(verdict)
  expect(objects.split('***').length).toBeGreaterThan(100)
})

test('a loop of the bundled action', async () => {
  let file = ''
  await using world = await ActionWorld.open((out) => {
    file = plantIn(out)
    return loop(file)
  })
  const inputs = {
    continue: 'here',
    'anthropic-api-key': VALUES.VENDOR_TOKEN,
    'claude-code-oauth-token': VALUES.SIGNING_KEY,
  }
  const ran = await world.runner.job(await world.press(), { inputs, env: ENV })
  const objects = objectsOf(world.server.gitDir)
  const log = ran.log.replaceAll(/^::add-mask::.*$/gm, '')
  expect(ran.log).toContain(`::add-mask::${VALUES.VENDOR_TOKEN}\n`)
  expect(found({ objects, log, outputs: JSON.stringify(ran.outputs), summary: ran.summary })).toEqual([])
  for (const verdict of EXPECTED) expect(ran.summary + objects).toContain(verdict)
  expect(log).toContain('***')
})
