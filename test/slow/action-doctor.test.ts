/** The bundled action looks around in the first run of a loop: before anything is spent, and never again. */
import { expect, jest, test } from '@jest/globals'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { ActionWorld, loopFile, STATE, task, writes } from '../support/action-world.ts'

jest.setTimeout(120_000)

const WORKFLOW = '.github/workflows/cms.yml'
const TEXT = workflowText('command')

const open = async (text: string): Promise<ActionWorld> => {
  const world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  await world.commit({ [WORKFLOW]: text })
  return world
}

test('a token that may not save: red with the fix, and nothing was begun', async () => {
  await using world = await open(TEXT.replace('{ contents: write', '{ contents: read'))
  const ran = await world.runner.job(await world.press())
  expect(ran.code).toBe(1)
  expect(ran.log.match(/^::error .*$/gm)).toEqual([
    expect.stringMatching(/^::error file=\.github\/workflows\/cms\.yml,.*contents: write.*\[not-ready\]/),
  ])
  expect(world.server.git('for-each-ref', STATE)).toBe('')
  expect(world.server.requests.filter(({ route }) => route !== 'git' && route !== 'dispatch')).toEqual([])
})

test('what is worth a look is a group of the first log, and of no other', async () => {
  await using world = await open(TEXT.replace(/ +schedule:.*\n/, ''))
  const { runner } = world
  runner.carryOn()
  await runner.job(await world.press(), { credentials: 'header' })
  await runner.idle()
  expect(runner.ran.map(({ code }) => code)).toEqual([0, 0])
  const [first, ...others] = runner.ran.map(({ log }) => log)
  expect(first).toMatch(
    /^::group::Before the first iteration: 2 worth a look\n[^]*warning checkout: [^]*warning schedule: [^]*?::endgroup::$/m,
  )
  expect(first).not.toMatch(/^::(warning|error)/m)
  expect(others.filter((log) => log.includes('Before the first iteration'))).toEqual([])
  expect(world.checkpoint().status).toBe('done')
})
