/** What users of such loops suffer from most, by its name, where real processes matter: the real CLI in a clone. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { type Repo, removeHome, repository } from '../support/cli.ts'
import { runs } from '../support/processes.ts'

afterAll(removeHome)

const checkpointOf = (repo: Repo): Checkpoint =>
  Checkpoint.parse(JSON.parse(repo.show('cms/main/state', 'checkpoint.json')))

/** Whether the process whose id an agent has written to a file beside the clone lives. */
const lives = (repo: Repo, name: string): boolean =>
  runs(Number(readFileSync(`${repo.path}.${name}`, 'utf8')))

const ONE_ATTEMPT = 'policy: { attempts: 1 }'

/** A loop of one task of the `command` agent. */
async function oneTask(run: (beside: string) => string, ...more: readonly string[]): Promise<Repo> {
  const repo = await repository()
  await repo.loop(
    ...more,
    'tasks:',
    `  - { id: a, run: ${JSON.stringify(run(repo.path))}, verify: [test -f a.txt] }`,
  )
  return repo
}

describe('Hang or silent death', () => {
  test('an agent that says nothing more, and what it has started: ended, told, and none of it lives on', async () => {
    const repo = await oneTask(
      (beside) => `setsid sleep 300 & echo $! > ${beside}.child; echo $$ > ${beside}.agent; sleep 300`,
      'agent: { use: command, stall: 1s }',
      ONE_ATTEMPT,
    )
    const { code, out } = await repo.cms(['run'])
    expect([code, checkpointOf(repo).remaining_tasks[0]?.attempts[0]?.verdict]).toEqual([3, 'stalled'])
    expect(out).toMatch(/gone silent/)
    expect([lives(repo, 'agent'), lives(repo, 'child')]).toEqual([false, false])
  })

  test('an agent that is finished, and whose server in the background holds its output open: done, and it is gone', async () => {
    const repo = await oneTask(
      (beside) => `sleep 300 & echo $! > ${beside}.server; echo done > a.txt`,
      'agent: command',
    )
    const began = Date.now()
    expect((await repo.cms(['run'])).code).toBe(0)
    expect(Date.now() - began).toBeLessThan(30_000)
    expect(checkpointOf(repo).status).toBe('done')
    expect(lives(repo, 'server')).toBe(false)
  })
})

describe('Parallel merges and orphans', () => {
  test('a worker that leaves its worktree and works in the clone of the person: nothing of that is taken or undone', async () => {
    const repo = await oneTask(
      (clone) => `cd ${clone}; echo x > a.txt; echo y >> README.md`,
      'agent: command',
      ONE_ATTEMPT,
    )
    const [head, branch] = [repo.git('rev-parse', 'HEAD'), repo.git('branch', '--show-current')]
    expect((await repo.cms(['run'])).code).toBe(3)
    expect(checkpointOf(repo).remaining_tasks[0]?.attempts[0]?.verdict).toBe('no_progress')
    expect(repo.git('rev-parse', 'cms/main/work')).toBe(head)
    expect([repo.git('rev-parse', 'HEAD'), repo.git('branch', '--show-current')]).toEqual([head, branch])
    expect(repo.git('status', '--porcelain')).toContain('a.txt')
  })
})

describe('Secrets and memory poisoning', () => {
  test('an agent that prints its key and writes it into its report: in no object of git, no record, nothing printed', async () => {
    const key = 'Kx7-Rm2Qv9-Lt4Wz8-Hn6'
    const repo = await oneTask(
      () =>
        `echo "key $MY_API_KEY"; echo "key $MY_API_KEY" >&2; printf '{"summary":"%s"}' "$MY_API_KEY" > $CMS_OUTBOX/report.json; false`,
      'agent: { use: command, env: [MY_API_KEY] }',
      ONE_ATTEMPT,
    )
    const { code, out, err } = await repo.cms(['run'], { env: { MY_API_KEY: key } })
    expect(code).toBe(3)
    const objects = spawnSync('git', ['cat-file', '--batch-all-objects', '--batch'], {
      cwd: repo.path,
      maxBuffer: 1e8,
    })
    const kept = spawnSync('grep', ['-rlF', key, `${repo.path}.home`, join(repo.path, '.git')], {
      encoding: 'utf8',
    })
    expect(`${out}${err}${objects.stdout}`).not.toContain(key)
    expect(kept.stdout).toBe('')
    // It is the key that is gone, not what was said.
    expect(checkpointOf(repo).remaining_tasks[0]?.attempts[0]?.failure?.tail).toMatch(/key \*\*\*/)
  })
})
