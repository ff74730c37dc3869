/** A loop that lanes cannot help. Its opposite takes too long for here: `test/slow/scheduling.test.ts`. */
import { expect, test } from '@jest/globals'
import { liveLanes } from '../../src/core/lanes.ts'
import { simulate } from '../support/scheduler.ts'

test('one long chain keeps one lane busy, whatever is allowed, and begins no run for nothing', () => {
  const tasks = Array.from({ length: 300 }, (_, n) => ({
    id: `t${n}`,
    needs: n === 0 ? [] : [`t${n - 1}`],
    minutes: 5,
    priority: 0,
  }))
  let most = 0
  const watch = ({ after }: { after: Parameters<typeof liveLanes>[0] }) => {
    most = Math.max(most, liveLanes(after).length)
  }
  const { checkpoint, makespan } = simulate({ tasks, lanes: 16, watch })
  expect([checkpoint.status, most, makespan]).toEqual(['done', 1, 1_500])
  expect([checkpoint.ledger.iterations, checkpoint.ledger.attempts]).toEqual([300, 300])
})
