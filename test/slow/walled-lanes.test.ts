/** What holds of many runs of the walled form at once, whatever the order of their jobs and whatever goes wrong. */
import { expect, test } from '@jest/globals'
import { mayStart } from '../../src/core/budget.ts'
import { readyTasks } from '../../src/core/ready.ts'
import { END_STATES } from '../../src/core/status.ts'
import { Life } from '../support/walled-life.ts'

const SEEDS = 30

/** Each seed by itself, named where it fails. */
const lives = (name: string, isDeadly: boolean, law: (life: Life) => Promise<void>) =>
  test(name, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const life = new Life(seed, isDeadly)
      await life
        .start()
        .then(() => law(life))
        .catch((cause: unknown) => {
          throw new Error(`seed ${seed}: ${String(cause)}`, { cause })
        })
    }
  })

/** Whatever may land, and whoever pays for it. */
const leftOver = (life: Life) =>
  readyTasks(life.checkpoint, life.now).filter(
    ({ candidate }) =>
      candidate !== undefined && mayStart(life.checkpoint, life.now, { landing: true }).is === 'free',
  )

lives('where nobody dies, nothing stands still, and few runs are for nothing', false, async (life) => {
  await life.goesOn(5_000)
  const { status, ledger } = life.checkpoint
  expect([...END_STATES, 'waiting']).toContain(status)
  if (status !== 'waiting') expect(leftOver(life)).toEqual([])
  const events = life.world.events()
  const ended = events.filter(({ type }) => type === 'attempt_ended')
  const setbacks = ended.filter(({ verdict }) => verdict !== 'done' && verdict !== 'landing').length
  expect(ledger.iterations).toBeLessThanOrEqual(2 * ledger.attempts + setbacks + 2 * life.pushes + 4)
  // What is asked for while others work may be spent, or have to wait, before it begins.
  const mayBeLate = life.isCapped || events.some(({ type }) => type === 'wait_started')
  if (!mayBeLate) expect(events.filter(({ verdict }) => verdict === 'nothing_to_start')).toEqual([])
})

lives('after everything that may go wrong, days without trouble lead to an end', true, async (life) => {
  await life.goesOn(80)
  await life.heals()
  expect(END_STATES).toContain(life.checkpoint.status)
  expect(leftOver(life)).toEqual([])
})
