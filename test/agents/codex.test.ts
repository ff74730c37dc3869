/** The real Codex in the real loop, on a model that does as told. */
import { describe, expect, test } from '@jest/globals'
import { agentWorld } from '../support/agent-world.ts'
import { PARTS } from '../support/driven-agents.ts'
import { say } from '../support/model-api.ts'
import { worksInTheLoop } from '../support/real-agent.ts'

worksInTheLoop('codex')

describe('a change of what it may not change in its sandbox', () => {
  const { codex } = PARTS
  const acts = [
    codex.shell('touch "$(git rev-parse --git-dir)/x" && echo hello > greeting.txt'),
    say('Done.'),
  ] as const

  test('in a terminal is denied', async () => {
    await using world = await agentWorld(codex, acts)
    await world.run('--max-iterations', '1')
    expect(world.checkpoint().remaining_tasks).toMatchObject([{ attempts: [{ verdict: 'no_progress' }] }])
  })

  test('on a machine that is thrown away is none of ours', async () => {
    const env = { ...codex.key, RUNNER_ENVIRONMENT: 'github-hosted' }
    await using world = await agentWorld(codex, acts, { env })
    expect(await world.run()).toMatchObject({ code: 0 })
    expect(world.checkpoint().status).toBe('done')
  })
})
