/** Answers that are lost: never a second request without a look, never a third (trap 12: two chains). */
import { expect, test } from '@jest/globals'
import type { Fault } from '../support/github-wire.ts'
import { calls, REQUEST, relaySetting } from '../support/relay-setting.ts'

const LOST: readonly [what: string, fault: Fault][] = [
  ['cut', { how: 'cut' }],
  ['dropped', { how: 'drop' }],
  ['silence', { how: 'silence' }],
  ['500', { how: 'answer', status: 500 }],
  ['502', { how: 'answer', status: 502 }],
  ['504 with words', { how: 'answer', status: 504, message: 'We could not respond in time.' }],
  ['408', { how: 'answer', status: 408 }],
  ['429', { how: 'answer', status: 429, headers: { 'retry-after': '7' } }],
  ['a secondary limit', { how: 'answer', status: 403, message: 'You have exceeded a secondary rate limit.' }],
]
/** A client that gives up soon, where there is nothing to wait for. */
const impatient = ({ how }: Fault) => relaySetting({ timeout: how === 'silence' ? 500 : 10_000 })

test.each(LOST)('lost after it took effect (%s): found, not asked again', async (_what, fault) => {
  await using on = await impatient(fault)
  on.server.fail('dispatch', { ...fault, when: 'after' })
  expect(await on.relay.dispatch(REQUEST)).toEqual({ is: 'accepted', url: on.server.world.runs[0]?.html_url })
  expect(calls(on.server)).toBe('post look')
  expect(on.server.world.runs).toHaveLength(1)
})

test.each(LOST)('lost before it took effect (%s): looked for, then asked again', async (_what, fault) => {
  await using on = await impatient(fault)
  on.server.fail('dispatch', fault)
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'accepted' })
  expect(calls(on.server)).toBe('post look look look post')
  expect(on.server.world.runs).toHaveLength(1)
})

test.each(LOST)('lost twice (%s): unknown, and never a third time', async (_what, fault) => {
  await using on = await impatient(fault)
  on.server.fail('dispatch', fault, 9)
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'unknown' })
  expect(calls(on.server)).toBe('post look look look post look look look')
})

test.each(LOST)('lost, and looking fails as well (%s): unknown, not asked again', async (_what, fault) => {
  await using on = await impatient(fault)
  on.server.fail('dispatch', fault)
  on.server.fail('runs', fault, 9)
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'unknown' })
  expect(calls(on.server)).toBe('post look look look')
})

test('a run that is listed late is found by a later look', async () => {
  await using on = await relaySetting({
    edit: (world) => {
      world.listedAfter = 2
    },
  })
  on.server.fail('dispatch', { how: 'cut', when: 'after' })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'accepted' })
  expect(calls(on.server)).toBe('post look look look')
  expect(on.clock.slept).toEqual([1_000, 2_000, 3_000])
})

test('a second request that is refused is refused', async () => {
  await using on = await relaySetting()
  on.server.fail('dispatch', { how: 'cut' })
  on.server.fail('dispatch', {
    how: 'answer',
    status: 422,
    message: "Workflow does not have 'workflow_dispatch' trigger",
  })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'refused' })
  expect(calls(on.server)).toBe('post look look look post')
})

test('an old server whose second answer is lost is not asked a third time', async () => {
  await using on = await relaySetting({
    edit: (world) => {
      world.knowsDetails = false
    },
  })
  on.server.fail('dispatch', {
    how: 'answer',
    status: 400,
    message: '"return_run_details" is not a permitted key.',
  })
  on.server.fail('dispatch', { how: 'cut' })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'unknown' })
  expect(calls(on.server)).toBe('post post look look look')
})

test.each<[what: string, headers: Record<string, string>, first: number | undefined]>([
  ['as long as it is told', { 'retry-after': '42' }, 42_000],
  [
    'until the limit is lifted',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2026, 10, 23) / 1000 + 90) },
    90_000,
  ],
  ['a minute, untold', {}, 60_000],
  ['not at all when that takes too long', { 'retry-after': '3600' }, undefined],
])('a rate limit is waited for %s', async (_what, headers, first) => {
  await using on = await relaySetting()
  on.server.fail('dispatch', { how: 'answer', status: 403, message: 'API rate limit exceeded', headers })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: first === undefined ? 'unknown' : 'accepted' })
  expect(on.clock.slept[0]).toBe(first)
})

test('it never throws, not even when nobody answers at all', async () => {
  await using on = await relaySetting({ apiUrl: 'http://127.0.0.1:1', target: { ref: undefined } })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'unknown' })
  expect(await on.relay.stateOfRun('gh:1.1')).toEqual({ is: 'unknown' })
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'unknown' })
})
