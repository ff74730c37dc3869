/** What a person sees of a run: the log, the summary, the annotations, and what is kept of the output. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, jest, test } from '@jest/globals'
import type { Ran } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

/** Annotations of a kind, as the runner would make them. */
const annotations = ({ log }: Ran, kind: 'error' | 'warning'): string[] =>
  log.split(/\r\n|\r|\n/).filter((line) => new RegExp(`^::${kind}( [^:]*)?::`).test(line))

const lastLineOf = ({ log }: Ran): string => log.trimEnd().split('\n').at(-1) ?? ''

/** Fails its verification on the first attempt, and says why in words that a runner would obey. */
const SECOND =
  'if test -e out/a.txt; then echo second > out/a.txt; else mkdir -p out; echo first > out/a.txt; fi'
const CHECK = 'grep second out/a.txt || { echo "::error::no"; echo "src/a.ts(3,4): error TS1: no"; exit 1; }'

test('an attempt that fails is no annotation; done runs are green and say what comes next', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([
      task('a', `echo "from the agent"; ${SECOND}`, { verify: [CHECK] }),
      task('b', writes(out, 'b'), { needs: ['a'] }),
    ]),
  )
  const { runner } = world
  runner.carryOn()
  await runner.job(await world.press())
  await runner.idle()

  const { ran } = runner
  expect(ran.map(({ code, outputs }) => [code, outputs['verdict']])).toEqual([
    [0, ''],
    [0, 'verify_failed'],
    [0, 'done'],
    [0, 'done'],
  ])
  expect(ran.flatMap((one) => [...annotations(one, 'error'), ...annotations(one, 'warning')])).toEqual([])
  const [, failed, retried, last] = ran
  if (failed === undefined || retried === undefined || last === undefined) throw new Error('too few runs')

  expect(failed.log).toMatch(/^::group::a · execute\n│ from the agent\n::endgroup::\n/m)
  expect(failed.log).toMatch(/^│ : :error::no\n│ src\/a\.ts\(3,4\) · error TS1: no\n/m)
  expect(failed.log).toMatch(/^a: verify_failed, \$\d\.\d\d, \d+s\. `grep /m)
  const [changed = ''] = failed.summary.split('\n')
  expect(lastLineOf(failed)).toBe(
    `${changed.replace('): error', ') · error')} Next run: ${retried.run.html_url}`,
  )
  expect(failed.summary).toMatch(
    /^i1 a: verify_failed\.[^]*## Loop `main`: running[^]*\*\*Next run:\*\* http[^]*Cost \*\*\$[^]*### This run[^]*```text\n::error::no\n[^]*```mermaid\nflowchart LR\n {2}t1\["○ a<br\/>Write a"\][^]*\| ○ \| a \| open \| 1 \|/,
  )
  expect(lastLineOf(last)).toMatch(
    /^i3 b: done\. 2 of 2 tasks done, .* Next: git fetch origin cms\/main\/work/,
  )
  expect(last.summary).toMatch(/class t1,t2 done\n```/)

  const logs = failed.outputs['log-path'] ?? ''
  expect([readdirSync(logs), failed.log.includes(logs), failed.summary.includes(logs)]).toEqual([
    ['main-i1-a.log'],
    true,
    true,
  ])
  expect(readFileSync(`${logs}/main-i1-a.log`, 'utf8')).toBe(
    `=== command, attempt 1 of a\nfrom the agent\n=== $ ${CHECK}\n::error::no\nsrc/a.ts(3,4): error TS1: no\n`,
  )
  expect(ran[0]?.outputs['log-path']).toBe('')
})

test('the run that stops the loop has one error, with the reason and the next command', async () => {
  await using world = await ActionWorld.open(() =>
    loopFile([task('a', 'echo "::error::mine" >&2; exit 3')], { policy: { attempts: 1 } }),
  )
  const job = { inputs: { continue: 'here' }, env: { RUNNER_DEBUG: '1' } }
  const red = await world.runner.job(await world.press(), job)
  expect([red.code, red.outputs['status']]).toEqual([1, 'needs_human'])
  expect(annotations(red, 'error')).toEqual([
    expect.stringMatching(/^::error::needs human: Task "a" is parked: .* Next: cms retry a$/),
  ])
  expect(red.summary).toMatch(
    /## Loop `main`: needs human[^]*\*\*Next:\*\* `cms retry a`[^]*\| ✗ \| a \| parked \|/,
  )
  expect(lastLineOf(red)).toMatch(/^1 iteration: .* Next: cms retry a$/)
  // Asked for, everything that was printed is in the log, and still says nothing to the runner.
  expect(red.log).toMatch(/^::debug::=== command, attempt 1 of a\n::debug::: :error::mine\n/m)

  const green = await world.runner.job(world.tick())
  expect([green.code, annotations(green, 'error'), annotations(green, 'warning')]).toEqual([
    0,
    [],
    [expect.stringMatching(/Next: cms retry a$/)],
  ])
})

test('a loop file with mistakes is one error, at the first of them', async () => {
  await using world = await ActionWorld.open(
    () => 'goal: x\ntasks:\n  - id: A\n    nmae: x\nagnet: command\n',
  )
  const ran = await world.runner.job(await world.press(), { env: { GITHUB_OUTPUT: '/nowhere/output' } })
  // Each of the others has a mark of its own.
  expect([ran.code, annotations(ran, 'warning')]).toEqual([
    1,
    [3, 4, 5].map((line) => expect.stringMatching(`^::warning file=.cms/loop.yml,line=${line},`)),
  ])
  expect(annotations(ran, 'error')).toEqual([
    expect.stringMatching(
      /^::error file=\.cms\/loop\.yml,line=3,col=\d+::\.cms\/loop\.yml has 4 mistakes:.*fix: .*\[bad-loop-file\]/,
    ),
  ])
  expect(ran.summary).toMatch(
    /^Failed: \.cms\/loop\.yml has 4 mistakes:\n\n[^]*nmae[^]*agnet[^]*\*\*Fix:\*\*/,
  )
  expect(lastLineOf(ran)).toMatch(/^Failed: .*Fix: /)
})

test('outputs that cannot be set change nothing of what was done', async () => {
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  const job = { inputs: { continue: 'here' }, env: { GITHUB_OUTPUT: '/nowhere/output' } }
  const ran = await world.runner.job(await world.press(), job)
  expect([ran.code, annotations(ran, 'error')]).toEqual([0, []])
  expect(ran.log).toMatch(/^The outputs cannot be set: .*\/nowhere\/output/m)
  expect(world.checkpoint().status).toBe('done')
})

test('a failure that nobody waits for is told as any other', async () => {
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  // Thrown out of nowhere, once the action has begun to listen for signals.
  const bomb = `process.on('newListener',(name)=>{if(name==='SIGHUP')queueMicrotask(()=>{throw(Error('boom'))})})`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bomb)}` }
  const ran = await world.runner.job(await world.press(), { env })
  expect([ran.code, annotations(ran, 'error')]).toEqual([
    1,
    [expect.stringMatching(/^::error::This is a bug in cms-iterate, please report it: Error: boom/)],
  ])
  expect(ran.summary).toMatch(/^Failed: This is a bug in cms-iterate, please report it: boom$/m)
})
