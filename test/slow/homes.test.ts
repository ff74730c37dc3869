/** Which loop a command is about, when nobody says `--local` or `--remote`. */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type Repo, removeHome, repository } from '../support/cli.ts'

afterAll(removeHome)

/** A clone of a remote that has a loop, or has none. */
async function withRemote(loop: 'none' | 'branches' | 'hidden'): Promise<{ repo: Repo; remote: string }> {
  const repo = await repository('{ id: a, run: echo a > a.txt }', '{ id: b, run: echo b > b.txt }')
  if (loop === 'hidden')
    await repo.loop('refs: hidden', 'agent: command', 'tasks: [{ id: a, run: echo a > a.txt }]')
  const remote = join(repo.path, '../remote.git')
  repo.git('clone', '--quiet', '--bare', '.', remote)
  repo.git('remote', 'add', 'origin', remote)
  if (loop !== 'none') {
    const ran = await repo.cms(['run', '--remote', '--max-iterations', '1'])
    if (ran.code !== 0) throw new Error(ran.err + ran.out)
  }
  return { repo, remote }
}

test.each(['branches', 'hidden'] as const)('the loop on the remote is found: %s', async (loop) => {
  const { repo } = await withRemote(loop)
  const ran = await repo.cms(['status', '--json'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toContain('"loop": "main"')
})

test.each(['--local', '--remote'])(
  'a loop that is done prints the line that merges its work: %s',
  async (home) => {
    const { repo } = await withRemote('none')
    const ran = await repo.cms(['run', '--json', home])
    expect(ran.code).toBe(0)
    const merged = await repo.sh(JSON.parse(ran.out).next)
    expect({ code: merged.code, err: merged.err }).toMatchObject({ code: 0 })
    expect(repo.git('ls-files', '?.txt')).toBe('a.txt\nb.txt')
  },
)

test('a remote that has none: the loop begins here', async () => {
  const { repo } = await withRemote('none')
  expect(await repo.cms(['run', '--max-iterations', '1'])).toMatchObject({ code: 0, err: '' })
  expect(repo.git('for-each-ref', 'refs/heads/cms/main/state')).not.toBe('')
})

describe('a remote that does not answer', () => {
  test.each([['run'], ['status'], ['resume']])(
    'no loop here: `cms %s` begins none beside it',
    async (...args) => {
      const { repo, remote } = await withRemote('branches')
      await rename(remote, `${remote}.away`)
      const ran = await repo.cms(args)
      expect(ran).toMatchObject({ code: 2, out: '' })
      expect(ran.err).toMatch(/origin[^]*--local or --remote\. \[remote-unreachable\]\n$/)
      expect(repo.git('for-each-ref', 'refs/heads/cms', 'refs/cms')).toBe('')
    },
  )

  test('a loop here: it goes on, and that is said', async () => {
    const { repo, remote } = await withRemote('none')
    await repo.cms(['run', '--max-iterations', '1'])
    await rename(remote, `${remote}.away`)
    const ran = await repo.cms(['run', '--json'])
    expect(ran.code).toBe(0)
    expect(ran.err).toMatch(/^note: .*origin/)
    expect(ran.out).toContain('"status": "done"')
  })

  test('a plan is made from the file alone', async () => {
    const { repo, remote } = await withRemote('branches')
    await rename(remote, `${remote}.away`)
    const ran = await repo.cms(['plan'])
    expect(ran.code).toBe(0)
    expect(ran.err).toMatch(/^note: .*origin/)
  })
})
