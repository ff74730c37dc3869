/** What users of such loops suffer from most, by its name, where real processes matter and take their time. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { removeHome } from '../support/cli.ts'
import { checkpointOf, firstVerdict, lives, oneTask } from '../support/one-task.ts'

afterAll(removeHome)

describe('Hang or silent death', () => {
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
    )
    const [head, branch] = [repo.git('rev-parse', 'HEAD'), repo.git('branch', '--show-current')]
    expect((await repo.cms(['run'])).code).toBe(3)
    expect(firstVerdict(repo)).toBe('no_progress')
    expect(repo.git('rev-parse', 'cms/main/work')).toBe(head)
    expect([repo.git('rev-parse', 'HEAD'), repo.git('branch', '--show-current')]).toEqual([head, branch])
    expect(repo.git('status', '--porcelain')).toContain('a.txt')
  })
})
