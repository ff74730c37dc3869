/** Real processes that are started while another one is at work on the same loop. */
import { afterAll, expect, jest, test } from '@jest/globals'
import { CLI, removeHome, repository } from '../support/cli.ts'

jest.setTimeout(120_000)
afterAll(removeHome)

test.each([
  ['a second run', 'run --local', 2],
  ['an iteration that nobody asked for', 'iterate --local --lane 1 --nonce wrong', 0],
  ['a tick', 'tick --local', 0],
])('%s leaves the workspace and the desk of the first alone', async (_, command, code) => {
  const repo = await repository()
  const cms = `env CMS_HOME=${repo.path}.home ${process.execPath} ${CLI} ${command}`
  const there = 'test -f README.md; test -d "$CMS_OUTBOX"; test -f "$CMS_CONTEXT"'
  await repo.loop(
    'agent: command',
    'tasks:',
    '  - id: a',
    '    run: |',
    `      (cd ${repo.path}; ${cms}) > ../said 2>&1 || code=$?`,
    `      ${there}; echo "\${code:-0}" > a.txt`,
  )
  const ran = await repo.cms(['run'])
  expect([ran.code, ran.err]).toEqual([0, expect.anything()])
  expect(repo.show('cms/main/work', 'a.txt')).toBe(String(code))
})
