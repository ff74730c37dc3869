/** What users of such loops suffer from most, by its name, where real processes matter: the real CLI in a clone. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { removeHome } from '../support/cli.ts'
import { checkpointOf, firstVerdict, lives, oneTask } from '../support/one-task.ts'

afterAll(removeHome)

describe('Hang or silent death', () => {
  test('an agent that says nothing more, and what it has started: ended, told, and none of it lives on', async () => {
    const repo = await oneTask(
      (beside) => `setsid sleep 300 & echo $! > ${beside}.child; echo $$ > ${beside}.agent; sleep 300`,
      'agent: { use: command, stall: 1s }',
    )
    const { code, out } = await repo.cms(['run'])
    expect([code, firstVerdict(repo)]).toEqual([3, 'stalled'])
    expect(out).toMatch(/gone silent/)
    expect([lives(repo, 'agent'), lives(repo, 'child')]).toEqual([false, false])
  })
})

describe('Secrets and memory poisoning', () => {
  test('an agent that prints its key and writes it into its report: in no object of git, no record, nothing printed', async () => {
    const key = 'Kx7-Rm2Qv9-Lt4Wz8-Hn6'
    const repo = await oneTask(
      () =>
        `echo "key $MY_API_KEY"; echo "key $MY_API_KEY" >&2; printf '{"summary":"%s"}' "$MY_API_KEY" > $CMS_OUTBOX/report.json; false`,
      'agent: { use: command, env: [MY_API_KEY] }',
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
    expect(`${out}${err}${objects.stdout.toString()}`).not.toContain(key)
    expect(kept.stdout).toBe('')
    // It is the key that is gone, not what was said.
    expect(checkpointOf(repo).remaining_tasks[0]?.attempts[0]?.failure?.tail).toMatch(/key \*\*\*/)
  })
})
