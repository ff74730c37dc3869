/** `cms mcp`: the tools on standard input and output, for as long as there is a client. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Clock } from '../../ports/clock.ts'
import type { Desk } from '../../ports/outbox.ts'
import { AgentDesk } from './desk.ts'
import { Gate } from './gate.ts'
import { createToolServer } from './server.ts'

export interface Serving {
  readonly desk: Desk
  readonly version: string
  readonly clock: Clock
  readonly input: Readable
  /** Nothing but messages is ever written there. */
  readonly output: Writable
  /** Takes trouble that is no client's fault, one line each. */
  readonly say: (line: string) => void
  /** Ends it in order: calls that write are finished. */
  readonly signal: AbortSignal
}

/** @throws LoopError `bad-input` when the files of the attempt are not there. */
export async function serve({ desk, version, clock, input, output, say, signal }: Serving): Promise<void> {
  const over = new AbortController()
  const around = { desk: await AgentDesk.open(desk), clock }
  const { server, settled } = createToolServer(version, around, over.signal)
  const gate = new Gate((answer) => output.write(`${JSON.stringify(answer)}\n`))
  server.onerror = (error) => say(error.message)
  const ended = once(gate, 'end', { signal }).catch(() => undefined)
  await server.connect(new StdioServerTransport(gate, output))
  // Input that breaks ends, too: nobody else would say so to what is behind it.
  input.on('error', () => {})
  input.on('close', () => gate.end())
  input.pipe(gate)
  await ended
  over.abort()
  await settled()
  // What was answered last is on its way when this has had its turn.
  await new Promise((resolve) => setImmediate(resolve))
  input.unpipe(gate)
  await server.close()
}
