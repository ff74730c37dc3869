/** docs/checkpoint.md explains the fields of the checkpoint, all of them and no others. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Attempt } from '../../src/core/attempt.ts'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { Lane } from '../../src/core/lane.ts'
import { Lesson } from '../../src/core/learning/lesson.ts'
import { Message } from '../../src/core/message.ts'
import { CompletedTask, Lease, Task } from '../../src/core/task.ts'
import { Ledger } from '../../src/core/usage.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/checkpoint.md'), 'utf8')

/** The fields named in the first column of the tables under a heading. */
function fieldsUnder(heading: string): string[] {
  const [, after = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [section = ''] = after.split(/^#/m)
  const firstCells = section.split('\n').flatMap((line) => /^\| (`[^|]*)\|/.exec(line)?.[1] ?? [])
  return firstCells.flatMap((cell) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, field = '']) => field))
}

test.each([
  ['Top level', Checkpoint],
  ['work', Checkpoint.shape.work],
  ['config', Checkpoint.shape.config],
  ['remaining_tasks', Task],
  ['lease', Lease],
  ['attempt', Attempt],
  ['completed_tasks', CompletedTask],
  ['lesson', Lesson],
  ['lanes', Lane],
  ['messages', Message],
  ['ledger', Ledger],
])('%s', (heading, { shape }) => {
  expect(fieldsUnder(heading).sort()).toEqual(Object.keys(shape).sort())
})
