/** Nobody listens any more: a pipe whose reader has left, a terminal that was closed. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { copyOf, type Repo, removeHome, repository } from '../support/cli.ts'

afterAll(removeHome)

/** Exit codes of both sides of a pipe. */
const piped = async (repo: Repo, args: string, into: string) => {
  const ran = await repo.sh(`set +e; "$NODE" "$CMS" ${args} | ${into} > /dev/null; echo "\${PIPESTATUS[@]}"`)
  return { codes: ran.out.trim(), err: ran.err }
}

describe('a pipe whose reader has left', () => {
  const over = (async () => {
    const repo = await repository('{ id: a, run: echo a > a.txt }', '{ id: b, run: echo b > b.txt }')
    return { repo, ran: await piped(repo, 'run', 'head -n 1') }
  })()

  test('the loop goes on to its end', async () => {
    const { repo, ran } = await over
    expect(ran).toEqual({ codes: '0 0', err: '' })
    expect(repo.git('log', '-1', '--format=%s', 'cms/main/state')).toContain('b: done')
  })

  test.each(['log', 'log --json', 'status', '--help'])('`cms %s` ends quietly', async (args) => {
    const repo = await copyOf((await over).repo)
    expect(await piped(repo, args, 'true')).toEqual({ codes: '0 0', err: '' })
  })
})

test('a terminal that is closed: the attempt is ended, and what it did is kept', async () => {
  const repo = await repository('{ id: a, run: "echo half > a.txt; echo at-work; exec sleep 60" }')
  await repo.typed(['run'], [{ at: '│ at-work' }])
  const [attempt] = JSON.parse(repo.show('cms/main/state', 'checkpoint.json')).remaining_tasks[0].attempts
  expect(attempt).toMatchObject({ verdict: 'interrupted' })
  expect(repo.show('cms/main/salvage/a/1', 'a.txt')).toBe('half')
})
