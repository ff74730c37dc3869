/** What makes a run red: in a process of its own, because it is told by the process. */
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

const FILE = new URL('../../../src/adapters/github/annotations.ts', import.meta.url).href

const after = (code: string) => {
  const script = `import { fail } from ${JSON.stringify(FILE)}\n${code}`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  return { status, lines: stdout.trimEnd().split('\n') }
}

test('the cause is the one error, at its place; whatever else is said is in the log only', () => {
  const place = '{ file: ".cms/loop.yml", line: 3, column: 7 }'
  expect(after(`fail("the cause", ${place}); fail("what came of it", ${place}); fail("and more")`)).toEqual({
    status: 1,
    lines: ['::error file=.cms/loop.yml,line=3,col=7::the cause', 'what came of it', 'and more'],
  })
})

test('nothing in it commands the runner, and no more of it is shown than can be read', () => {
  const { status, lines } = after('fail("x".repeat(9_000)); fail("fine\\n::error::again")')
  expect(status).toBe(1)
  expect(lines.map((line) => line.length)).toEqual([4_000 + '::error::'.length, 4, ': :error::again'.length])
})
