import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/git/git.ts'
import { remoteLoop } from '../../../src/adapters/git/remotes.ts'
import { gitServer } from '../../support/git-server.ts'
import { ENV, temporaryFolder } from '../../support/store-worlds.ts'

test('a command that takes too long has failed here, not at a remote', async () => {
  await using folder = await temporaryFolder()
  const pipe = join(folder.path, 'pipe')
  spawnSync('mkfifo', [pipe])
  const waits = new Git({ env: ENV }).run(['config', '--file', pipe, '--list'], { timeout: 200 })
  await expect(waits).rejects.toMatchObject({ code: 'git-failed', timedOut: true })
})

test('a remote that does not answer in time is not reached', async () => {
  await using server = await gitServer()
  server.spoil = () => 'silence'
  const { url, user: cwd } = server
  const asked = { url, token: undefined, cwd, loop: 'main', timeout: 500 }
  await expect(remoteLoop(new Git({ env: ENV }), asked)).rejects.toMatchObject({ code: 'remote-unreachable' })
})

test('what fails at once did not run out of time', async () => {
  await expect(new Git({ env: ENV }).run(['no-such-command'])).rejects.toMatchObject({ timedOut: false })
})

test.each([
  { how: 'is killed from outside', ends: 'kill -9 $$', killed: true },
  { how: 'fails', ends: 'exit 128', killed: false },
  { how: 'is ended by us, out of time', ends: 'exec sleep 60', killed: false },
])('a git that $how: killed is $killed', async ({ ends, killed }) => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'git'), `#!/bin/sh\n${ends}\n`, { mode: 0o755 })
  const git = new Git({ env: { PATH: `${folder.path}:${ENV['PATH']}` } })
  const ran = git.run(['add', '-A'], { timeout: 500 })
  await expect(ran).rejects.toMatchObject({ code: 'git-failed', killed })
})
