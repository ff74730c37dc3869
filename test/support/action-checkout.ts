/** A checkout as actions/checkout leaves it, made from the loopback server over HTTP. */
import { execFile } from 'node:child_process'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { GithubServer } from './github-server.ts'

export interface Layout {
  readonly server: GithubServer
  readonly token: string
  readonly workspace: string
  readonly temp: string
  readonly credentials?: 'none' | 'header' | 'include'
  readonly head?: 'branch' | 'detached'
  /** Default, the tip of the default branch. */
  readonly commit?: string
  /** Default, this commit alone. */
  readonly depth?: 'all'
}

export async function layOutCheckout(layout: Layout): Promise<void> {
  const { server, token, workspace, temp, credentials = 'none', head = 'branch', depth } = layout
  const authorization = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', `http.extraheader=${authorization}`, ...args], {
      cwd: workspace,
      env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    })
  const sha = layout.commit ?? server.git('rev-parse', server.world.defaultBranch)
  await git('init', '--quiet', '--initial-branch=master')
  await git('remote', 'add', 'origin', server.remote)
  await git('config', '--local', 'gc.auto', '0')
  await git(
    'fetch',
    '--no-tags',
    '--prune',
    '--no-recurse-submodules',
    ...(depth === 'all' ? [] : ['--depth=1']),
    'origin',
    `+${sha}:refs/remotes/origin/main`,
  )
  if (head === 'branch') await git('checkout', '--force', '-B', 'main', 'refs/remotes/origin/main')
  else await git('checkout', '--force', '--detach', sha)
  const config = join(workspace, '.git', 'config')
  const section = `[http "${server.url}/"]\n\textraheader = ${authorization}\n`
  if (credentials === 'header') await appendFile(config, section)
  if (credentials === 'include') {
    const file = join(temp, 'git-credentials-3fa1.config')
    await writeFile(file, section)
    await appendFile(config, `[includeIf "gitdir:${join(workspace, '.git')}"]\n\tpath = ${file}\n`)
  }
}
