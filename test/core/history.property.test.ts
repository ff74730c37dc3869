/** Laws of every life a loop can have. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { parseCheckpoint, printCheckpoint } from '../../src/core/migrate.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { type Commit, live, lives, STARTED } from '../support/history.ts'

/** Holds for thirty lives of up to a hundred and twenty moves. */
function law(name: string, holds: (commits: readonly Commit[]) => void): void {
  test(name, () => {
    fc.assert(
      fc.property(lives, (moves) => holds(live(moves))),
      { numRuns: 30 },
    )
  })
}

const pairs = (commits: readonly Commit[]) =>
  commits.slice(1).map((commit, n) => ({
    before: commits[n]?.checkpoint ?? commit.checkpoint,
    after: commit.checkpoint,
    commit,
  }))

const doneIds = ({ completed_tasks }: Checkpoint) => completed_tasks.map(({ id }) => id)

law('every checkpoint is valid, and survives being printed and read', (commits) => {
  for (const [n, { checkpoint }] of commits.entries()) {
    expect(check(checkpoint)).toEqual([])
    // Reading is slow; what breaks it once stays broken.
    if (n % 8 > 0 && n < commits.length - 1) continue
    expect(parseCheckpoint(printCheckpoint(checkpoint))).toEqual({ is: 'valid', checkpoint })
  }
})

law('seq counts the commits', (commits) => {
  expect(commits.map(({ checkpoint }) => checkpoint.seq)).toEqual(commits.map((_, n) => n + 1))
})

law('done is for ever, and stays as it was', (commits) => {
  for (const { before, after } of pairs(commits))
    expect(after.completed_tasks.slice(0, before.completed_tasks.length)).toEqual(before.completed_tasks)
})

law('G2: no task is done twice, and none is leased once it is done', (commits) => {
  for (const { before, commit } of pairs(commits)) {
    const done = doneIds(before)
    expect(new Set(doneIds(commit.checkpoint)).size).toBe(commit.checkpoint.completed_tasks.length)
    const again = commit.events.filter((event) => event.type === 'task_leased' && done.includes(event.task))
    expect(again).toEqual([])
  }
})

law('fences only grow: each lease has one that nobody had before', (commits) => {
  const given = new Map<number, string>()
  for (const { before, after } of pairs(commits)) {
    expect(after.fence).toBeGreaterThanOrEqual(before.fence)
    for (const { id, state } of after.remaining_tasks) {
      if (state.at !== 'leased') continue
      const holder = `${id} ${state.lease.iteration}`
      expect(given.get(state.lease.fence) ?? holder).toBe(holder)
      given.set(state.lease.fence, holder)
    }
  }
})

law('iterations, attempts and numbers of attempts never shrink', (commits) => {
  for (const { before, after } of pairs(commits)) {
    expect(after.ledger.iterations).toBeGreaterThanOrEqual(before.ledger.iterations)
    expect(after.ledger.attempts).toBeGreaterThanOrEqual(before.ledger.attempts)
    for (const { id, attempts_made } of after.remaining_tasks)
      expect(attempts_made).toBeGreaterThanOrEqual(
        before.remaining_tasks.find((task) => task.id === id)?.attempts_made ?? 0,
      )
  }
})

law('the ledger adds up: the parts are the whole', (commits) => {
  const { ledger } = commits.at(-1)?.checkpoint ?? start(STARTED)
  for (const spends of [ledger.by_task, ledger.by_agent]) {
    const sum = Object.values(spends).reduce(
      (all, { usd, attempts }) => ({ usd: all.usd + usd, attempts: all.attempts + attempts }),
      { usd: 0, attempts: 0 },
    )
    expect(sum.usd).toBeCloseTo(ledger.usd, 4)
    expect(sum.attempts).toBe(ledger.attempts)
  }
})

law('replaying the events of all commits rebuilds the checkpoint', (commits) => {
  const events = commits.flatMap((commit) => commit.events).slice(1)
  const { seq, updated_at, ...last } = commits.at(-1)?.checkpoint ?? start(STARTED)
  expect({ ...events.reduce(reduce, start(STARTED)), seq, updated_at }).toEqual({ ...last, seq, updated_at })
})

test('these lives get somewhere: tasks are done, parked, lost, waited for and given up', () => {
  const seen = new Set<string>()
  for (const moves of fc.sample(lives, { numRuns: 100, seed: 7 })) {
    for (const { events, checkpoint } of live(moves)) {
      for (const event of events) seen.add(event.type)
      for (const { state } of checkpoint.remaining_tasks) seen.add(state.at)
      seen.add(checkpoint.status)
    }
  }
  const wanted = [
    'attempt_ended',
    'usage_reported',
    'lease_lost',
    'work_recovered',
    'work_adopted',
    'wait_started',
    'dispatch_refused',
    'task_retried',
    'task_accepted',
    'config_applied',
    'parked',
    'leased',
    'done',
    'paused',
    'waiting',
    'needs_human',
    'budget_exhausted',
  ]
  expect(wanted.filter((one) => !seen.has(one))).toEqual([])
})
