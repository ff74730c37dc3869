/** Twelve tasks through dispatched processes, with everything in the way that a long loop meets. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Ran } from '../support/action-runner.ts'
import { ActionWorld, loopFile, STATE, task, WORK, writes } from '../support/action-world.ts'
import { CacheServer } from '../support/cache-server.ts'

jest.setTimeout(300_000)

/** The token of an App as GitHub makes them now: some 520 characters, with dots. It lives an hour. */
const SHORT_LIVED = [
  'ghs',
  '123456',
  `eyJ${'h'.repeat(30)}.${'loopbackToken-'.repeat(30)}.${'s'.repeat(60)}`,
].join('_')

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']

/** In a row, so that "in the middle" is always the same: the fourth hangs once, the eighth is limited once. */
const twelve = (out: string) =>
  loopFile(
    IDS.map((id, n) => {
      const needs = IDS.slice(Math.max(0, n - 1), n)
      const once = (what: string) => `if mkdir ${out}/${id}-once 2>/dev/null; then ${what}; fi`
      const limit = `printf '{"retry_at":"%s"}' "$(date -u -d '+3 hours' +%FT%TZ)" > "$CMS_OUTBOX/report.json"; exit 75`
      const trouble = { d: once(`echo $$ > ${out}/pipe; sleep 60`), h: once(limit) }[id] ?? ':'
      return task(id, `${trouble}\n${writes(out, id)}`, { needs })
    }),
  )

/** REST calls of each run, in the order in which the runs ended. */
function callsPerRun(world: ActionWorld): number[] {
  const counts: number[] = []
  world.runner.onEnd = () => {
    counts.push(world.server.requests.filter(({ route }) => route !== 'git').length)
  }
  return counts
}

const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** As if the wait were over. */
const isOver = (checkpoint: Checkpoint): Checkpoint => ({
  ...checkpoint,
  waiting: checkpoint.waiting && { ...checkpoint.waiting, until: new Date(Date.now() - 1_000).toISOString() },
})

const firstLine = ({ summary }: Pick<Ran, 'summary'>): string => summary.split('\n')[0] ?? ''

test('twelve tasks: a token that expires, a cancel and a usage limit on the way', async () => {
  await using world = await ActionWorld.open(twelve)
  await using caches = await CacheServer.start()
  const { server, runner } = world
  execFileSync('mkfifo', [world.outside('pipe')])
  server.others.add(SHORT_LIVED)
  // By this name GitHub's cache client takes it for GitHub: see the head of cache-server.ts.
  const named = server.url.replace('127.0.0.1', 'github.localhost')
  const env = { ...caches.environment('v2'), GITHUB_SERVER_URL: named }
  const job = { inputs: { 'github-token': SHORT_LIVED }, env }
  const counts = callsPerRun(world)

  // Three tasks, then the token expires in the middle of the fourth attempt, which a person cancels.
  runner.carryOn(job)
  await runner.job(await world.press(), job)
  expect(await readFile(world.outside('pipe'), 'utf8')).toMatch(/^\d+\n$/)
  server.others.delete(SHORT_LIVED)
  const cancelled = runner.children.find(({ spawnargs }) => spawnargs.at(-1)?.endsWith('action.js'))
  cancelled?.kill('SIGINT')
  await runner.idle()
  const interrupted = runner.ran.at(-1)
  expect(interrupted?.outputs).toMatchObject({ task: 'd', verdict: 'interrupted', status: 'paused' })
  expect(interrupted?.log).toContain('A person cancelled the run: the loop is paused.')
  expect(world.checkpoint()).toMatchObject({ status: 'paused', reason: 'A person cancelled the run.' })

  // The person goes on, and the eighth attempt reaches a usage limit.
  await runner.job(await world.press({ resume: 'true' }), job)
  await runner.idle()
  expect(runner.ran.at(-1)?.outputs).toMatchObject({ task: 'h', verdict: 'rate_limited', status: 'waiting' })
  expect(runner.ran.at(-1)?.code).toBe(0)

  // Too early a tick changes nothing; the first one after the reset wakes the loop.
  const early = await runner.job(world.tick(), job)
  expect(firstLine(early)).toMatch(/^Nothing changed: .*waiting until/)
  await world.edit(isOver)
  const woken = await runner.job(world.tick(), job)
  expect(firstLine(woken)).toMatch(/^Restarted: Asked for lane 1\./)
  await runner.idle()

  expect(world.checkpoint()).toMatchObject({
    status: 'done',
    remaining_tasks: [],
    ledger: { iterations: 14, attempts: 14 },
  })
  const trailers = '--format=%(trailers:key=Cms-Task,valueonly,separator=)'
  expect(server.git('log', '--reverse', trailers, `main..${WORK}`).split('\n')).toEqual(IDS)
  expect(world.lines('ran')).toEqual(IDS)
  expect(runner.ran.filter(({ code }) => code !== 0)).toEqual([])

  // Each run that changed the state has kept a spare of it.
  const keys = caches.entries.map(({ key }) => key)
  const newest = `cms/main/${String(world.checkpoint().seq).padStart(12, '0')}/${server.git('rev-parse', STATE)}`
  expect(keys).toContain(newest)
  expect(keys.length).toBeGreaterThanOrEqual(14)

  const shown = runner.ran.flatMap(({ log, summary, post }) => [log, summary, post?.log ?? ''])
  const withoutMask = shown.map((text) => text.replaceAll(`::add-mask::${SHORT_LIVED}\n`, ''))
  expect(withoutMask.filter((text) => text.includes(SHORT_LIVED.slice(-40)))).toEqual([])

  const calls = counts.map((count, n) => count - (counts[n - 1] ?? 0))
  expect(medianOf(calls)).toBeLessThanOrEqual(2)
  expect(Math.max(...calls)).toBeLessThanOrEqual(4)
})
