/** The walled form: loop.yml as GitHub's own parser reads it, the bundle, git, artifacts; four jobs a run. */
import { expect, jest, test } from '@jest/globals'
import { loopFile, task, writes } from '../support/action-world.ts'
import { walledWorld } from '../support/walled-world.ts'
import { shown } from '../support/workflow/world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(300_000)

test('six tasks, one after another, until done', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  await using walled = await walledWorld((out) => loopFile(ids.map((id) => task(id, writes(out, id)))))
  const { runner, server } = walled.world
  await runner.press()
  await runner.idle()
  for (const run of server.world.runs)
    for (const job of runner.jobs(run))
      if (job.result !== 'success') console.log(job.name, job.result, job.log)
  console.log(
    runner.errors,
    server.world.runs.map((r) => [r.id, r.conclusion]),
  )
  console.log(walled.story().join('\n'))
  expect(walled.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 6, attempts: 6 } })
  expect(walled.landed()).toEqual(expect.arrayContaining(ids.map((id) => `out/${id}.txt`)))
  expect(server.world.runs).toHaveLength(7)
  expect(shown(server.world.runs[0]!)).toEqual({})
})
