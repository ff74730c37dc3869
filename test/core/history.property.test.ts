/** Laws of every life a loop can have. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import type { AttemptEnded } from '../../src/core/event.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { holds } from '../../src/core/settle.ts'
import { hasLanded, judgeFact } from '../../src/core/settling.ts'
import { findTask, leases } from '../../src/core/tasks.ts'
import { NOW } from '../support/build.ts'
import { type Commit, goOn, live, lives, STARTED } from '../support/history.ts'

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
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual({ is: 'valid', checkpoint })
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

law('every task after its needs: none begins, and none is verified, before they are done', (commits) => {
  for (const { before, commit } of pairs(commits)) {
    const done = new Set(doneIds(before))
    for (const event of commit.events) {
      const matters =
        event.type === 'task_leased' || (event.type === 'attempt_ended' && event.verdict === 'done')
      if (!matters) continue
      const needs = findTask(before, event.task)?.needs ?? []
      expect(needs.filter((need) => !done.has(need))).toEqual([])
    }
  }
})

law('proposed tasks come in within bounds, and a split one waits for its parts', (commits) => {
  for (const { before, commit } of pairs(commits)) {
    for (const event of commit.events) {
      if (event.type !== 'tasks_proposed') continue
      if (event.tasks.length > 0) expect(event.depth).toBeLessThanOrEqual(2)
      expect(event.tasks.length).toBeLessThanOrEqual(20)
      for (const { id } of event.tasks) expect(findTask(before, id)).toBeUndefined()
      if (event.split !== true) continue
      const { needs = [], split } = findTask(commit.checkpoint, event.by) ?? {}
      expect([needs, split]).toEqual([expect.arrayContaining(event.tasks.map(({ id }) => id)), true])
    }
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
  for (const spends of [ledger.by_task, ledger.by_agent, ledger.by_day]) {
    const sum = Object.values(spends).reduce(
      (all, { usd, attempts }) => ({ usd: all.usd + usd, attempts: all.attempts + attempts }),
      { usd: 0, attempts: 0 },
    )
    expect(sum.usd).toBeCloseTo(ledger.usd, 4)
    expect(sum.attempts).toBe(ledger.attempts)
  }
})

law('every attempt counts once: at what it used if that was ever told, else at its reserve', (commits) => {
  const paid = new Map<string, number>()
  const estimated = new Set<string>()
  let unseen = 0
  for (const { before, commit } of pairs(commits)) {
    const reserves = new Map(leases(before).map((one) => [nameOf(one.lease), one.lease.reserved_usd]))
    for (const event of commit.events) {
      if (event.type === 'work_recovered') {
        unseen += commit.checkpoint.ledger.iterations - before.ledger.iterations
        for (const { task, lease } of leases(before))
          if (event.tasks.some((found) => found.task === task.id)) lose(nameOf(lease), lease.reserved_usd)
      }
      if (event.type === 'lease_lost') lose(nameOf(event), reserves.get(nameOf(event)) ?? 0)
      if (event.type === 'attempt_ended')
        paid.set(nameOf(event), event.usage.usd ?? reserves.get(nameOf(event)) ?? 0)
      if (event.type === 'usage_reported' && estimated.delete(nameOf(event)))
        paid.set(nameOf(event), event.usage.usd ?? paid.get(nameOf(event)) ?? 0)
    }
  }
  const all = [...paid.values()].reduce((sum, usd) => sum + usd, unseen)
  expect(commits.at(-1)?.checkpoint.ledger.usd).toBeCloseTo(all, 4)

  function lose(name: string, usd: number): void {
    paid.set(name, usd)
    estimated.add(name)
  }
})

const nameOf = ({ run, fence }: { readonly run: string; readonly fence: number }) => `${run} ${fence}`

/** A life, and another that goes on from where the first was once: by a roll-back, or a new epoch. */
const branches = fc.tuple(lives, lives, fc.nat({ max: 999 }), fc.boolean())

test("what a run of a history that is gone says is taken for nobody's, and changes nothing", () => {
  const property = fc.property(branches, ([first, second, cut, rolledBack]) => {
    const { commits, world } = goOn({ at: start(STARTED), now: NOW, facts: [], serial: 1 }, first)
    const back = rolledBack ? commits.at(-1 - (cut % 20))?.checkpoint : undefined
    const at = back ?? start({ ...STARTED, epoch: 2 }, world.at)
    const gone = world.facts.filter((fact) => !holds(at, fact) && !isEstimate(at, fact))
    const onward = goOn({ at, now: world.now, facts: [], serial: 1_000 }, second).commits
    for (const { checkpoint } of onward) {
      for (const fact of gone.filter((one) => !hasLanded(checkpoint, one))) {
        const event = judgeFact(checkpoint, fact)
        expect(event.type).toBe('usage_reported')
        expect(reduce(checkpoint, event)).toBe(checkpoint)
      }
    }
  })
  fc.assert(property, { numRuns: 30 })
})

const isEstimate = ({ ledger }: Checkpoint, fact: AttemptEnded) =>
  ledger.estimates.some((one) => nameOf(one) === nameOf(fact))

law('replaying the events of all commits rebuilds the checkpoint', (commits) => {
  const events = commits.flatMap((commit) => commit.events).slice(1)
  const { seq, updated_at, ...last } = commits.at(-1)?.checkpoint ?? start(STARTED)
  expect({ ...events.reduce(reduce, start(STARTED)), seq, updated_at }).toEqual({ ...last, seq, updated_at })
})

test('these lives get somewhere: tasks are done, parked, lost, waited for and given up', () => {
  const seen = new Set<string>()
  for (const moves of fc.sample(lives, { numRuns: 120, seed: 3 })) {
    for (const { events, checkpoint } of live(moves)) {
      for (const event of events) seen.add(event.type)
      for (const { state, split } of checkpoint.remaining_tasks) {
        seen.add(state.at)
        if (split === true) seen.add(state.at === 'leased' ? 'verified in parts' : 'split')
      }
      seen.add(checkpoint.status)
    }
  }
  const wanted = [
    'attempt_ended',
    'usage_reported',
    'lease_lost',
    'landing_taken',
    'work_recovered',
    'work_adopted',
    'wait_started',
    'dispatch_refused',
    'task_retried',
    'task_accepted',
    'config_applied',
    'tasks_proposed',
    'split',
    'verified in parts',
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
