/** Agents that write without end: what they write is read, and not kept. */
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { z } from 'zod'

const Flooded = z.object({ end: z.string(), megabytes: z.number() })

/** In a process of its own, whose memory is only ours. */
const FLOODED = `
import { readFileSync } from 'node:fs'
import { createAgents } from ${JSON.stringify(sourceUrl('adapters/process/agents.ts'))}
import { claude } from ${JSON.stringify(sourceUrl('adapters/agent/claude.ts'))}
const [does, agent, workdir] = process.argv.slice(1)
// What is dropped but not yet collected, up to 64 MB of chunks, is not what we keep.
setInterval(() => gc(), 10).unref()
const command = (a) => ({ ...claude.command(a), file: process.execPath, args: [agent, does] })
const agents = createAgents({ mark: 'test|flood', from: process.env, adapters: new Map([['claude', { ...claude, command }]]) })
const { end } = await agents.run(
  { task: 'a', prompt: '', workdir, env: {}, session: 's', usdCap: 0,
    agent: { use: 'claude', args: [], env: [], timeout: 120_000, stall: 0 } },
  { signal: new AbortController().signal, note() {} },
)
let kilobytes = process.resourceUsage().maxRSS
try {
  // On Linux maxRSS includes the peak of the process that started this one; VmHWM, of proc_pid_status(5), does not.
  kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
} catch {}
console.log(JSON.stringify({ end, megabytes: Math.round(kilobytes / 1024) }))
`

function sourceUrl(path: string): string {
  return pathToFileURL(join(import.meta.dirname, '../../src', path)).href
}

test.each(['floodsLines', 'floodsShortLines', 'floodsOneLine', 'floodsErrors'])(
  '%s: 100 MB and more leave no trace',
  (does) => {
    const agent = join(import.meta.dirname, '../fixtures/agents/agent.js')
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--expose-gc',
      '--input-type=module',
      '-e',
      FLOODED,
      does,
      agent,
      tmpdir(),
    ]
    const said = Flooded.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })))
    expect(said.end).toBe('ready')
    // Node with our modules takes some 90 MB; keeping the output would take 100 more.
    expect(said.megabytes).toBeLessThan(170)
  },
  180_000,
)
