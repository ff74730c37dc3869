/** What is true of every loop that has come to its end, whatever happened on the way. */
import { expect } from '@jest/globals'
import { z } from 'zod'
import { Checkpoint } from '../../src/core/checkpoint.ts'

const Told = z.looseObject({ type: z.string(), task: z.string().optional(), verdict: z.string().optional() })

export interface Finished {
  readonly loop?: string
  readonly base?: string
  readonly tasks: readonly string[]
  /** How often an agent is known to have begun. */
  readonly begun?: number
}

/**
 * The loop is done; every task landed once; code and checkpoint agree; everything that began is in the ledger;
 * nothing is damaged.
 */
export function expectFinished(
  git: (...args: string[]) => string,
  { loop = 'main', base = 'main', tasks, begun = 0 }: Finished,
): Checkpoint {
  const [state, work] = [`refs/heads/cms/${loop}/state`, `refs/heads/cms/${loop}/work`]
  const checkpoint = Checkpoint.parse(JSON.parse(git('show', `${state}:checkpoint.json`)))
  const { status, reason, remaining_tasks, ledger } = checkpoint
  expect({ status, reason, remaining_tasks }).toMatchObject({ status: 'done', remaining_tasks: [] })
  expect(checkpoint.completed_tasks.map(({ id }) => id).toSorted()).toEqual(tasks.toSorted())

  expect(checkpoint.work.head).toBe(git('rev-parse', work))
  const trailer = '--format=%(trailers:key=Cms-Task,valueonly,separator=)'
  const landed = git('log', '--first-parent', trailer, `${base}..${work}`).split('\n')
  expect(landed.toSorted()).toEqual(tasks.toSorted())
  for (const { commit } of checkpoint.completed_tasks)
    if (commit !== null) git('merge-base', '--is-ancestor', commit, work)

  const events = eventsOf(git, state)
  const count = (...types: string[]) => events.filter(({ type }) => types.includes(type)).length
  expect(ledger.attempts).toBe(count('task_leased'))
  expect(count('attempt_ended', 'lease_lost')).toBe(count('task_leased'))
  expect(ledger.attempts).toBeGreaterThanOrEqual(begun)
  const done = events.filter(({ type, verdict }) => type === 'attempt_ended' && verdict === 'done')
  expect(done.map(({ task }) => task ?? '').toSorted()).toEqual(tasks.toSorted())
  expect(git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
  return checkpoint
}

/** All events on a state branch, oldest first. */
export const eventsOf = (git: (...args: string[]) => string, state: string): z.infer<typeof Told>[] =>
  git('log', '--first-parent', '--reverse', '--format=%B', state)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Told.parse(JSON.parse(line)))
