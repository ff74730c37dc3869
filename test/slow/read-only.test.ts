/** Folders that may not be written: an error with a code, whoever meets it first. */
import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Folders, type Repo } from '../support/workspace-repo.ts'

const CLI = join(import.meta.dirname, '../../src/entry/cli.ts')
const LOOP = 'goal: g\nagent: command\ntasks:\n  - id: a\n    spec: s\n    run: echo 1 >made\n'
// Root may write everywhere.
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

const folders = new Folders()
afterAll(() => folders.clear())

function give(path: string): void {
  if (nobody === undefined) return
  for (const name of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })])
    chownSync(join(path, name), nobody.uid, nobody.gid)
}

function inRepo({ path }: Repo, file: string, ...args: readonly string[]) {
  const home = join(path, '..')
  const env = { PATH: process.env['PATH'], HOME: home, CMS_HOME: join(home, 'cms') }
  return spawnSync(file, args, { ...nobody, cwd: path, env, encoding: 'utf8' })
}

test.each([
  ['all of `.git`', 'chmod -R a-w .git'],
  ['its objects', 'chmod -R a-w .git/objects'],
  ['its branches', 'chmod a-w .git/refs/heads'],
  ['the folder for the lock', 'mkdir .git/cms; chmod a-w .git/cms'],
  ['the folder for workspaces', 'mkdir ../cms; chmod a-w ../cms'],
])('a run that may not write %s says so', (_, take) => {
  const repo = folders.repo({ 'a.txt': 'a\n', '.cms/loop.yml': LOOP })
  give(join(repo.path, '..'))
  expect(inRepo(repo, 'sh', '-c', take).stderr).toBe('')
  const ran = inRepo(repo, process.execPath, '--disable-warning=ExperimentalWarning', CLI, 'run')
  expect(ran.stderr).toContain('[read-only]')
  expect(ran.stderr).not.toContain('This is a bug')
  expect(ran.status).toBe(2)
})
