/** What every real agent must do in the real loop: to be called once in a test file of each. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { agentWorld, livingIn, wiretap } from './agent-world.ts'
import { removeHome } from './cli.ts'
import { PARTS, type Part } from './driven-agents.ts'
import { HANG, say } from './model-api.ts'

const GREETING = "printf 'hello\\n' > greeting.txt"
const REPORT = `printf '{"status":"ready","summary":"Greeted.","outputs":{"words":1}}' > "$CMS_OUTBOX/report.json"`
/** Says who it is, in a session of its own, and never ends. */
const WAIT = 'echo $$ > tool.pid; exec tail -f /dev/null'

/** Tokens of as many answered requests. */
const times = ({ used }: Part, requests: number) =>
  Object.fromEntries(Object.entries(used.tokens).map(([kind, count]) => [kind, requests * count]))

/** @param agent one of `PARTS`. */
export function worksInTheLoop(agent: keyof typeof PARTS): void {
  const part = PARTS[agent]
  afterAll(removeHome)

  test('a task is done by its own tools, verified, told of and paid for, and only its service is asked', async () => {
    const tap = await wiretap(agent)
    const acts = [part.shell(`${GREETING} && ${REPORT}`), say('Greeted.')] as const
    await using world = await agentWorld(part, acts, { bin: tap.bin })
    const { code, out } = await world.run()
    expect({ code, out }).toEqual({ code: 0, out })

    expect(world.repo.show('cms/main/work', 'greeting.txt')).toBe('hello')
    const { completed_tasks: done, ledger } = world.checkpoint()
    expect(done).toMatchObject([{ attempts: 1, summary: 'Greeted.', outputs: { words: 1 } }])
    expect(ledger).toMatchObject({
      usd: expect.closeTo(2 * part.used.usd, 6),
      usd_estimated: 0,
      tokens: times(part, 2),
    })
    expect(world.api.requests.filter(({ model }) => model !== '')).toHaveLength(2)
    expect(new Set(tap.addresses())).toEqual(new Set([world.api.url.replace('http://', '')]))
    expect(livingIn(world.home)).toEqual([])
  })

  describe('trouble with its service', () => {
    test('a wrong key pauses the loop', async () => {
      await using world = await agentWorld(part, [part.wrongKey])
      expect(await world.run()).toMatchObject({ code: 3 })
      const { status, remaining_tasks: tasks, ledger } = world.checkpoint()
      expect(status).toBe('paused')
      expect(tasks).toMatchObject([{ attempts: [{ verdict: 'auth_failed' }], attempts_used: 0 }])
      expect(ledger).toMatchObject({ usd: 0 })
    })

    test('a limit is waited for, and costs no attempt', async () => {
      await using world = await agentWorld(part, [part.limited])
      expect(await world.run()).toMatchObject({ code: 5 })
      const { waiting, remaining_tasks: tasks, ledger } = world.checkpoint()
      expect(waiting?.cause).toBe('rate_limited')
      expect(tasks).toMatchObject([{ attempts: [{ verdict: 'rate_limited' }], attempts_used: 0 }])
      // The program's own tries, of which a busy machine may see one more; a second agent would double them.
      const tries = world.api.requests.filter(({ model }) => model !== '').length
      expect([part.patience, part.patience + 1]).toContain(tries)
      expect(ledger).toMatchObject({ usd: 0 })
    })

    test('a context that is full is an attempt, and the next one is fresh', async () => {
      await using world = await agentWorld(part, [part.tooLong])
      await world.run('--max-iterations', '1')
      const { remaining_tasks: tasks } = world.checkpoint()
      expect(tasks).toMatchObject([{ attempts: [{ verdict: 'context_overflow' }], attempts_used: 1 }])
    })
  })

  test('a tool that never ends is ended with its whole tree', async () => {
    const acts = [part.shell('ls'), part.shell(`cd; ${WAIT}`), HANG] as const
    // Where nobody sees that the tool has begun, only time can tell.
    await using world = await agentWorld(part, acts, part.showsTools ? {} : { agent: 'timeout: 30s' })
    if (part.showsTools) expect(await world.interrupted('tail -f')).toMatchObject({ code: 130 })
    else await world.run('--max-iterations', '1')
    const { remaining_tasks: tasks, ledger } = world.checkpoint()
    expect(tasks).toMatchObject([{ attempts: [{ verdict: part.showsTools ? 'interrupted' : 'timed_out' }] }])
    expect(livingIn(world.home)).toEqual([])
    // The reserve, where nobody knows.
    expect(ledger.usd_estimated).toBe(part.knowsWhenEnded ? 0 : 1)
    if (!part.showsTools) expect(readFileSync(join(world.home, 'tool.pid'), 'utf8')).toMatch(/^\d+$/m)
  })
}
