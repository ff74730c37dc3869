/** What every agent keeps, run as real processes that print what the real programs printed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { registry } from '../../../src/adapters/agent/registry.ts'
import { createAgents } from '../../../src/adapters/process/agents.ts'
import type { AgentAdapter, AgentEnd, AgentNote, AgentOutcome } from '../../../src/ports/agent.ts'
import { HANGS, SPEECHES, type Speech } from '../../support/agent-speech.ts'
import { assignment } from '../../support/assignment.ts'
import { runs } from '../../support/processes.ts'

const home = mkdtempSync(join(tmpdir(), 'contract-'))
afterAll(() => rmSync(home, { recursive: true }))

interface How {
  readonly timeout?: number
  readonly stall?: number
  /** Interrupts the run as soon as the agent shows anything. */
  readonly interrupt?: boolean
  /** Where programs are looked for, when its version is asked. */
  readonly bin?: string
}

/** The agent's own adapter on a program that is this script. */
const playing = (speech: Speech, script: string): AgentAdapter => {
  const adapter = registry.get(speech.agent)
  if (adapter === undefined) throw new Error(`no agent ${speech.agent}`)
  return {
    ...adapter,
    command: (assigned, machine) => ({
      ...adapter.command({ ...assigned, run: 'unused' }, machine),
      file: 'bash',
      args: ['-c', script],
    }),
  }
}

async function run(speech: Speech, script: string, how: How = {}): Promise<AgentOutcome> {
  const adapter = playing(speech, script)
  const abort = new AbortController()
  const agents = createAgents({
    mark: 'test|contract',
    from: { PATH: how.bin === undefined ? process.env['PATH'] : `${how.bin}:/usr/bin:/bin` },
    home,
    adapters: new Map([[adapter.name, adapter]]),
    graces: { afterResult: 50, afterTerm: 200 },
  })
  const { agent } = assignment({ agent: { use: speech.agent, model: speech.model } })
  const assigned = assignment({
    agent: { ...agent, timeout: how.timeout ?? 20_000, stall: how.stall ?? 0 },
    workdir: home,
  })
  if (how.bin !== undefined) await agents.check(assigned.agent)
  return agents.run(assigned, {
    signal: abort.signal,
    note(_note: AgentNote) {
      if (how.interrupt === true) abort.abort()
    },
  })
}

test('every agent is here', () => {
  expect(SPEECHES.map(({ agent }) => agent).toSorted()).toEqual([...registry.keys()].toSorted())
})

/** Of agents with events. Of the command, only its exit code speaks. */
const TALKERS = SPEECHES.filter(({ changed }) => changed !== undefined)

describe.each(SPEECHES)('$agent', (speech) => {
  const isTalker = TALKERS.includes(speech)

  test.concurrent('ending, usage and the basis of its cost', async () => {
    const { end, usage, because } = await run(speech, speech.works)
    expect({
      end,
      usage: { ...usage, usd: usage.usd === null ? null : Number(usage.usd.toFixed(6)) },
    }).toEqual({
      end: 'ready',
      usage: { ...speech.usage, minutes: expect.any(Number) },
    })
    expect(because).not.toBe('')
  })

  test.concurrent.each(Object.entries(speech.troubles))('trouble: %s', async (end, script) => {
    const outcome = await run(speech, script)
    expect(outcome.end).toBe(end)
    expect(outcome.because).not.toBe('')
    // Its first request was refused, or what it used is known.
    if (isTalker) expect(outcome.usage.usd).not.toBeNull()
  })

  test.concurrent.each<[how: string, end: AgentEnd, limits: How]>([
    ['a hang, until its silence is too long', 'stalled', { stall: 150 }],
    ['a hang, until its time is over', 'timed_out', { timeout: 150 }],
    ['a hang, until a person interrupts', 'interrupted', { interrupt: true }],
  ])('%s', async (_, end, limits) => {
    expect(await run(speech, `${speech.begins}\n${HANGS}`, limits)).toMatchObject({ end })
  })

  test.concurrent('a crash by a signal', async () => {
    expect(await run(speech, `${speech.begins}\nkill -SEGV $$`)).toMatchObject({ end: 'agent_failed' })
  })

  test.concurrent('an exit code without a word', async () => {
    expect(await run(speech, 'exit 7')).toMatchObject({ end: 'agent_failed' })
  })

  test.concurrent('a child that it leaves behind ends with it', async () => {
    const file = join(home, `${speech.agent}.pid`)
    await run(speech, `setsid tail -f /dev/null & echo $! > '${file}'\n${speech.works}`)
    const pid = Number(readFileSync(file, 'utf8'))
    expect(pid).toBeGreaterThan(1)
    expect(runs(pid)).toBe(false)
  })

  test.concurrent('a program that is not there costs nothing', async () => {
    const adapter = { ...playing(speech, ''), command: () => ({ ...GONE, file: 'no-such-agent' }) }
    const agents = createAgents({
      mark: 'test|contract',
      from: process.env,
      adapters: new Map([[adapter.name, adapter]]),
    })
    const outcome = await agents.run(assignment({ agent: { use: speech.agent } }), {
      signal: new AbortController().signal,
      note: () => {},
    })
    expect(outcome).toMatchObject({ end: 'misconfigured', usage: { usd: 0, agent: speech.agent } })
  })

  test.concurrent('a flood before its result is let pass', async () => {
    expect(
      await run(
        speech,
        `head -c 2000000 /dev/zero | tr '\\0' 'x'; echo; yes '{"x":1}' | head -n 20000; ${speech.works}`,
      ),
    ).toMatchObject({ end: 'ready' })
  })
})

const GONE = { args: [], env: {}, inherit: [], stdin: '' } as const

describe.each(TALKERS)('$agent, in another language than the one that is known', (speech) => {
  test.concurrent('no result, and exit code 0', async () => {
    expect(await run(speech, `${speech.begins}\nexit 0`)).toMatchObject({ end: 'no_result' })
  })

  test.concurrent.each([
    ['words', 'echo All done.'],
    ['garbage', 'head -c 100000 /dev/urandom'],
    ['half an event', `printf '{"type":"resu'`],
  ])('%s, and exit code 0: no result, and it is named', async (_, script) => {
    const outcome = await run(speech, script)
    expect(outcome.end).toBe('no_result')
    expect(outcome.because).toMatch(/ printed no event that is known here; .* was tested with /)
  })

  test.concurrent.each([0, 1])(
    'events that have changed, and exit code %d: program and versions are named',
    async (code) => {
      const bin = join(home, `bin-${speech.agent}-${code}`)
      await mkdir(bin, { recursive: true })
      await writeFile(join(bin, speech.agent), '#!/bin/sh\necho "agent 99.9.9"\n', { mode: 0o755 })
      const outcome = await run(speech, `${speech.changed}\nexit ${code}`, { bin })
      const tested = registry.get(speech.agent)?.program?.version ?? '?'
      expect(outcome.end).toBe('misconfigured')
      expect(outcome.because).toContain('(agent 99.9.9) printed no event that is known here')
      expect(outcome.because).toContain(tested)
    },
  )

  test.concurrent('a last event without the field that decides is no success', async () => {
    if (speech.undecided === undefined) return
    const outcome = await run(speech, `${speech.begins}\n${speech.undecided}`)
    expect(outcome.end).toBe('misconfigured')
    expect(outcome.because).toContain('was tested with')
  })

  test.concurrent('usage that has another form is unknown, and never nothing', async () => {
    expect((await run(speech, `${speech.begins}\n${HANGS}`, { timeout: 100 })).usage).toMatchObject({
      usd: null,
      basis: 'unknown',
    })
  })
})
