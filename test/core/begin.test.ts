/** What a lane does when its run begins. */
import { expect, test } from '@jest/globals'
import { beginLane } from '../../src/core/begin.ts'
import type { Lane } from '../../src/core/lane.ts'
import { checkpoint, dispatched, leased, NOW, RUN, running, task } from '../support/build.ts'

const asked = { lane: '3', nonce: 'n1' }

// biome-ignore format: one row, one case
test.each<[what: string, parallel: number, others: Record<string, Lane>, begins: boolean]>([
  ['as many at work as it now allows',  1, { '1': running() },                         false],
  ['more at work than it now allows',   1, { '1': running(), '2': running() },         false],
  ['fewer at work than it allows',      2, { '1': running() },                         true],
  ['others that were only asked for',   1, { '1': dispatched(), '2': dispatched() },   true],
  ['nobody else',                       1, {},                                         true],
])('the loop file allows fewer lanes since one was asked for, with %s', (_, parallel, others, begins) => {
  const at = checkpoint({
    settings: { parallel },
    tasks: [
      ...Object.entries(others).flatMap(([lane, { state }]) =>
        state.at === 'running' ? [leased(`of-${lane}`, { lane })] : [],
      ),
      task('ready'),
    ],
    lanes: { ...others, '3': dispatched() },
  })
  const { lease, events } = beginLane(at, asked, { by: RUN, now: NOW, nonce: () => 'nnnnnnnnnnnn' })
  expect(lease?.task).toBe(begins ? 'ready' : undefined)
  expect(events.at(-1)?.type === 'lane_ended').toBe(!begins)
})
