/** What one run of the action does, in a world in memory. */
import { describe, expect, test } from '@jest/globals'
import { githubContext } from '../../src/adapters/github/context.ts'
import { parseInputs } from '../../src/adapters/github/inputs.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { type ActionDid, type ActionRun, actionRun } from '../../src/entry/action-run.ts'
import { loopConfig } from '../support/loop-config.ts'
import { settingsOf, World } from '../support/world.ts'
import { writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

interface Job {
  readonly run: number
  readonly attempt?: number
  readonly event?: string
  readonly onward?: ActionRun['onward']
  readonly inputs?: Readonly<Record<string, string>>
  readonly config?: LoopConfig
}

/** One job of the loop's workflow. */
function job(
  world: World,
  { run, attempt = 1, event = 'workflow_dispatch', onward = 'dispatch', inputs = {}, config = CONFIG }: Job,
): Promise<ActionDid> {
  const context = githubContext({
    GITHUB_REPOSITORY: 'owner/repo',
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_WORKSPACE: '/work',
    GITHUB_EVENT_NAME: event,
  })
  return actionRun({
    context,
    inputs: parseInputs((name) => inputs[name] ?? ''),
    onward,
    broken: undefined,
    ports: world.as(context.self),
    run: { ...settingsOf(config), home: 'origin' },
    signal: new AbortController().signal,
  })
}

describe('continue: here', () => {
  test('beside a run at work it says so, changes nothing, and ends green', async () => {
    const world = new World()
    const beside: ActionDid[] = []
    world.script.acts.set('a', [
      async (scene) => {
        const state = world.stateTip
        beside.push(await job(world, { run: 2, onward: 'here', event: 'schedule' }))
        expect(world.stateTip).toBe(state)
        return writes(scene)
      },
    ])
    await job(world, { run: 1, onward: 'here' })
    expect(beside.map(({ changed }) => changed)).toEqual([
      expect.stringMatching(/^Nothing changed: .*gh:1\.1/),
    ])
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
  })
})
