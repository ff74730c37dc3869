/** A loop of thousands of tasks that need nothing. */
import { expect, test } from '@jest/globals'
import { simulate } from '../support/scheduler.ts'

test('2,000 tasks that need nothing are shared by all lanes, each begun once', () => {
  const tasks = Array.from({ length: 2_000 }, (_, n) => ({ id: `t${n}`, needs: [], minutes: 5, priority: 0 }))
  const { checkpoint, makespan } = simulate({ tasks, lanes: 16 })
  expect([checkpoint.status, makespan]).toEqual(['done', 625])
  expect([checkpoint.ledger.iterations, checkpoint.ledger.attempts]).toEqual([2_000, 2_000])
}, 240_000)
