/**
 * examples/orchard on six lanes, with its merges and its two conflicts, in every form there is: in a
 * terminal, as dispatched runs of the action, and in the walled form.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { ActionWorld, STATE, WORK } from '../support/action-world.ts'
import { Repo } from '../support/cli.ts'
import { assertOrchardDone, CONFLICTS, ORCHARD, ORCHARD_TASKS, plantOrchard } from '../support/orchard.ts'
import { walledWorld } from '../support/walled-world.ts'

// Six lanes of real processes on two cores.
jest.setTimeout(900_000)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cms-orchard-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

/** Every file of the example, by path. */
function orchardFiles(at = ORCHARD, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    readdirSync(at).flatMap((name): [string, string][] => {
      const path = join(at, name)
      return statSync(path).isDirectory()
        ? Object.entries(orchardFiles(path, `${prefix}${name}/`))
        : [[`${prefix}${name}`, readFileSync(path, 'utf8')]]
    }),
  )
}

/** One of each pair was a conflict, and had a second attempt; nothing was done twice. */
function expectConflicts(checkpoint: Checkpoint, story: readonly string[]): void {
  expect(checkpoint).toMatchObject({ status: 'done', remaining_tasks: [], landing: null })
  expect(checkpoint.completed_tasks.map(({ id }) => id).toSorted()).toEqual([...ORCHARD_TASKS].toSorted())
  const conflicts = story.flatMap((subject) => /^i\d+ (\S+): conflict/.exec(subject)?.[1] ?? [])
  for (const pair of Object.values(CONFLICTS))
    expect(conflicts.filter((id) => pair.some((one) => one === id)).length).toBeGreaterThanOrEqual(1)
  for (const id of conflicts)
    expect(checkpoint.completed_tasks.find((task) => task.id === id)?.attempts).toBeGreaterThanOrEqual(2)
}

test('in a terminal', async () => {
  plantOrchard(folder)
  const repo = new Repo(folder)
  const ran = await repo.cms(['run', '--parallel', '6'])
  expect(ran).toMatchObject({ code: 0 })
  const parsed = parseCheckpoint(repo.show(STATE, 'checkpoint.json'))
  if (parsed.is !== 'valid') throw new Error('the checkpoint is not valid')
  expectConflicts(parsed.checkpoint, repo.git('log', '--reverse', '--format=%s', STATE).split('\n'))
  await assertOrchardDone(folder, WORK)
  // Six at once, and nothing of them is left.
  expect(Object.keys(parsed.checkpoint.lanes)).toHaveLength(6)
  expect(repo.git('worktree', 'list').split('\n')).toHaveLength(1)
  const left = readdirSync(`${folder}.home`, { recursive: true, encoding: 'utf8' })
  expect(left.filter((name) => /lane-\d+/.test(name))).toEqual([])
  rmSync(`${folder}.home`, { recursive: true, force: true })
})

test('as dispatched runs of the action', async () => {
  await using world = await ActionWorld.open(() => '{}')
  await world.commit(orchardFiles())
  const { runner, server } = world
  const job = { env: { ORCHARD_PACE: '4' } }
  runner.carryOn(job)
  const first = await runner.job(await world.press(), job)
  expect(first).toMatchObject({ code: 0 })
  await runner.idle()
  expectConflicts(world.checkpoint(), world.story())
  await assertOrchardDone(server.gitDir, WORK)
  expect(runner.ran.filter(({ code }) => code !== 0)).toEqual([])
  // As many chains as there are lanes, all of one workflow file.
  const lanes = new Set(server.world.runs.map(({ inputs }) => inputs['lane']).filter(Boolean))
  expect(lanes.size).toBe(6)
  expect(new Set(server.world.runs.map(({ path }) => path)).size).toBe(1)
})

test('in the walled form', async () => {
  await using walled = await walledWorld(() => '{}', { ORCHARD_PACE: '8' })
  const { world, runner } = walled
  await world.commit(orchardFiles())
  await runner.press()
  await runner.idle()
  expect(runner.errors).toEqual([])
  expectConflicts(world.checkpoint(), world.story())
  await assertOrchardDone(world.server.gitDir, WORK)
})
