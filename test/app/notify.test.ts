import { expect, test } from '@jest/globals'
import { listening, notifyEnd } from '../../src/app/notify.ts'
import type { Status } from '../../src/core/checkpoint.ts'
import type { Notified } from '../../src/ports/notifier.ts'
import { checkpoint } from '../support/build.ts'
import { settingsOf, World } from '../support/world.ts'

const SET = { notify: 'CMS_WEBHOOK' }

async function notified(status: Status, moved: Status | undefined, settings: object, answer?: Notified) {
  const world = new World()
  if (answer !== undefined) world.notifier.answer = answer
  const reporter = listening(world.run().reporter)
  if (moved !== undefined) reporter.tell({ type: 'moved', to: moved })
  const ended = checkpoint({ status, settings, reason: 'Because.' })
  await notifyEnd({ ...world.run(), reporter }, settingsOf(undefined), ended, reporter.moved())
  const told = world.told.flatMap((report) => (report.type === 'warning' ? [report.text] : []))
  return { sent: world.notifier.sent, told }
}

// biome-ignore format: one row, one case
test.each<[status: Status, moved: Status | undefined, settings: object, times: number]>([
  ['done',             'done',             SET, 1],
  ['needs_human',      'needs_human',      SET, 1],
  ['paused',           'paused',           SET, 1],
  ['budget_exhausted', 'budget_exhausted', SET, 1],
  ['running',          'running',          SET, 0],
  ['waiting',          'waiting',          SET, 0],
  ['done',             undefined,          SET, 0],
  ['running',          'needs_human',      SET, 0],
  ['done',             'done',             {},  0],
])('%s, moved by this run to %s', async (status, moved, settings, times) => {
  const { sent, told } = await notified(status, moved, settings)
  expect(sent).toHaveLength(times)
  expect(sent.map(({ variable, note }) => [variable, note['status'], note['reason']])).toEqual(
    Array.from({ length: times }, () => ['CMS_WEBHOOK', status, 'Because.']),
  )
  expect(told).toEqual([])
})

test('nothing secret is sent: neither as the reason nor in the text', async () => {
  const world = new World()
  const redact = (text: string) => text.replaceAll('hunter2', '***')
  const ended = checkpoint({ status: 'done', settings: SET, reason: 'It said hunter2.' })
  await notifyEnd({ ...world.run(), redact }, settingsOf(undefined), ended, 'done')
  expect(world.notifier.sent.map(({ note }) => note)).toEqual([
    expect.objectContaining({ reason: 'It said ***.', text: expect.stringContaining('It said ***.') }),
  ])
  expect(JSON.stringify(world.notifier.sent)).not.toContain('hunter2')
})

test.each<[answer: Notified, says: RegExp]>([
  [{ is: 'unset' }, /variable CMS_WEBHOOK is not set.*`env:` of this step/],
  [{ is: 'failed', because: 'it answered with HTTP 404' }, /CMS_WEBHOOK: it answered with HTTP 404/],
])('%j is a warning and no more', async (answer, says) => {
  expect((await notified('done', 'done', SET, answer)).told).toEqual([expect.stringMatching(says)])
})
