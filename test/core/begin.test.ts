/** What a lane does when its run begins, and when it ends. */
import { expect, test } from '@jest/globals'
import { beginLane, endLane } from '../../src/core/begin.ts'
import type { Lane } from '../../src/core/lane.ts'
import { reduce } from '../../src/core/reduce.ts'
import { iso } from '../../src/core/time.ts'
import { checkpoint, dispatched, idle, leased, NOW, RUN, running, task } from '../support/build.ts'

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

// biome-ignore format: one row, one case
test.each<[what: string, over: Parameters<typeof checkpoint>[0]]>([
  ['is paused',            { hold: { status: 'paused', because: 'So.', next: '' } }],
  ['waits',                { waiting: { cause: 'unavailable', until: iso(NOW + 1), wakes: 1 } }],
  ['has spent its money',  { settings: { budget: { usd: 1 } }, ledger: { ...checkpoint().ledger, usd: 1 } }],
])('a lane that was asked for before the loop %s ends, and takes nothing', (_, over) => {
  const at = checkpoint({ tasks: [task('ready')], lanes: { '3': dispatched() }, ...over })
  const { lease, events } = beginLane(at, asked, { by: RUN, now: NOW, nonce: () => 'nnnnnnnnnnnn' })
  expect(lease).toBeUndefined()
  expect(events.map(({ type }) => type)).toEqual(['lane_begun', 'lane_ended'])
  expect(events.reduce(reduce, at).lanes['3']?.state.at).toBe('idle')
})

const end = { lane: '1', of: RUN, iteration: 1, verdict: 'done', goesOn: () => true }
const ready = (many: number) => Array.from({ length: many }, (_, n) => task(`t${n}`))

test('a lane that ends asks for itself, and last: what asks for the others must not wait for it', () => {
  const at = checkpoint({ tasks: ready(3), settings: { parallel: 3 }, lanes: { '1': running(), '3': idle } })
  let n = 0
  const { events, asked } = endLane(at, end, { by: RUN, now: NOW, nonce: () => `n${++n}` })
  expect(asked.map(({ lane }) => lane)).toEqual(['2', '3', '1'])
  expect(events[0]).toMatchObject({ type: 'lane_ended', lane: '1', asked })
  expect(events.reduce(reduce, at).lanes).toMatchObject({ '1': { state: { at: 'dispatched', nonce: 'n3' } } })
})

// biome-ignore format: one row, one case
test.each<[what: string, state: Lane]>([
  ['of the same run',    running({ iteration: 2 })],
  ['of another run',     running({ run: 'gh:101.1' })],
  ['that was asked for', dispatched()],
])('a settle that comes late does not end an iteration %s', (_, state) => {
  const at = checkpoint({ lanes: { '1': state } })
  expect(endLane(at, end, { by: RUN, now: NOW, nonce: () => 'n' }).events).toEqual([])
})
