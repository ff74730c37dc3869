/** Why a task was chosen, as the log and the terminal say it. */
import { expect, test } from '@jest/globals'
import { whyFirst } from '../../src/core/ready.ts'
import { checkpoint, task } from '../support/build.ts'

const ids = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`)

// biome-ignore format: one row, one case
test.each<[what: string, needs: readonly string[], said: string]>([
  ['none',          [],      'the only task ready'],
  ['a few',         ids(2),  'the only task ready, needs done: t0, t1'],
  ['as many as fit', ids(8), 'the only task ready, needs done: t0, t1, t2, t3, t4, t5, t6, t7'],
  ['too many',      ids(9),  'the only task ready, needs done: t0, t1, t2, t3, t4, t5, t6, …'],
])('needs that are done, %s: the reason does not pass over any', (_, needs, said) => {
  const last = task('last', { needs: [...needs] })
  expect(whyFirst(checkpoint({ tasks: [last], done: [...needs] }), last, [last])).toBe(said)
})
