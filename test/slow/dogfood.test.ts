/** The loop of our own workflow, carried on by the bundled action as on GitHub. */
import { readFileSync } from 'node:fs'
import { expect, jest, test } from '@jest/globals'
import { ActionWorld } from '../support/action-world.ts'

jest.setTimeout(120_000)

const loop = readFileSync(new URL('../../.github/dogfood.yml', import.meta.url), 'utf8')

test('our own loop gets done, and learns from its one failure', async () => {
  await using world = await ActionWorld.open(() => '')
  await world.commit({ '.github/dogfood.yml': loop })
  const job = { inputs: { file: '.github/dogfood.yml', 'job-minutes': '15' } }
  const { runner, server } = world
  runner.carryOn(job)
  await runner.job(await world.press(), job)
  await runner.idle()
  expect(runner.ran.filter(({ code }) => code !== 0)).toEqual([])
  expect(runner.ran.at(-1)?.outputs).toMatchObject({ status: 'done', 'tasks-done': '4' })
  const verdicts = runner.ran.map(({ outputs }) => outputs['verdict']).filter((verdict) => verdict !== '')
  expect(verdicts).toHaveLength(5)
  expect(verdicts.filter((verdict) => verdict !== 'done')).toEqual(['verify_failed'])
  expect(server.git('show', 'cms/dogfood/work:dogfood/answer.txt')).toBe('right')
})
