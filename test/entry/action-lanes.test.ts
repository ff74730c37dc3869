/** What the inputs of a workflow make of the number of lanes. */
import { expect, test } from '@jest/globals'
import { parseInputs } from '../../src/adapters/github/inputs.ts'
import { checkLanes, laneNote, narrowedBy, requestsFor } from '../../src/entry/action-lanes.ts'

const inputs = (given: Readonly<Record<string, string>>) => parseInputs((name) => given[name] ?? '')

test.each([
  ['as the file says', {}, 'dispatch', undefined],
  ['as the workflow says', { parallel: '6' }, 'dispatch', 6],
  ['in one job there is one lane', { parallel: '6' }, 'here', 1],
  ['and in one iteration', {}, 'stop', 1],
] as const)('%s', (_, given, onward, lanes) => {
  expect(narrowedBy(inputs(given), onward).parallel).toBe(lanes)
})

test.each([
  [{ parallel: '41' }, 'dispatch', 'fine'],
  [{ parallel: '42' }, 'dispatch', 'refused'],
  [{ parallel: '28', job: 'begin' }, 'dispatch', 'refused'],
  [{ parallel: '900' }, 'here', 'fine'],
] as const)('%j, going on by %s: %s', (given, onward, is) => {
  const check = () => checkLanes(inputs(given), onward)
  if (is === 'fine') expect(check).not.toThrow()
  else
    expect(check).toThrow(
      expect.objectContaining({ code: 'bad-input', hint: expect.stringContaining('parallel:') }),
    )
})

test('the number in the file counts only where the workflow names none', () => {
  expect([
    requestsFor(inputs({}), 'dispatch'),
    requestsFor(inputs({ job: 'begin' }), 'dispatch'),
    requestsFor(inputs({ parallel: '4' }), 'dispatch'),
    requestsFor(inputs({}), 'here'),
  ]).toEqual([2, 3, undefined, undefined])
})

test.each([
  [6, 'here', true],
  [1, 'here', false],
  [6, 'dispatch', false],
  [6, 'stop', false],
] as const)('%i lanes in a loop that goes on by %s: told that they are one: %s', (lanes, onward, isTold) => {
  expect(laneNote(lanes, onward) !== undefined).toBe(isTold)
})
