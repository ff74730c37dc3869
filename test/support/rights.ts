/**
 * One attempt whose agent takes rights away, in a process that has no others: root could read all.
 *
 * `rights.ts <shell command>` prints what was taken, and what the next attempt finds.
 */
import { execFileSync } from 'node:child_process'
import type { LoopError } from '../../src/core/error.ts'
import { Folders, Repo, workspacesOf } from './workspace-repo.ts'

const [command = 'true'] = process.argv.slice(2)
const folders = new Folders()
try {
  const repo = folders.repo({ 'a.txt': 'a\n', 'src/.gitignore': 'old\n', 'src/b.txt': 'b\n' })
  const base = repo.head()
  const { workspaces } = await workspacesOf({ repo, directory: folders.make() })
  const workspace = await workspaces.open('1', 'work', base)
  execFileSync('sh', ['-c', command], { cwd: workspace.path })
  const taken = await workspaces.freeze(workspace, base).then(
    ({ changes }) => changes.map(({ path, status }) => `${status} ${path}`),
    ({ code, message }: LoopError) => code ?? message,
  )
  await workspaces.open('1', 'work', base)
  const left = new Repo(workspace.path).git('status', '--porcelain', '--ignored')
  process.stdout.write(JSON.stringify({ taken, left }))
} finally {
  await folders.clear()
}
