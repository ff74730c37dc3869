/**
 * Secrets that an agent, a command or a person puts wherever they can, in a whole loop: none of them
 * is in an object of the repository, on the page of a run, or in what is printed.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { ActionWorld } from '../support/action-world.ts'
import { CacheServer } from '../support/cache-server.ts'
import { removeHome, repository } from '../support/cli.ts'
import { allObjectsOf, filesBelow, objectsOf, unpacked } from '../support/everywhere.ts'
import { found, GIVEN, PLANTED, TOO_SHORT, VALUES } from '../support/planted.ts'
import { randomText } from '../support/secret-kinds.ts'
import { MISSES, NOT_LOOKED_FOR } from '../support/secret-misses.ts'

jest.setTimeout(240_000)
afterAll(removeHome)

const BLABBER = join(import.meta.dirname, '../fixtures/agents/blabber.js')

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
    budget: { iterations: 200 },
    setup: [`cat '${file}'`],
    tasks: [
      ...chunks.flatMap(([from, to], n) => [
        task(`done-${n}`, run('done', from, to)),
        task(`fails-${n}`, run('fails', from, to)),
        task(`blocked-${n}`, run('blocked', from, to)),
        // A third of them is enough for ways that lead to one place.
        ...(n % 3 === 0 ? ['refs', 'messages'].map((deed) => task(`${deed}-${n}`, run(deed, from, to))) : []),
        ...(n % 5 === 0 ? [task(`proposes-${n}`, run('proposes', from, from + 2))] : []),
        task(`check-${n}`, 'date +%N > here.txt', `${run('fails', from, to)} CMS_OUTBOX=`),
      ]),
      ...deeds.map((deed) => task(deed, run(deed))),
      task('misses', `'${process.execPath}' '${BLABBER}' blocked '${file}-missed'`),
    ],
  })
}

function plantIn(folder: string): string {
  const file = join(folder, 'planted')
  writeFileSync(file, PLANTED.map(({ said }) => said).join('\0'))
  writeFileSync(`${file}-missed`, MISSED.map(([, said]) => said).join('\0'))
  return file
}

/** What is known to get through, of a secret that the run was given. */
const MISSED: readonly (readonly [name: string, said: string])[] = [
  ...MISSES.map(([name, disguise]) => [name, disguise(VALUES.VENDOR_TOKEN)] as const),
  [NOT_LOOKED_FOR[0], randomText(20)],
  [NOT_LOOKED_FOR[1], TOO_SHORT],
]

const missedIn = (text: string): string[] =>
  MISSED.flatMap(([name, said]) => (text.includes(JSON.stringify(said).slice(1, -1)) ? [name] : []))

/** Every verdict was to be seen, so that there was something to find. */
const EXPECTED = ['agent_failed', 'blocked', 'done', 'policy_violation', 'verify_failed']

test('a loop in this clone', async () => {
  const repo = await repository()
  const file = plantIn(join(repo.path, '..'))
  await repo.write('.cms/loop.yml', loop(file))
  const env = { ...GIVEN }
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
  const kept = {
    ...prefixed('git', filesBelow(join(repo.path, '.git'))),
    ...prefixed('home', filesBelow(`${repo.path}.home`)),
  }
  expect(Object.keys(kept).filter((name) => name.startsWith('home/')).length).toBeGreaterThan(10)
  expect(found(kept)).toEqual([])
  // Said in SECURITY.md: until git removes them, objects of refused attempts stay, and no ref leads to them.
  expect(found({ all: allObjectsOf(join(repo.path, '.git')) })).not.toEqual([])
  expect(missedIn(objects)).toEqual(MISSED.map(([name]) => name))
})

/** What the runner obeys and never shows. */
const withoutMasks = (log: string): string => log.replaceAll(/^::add-mask::.*$/gm, '')

const prefixed = (before: string, all: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(all).map(([name, text]) => [`${before}/${name}`, text]))

test('a loop of the bundled action', async () => {
  let file = ''
  await using world = await ActionWorld.open((out) => {
    file = plantIn(out)
    return loop(file)
  })
  await using caches = await CacheServer.start()
  const { server } = world
  const env = { ...GIVEN, ...caches.environment('v1'), GITHUB_SERVER_URL: server.url }
  const inputs = {
    continue: 'here',
    'anthropic-api-key': VALUES.VENDOR_TOKEN,
    'claude-code-oauth-token': VALUES.SIGNING_KEY,
  }
  const ran = await world.runner.job(await world.press(), { inputs, env })
  const objects = objectsOf(world.server.gitDir)
  const log = withoutMasks(ran.log)
  expect(ran.log).toContain(`::add-mask::${VALUES.VENDOR_TOKEN}\n`)
  expect(found({ objects, log, outputs: JSON.stringify(ran.outputs), summary: ran.summary })).toEqual([])
  for (const verdict of EXPECTED) expect(ran.summary + objects).toContain(verdict)
  expect(log).toContain('***')
  const { post } = ran
  if (post === undefined) throw new Error('the post step did not run')
  expect(caches.entries).toHaveLength(1)
  expect(server.world.pulls).toHaveLength(1)
  const kept = {
    all: allObjectsOf(server.gitDir),
    ...prefixed('git', filesBelow(server.gitDir)),
    cache: caches.entries.map(({ key, bytes }) => key + unpacked(bytes)).join('\n'),
    pulls: JSON.stringify(server.world.pulls),
    runs: JSON.stringify(server.world.runs),
    post: withoutMasks(post.log) + post.summary,
    ...prefixed('temp', filesBelow(join(ran.workspace, '../../_temp'))),
  }
  expect(Object.keys(kept).some((name) => name.startsWith('temp/'))).toBe(true)
  expect(kept.cache).toContain('"remaining_tasks"')
  expect(found(kept)).toEqual([])
})
