/** What the lanes of one process do one after another. */
import { expect, test } from '@jest/globals'
import { Line } from '../../src/app/line.ts'
import { gate } from '../support/gate.ts'

test('each comes when the one before has ended, in the order in which they asked', async () => {
  const line = new Line()
  const goesOn = gate()
  const order: string[] = []
  const first = line.turn(async () => {
    await goesOn.opened
    order.push('first')
  })
  const second = line.turn(async () => order.push('second'))
  goesOn.open()
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
})

test('one that fails is told of it, and those behind it come all the same', async () => {
  const line = new Line()
  const failing = line.turn(() => Promise.reject(new Error('a bug')))
  const next = line.turn(async () => 'came')
  await expect(failing).rejects.toThrow('a bug')
  expect(await next).toBe('came')
})
