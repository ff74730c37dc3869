/** An agent takes away rights; so does nobody from root, who therefore becomes somebody else here. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const ATTEMPT = join(import.meta.dirname, '../../support/rights.ts')
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

type Case = readonly [name: string, agent: string, taken: readonly string[]]

test.each<Case>([
  ['nothing', 'echo c >a.txt', ['modified a.txt']],
  ['to write to a folder', 'echo c >src/c; chmod a-w src', ['added src/c']],
  [
    'to write to a folder whose rules it changed',
    'echo new >src/.gitignore; echo 1 >src/new; chmod a-w src',
    ['modified src/.gitignore', 'added src/new'],
  ],
  [
    'to write to the rules it changed',
    'echo new >src/.gitignore; chmod 0 src/.gitignore',
    ['modified src/.gitignore'],
  ],
  ['to read a file', 'echo c >a.txt; echo c >src/c; chmod 0 src/c', ['modified a.txt']],
  ['to read a folder', 'echo c >a.txt; echo c >src/c; chmod 0 src', ['modified a.txt']],
  ['to list a folder', 'echo c >a.txt; echo c >src/c; chmod a-r src', ['modified a.txt']],
  ['to look into a folder', 'echo c >a.txt; echo c >src/b.txt; chmod a-x src', ['modified a.txt']],
  ['to look into a new folder', 'mkdir new; echo c >new/c; chmod 0 new', []],
  ['to write to the root', 'echo c >c; chmod a-w .', ['added c']],
  ['to read the root', 'echo c >a.txt; chmod 0 .', ['modified a.txt']],
  ['to write to a folder of `.git`', 'echo c >c; chmod a-w .git/objects .git', ['added c']],
  ['to read `.git`', 'echo c >c; chmod 0 .git', ['added c']],
])('the right is taken away: %s', (_, agent, taken) => {
  const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ATTEMPT, agent], {
    ...nobody,
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  })
  expect(ran.stderr).toBe('')
  expect(JSON.parse(ran.stdout)).toEqual({ taken, left: '' })
})
