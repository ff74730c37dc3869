/** What an agent leaves in thousands of files is taken whole. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Folders, workspacesOf } from '../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

test('5,000 new files', async () => {
  const repo = folders.repo({ 'a.txt': 'a\n' })
  const base = repo.git('rev-parse', 'HEAD')
  const { workspaces } = await workspacesOf({ repo, directory: folders.make() })
  const workspace = await workspaces.open('1', 'work', base)
  for (let n = 0; n < 50; n++) {
    mkdirSync(join(workspace.path, `d${n}`))
    for (let m = 0; m < 100; m++) writeFileSync(join(workspace.path, `d${n}/f${m}`), `${n} ${m}`)
  }
  expect((await workspaces.freeze(workspace, base)).changes).toHaveLength(5_000)
}, 60_000)
