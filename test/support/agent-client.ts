/** The tools of an attempt as the official client sees them. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { z } from 'zod'
import { AgentDesk } from '../../src/adapters/mcp/desk.ts'
import { createToolServer } from '../../src/adapters/mcp/server.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { CONTEXT, filesBelow, layOut } from './agent-desk.ts'
import { InstantClock } from './instant-clock.ts'

const Result = z.object({
  content: z.tuple([z.object({ type: z.literal('text'), text: z.string() })]),
  isError: z.literal(true).optional(),
})

export interface Said {
  readonly text: string
  readonly isError: boolean
}

/** A client that is connected to the tools of an attempt. */
export async function connected(context: unknown = CONTEXT, clock: Clock = new InstantClock()) {
  const desk = layOut(context)
  const over = new AbortController()
  const around = { desk: await AgentDesk.open(desk), clock }
  const { server, settled } = createToolServer('1.2.3', around, over.signal)
  const client = new Client({ name: 'test', version: '1' })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours)
  const call = async (name: string, input: Record<string, unknown> = {}): Promise<Said> => {
    const { content, isError } = Result.parse(await client.callTool({ name, arguments: input }))
    return { text: content[0].text, isError: isError === true }
  }
  return {
    desk,
    client,
    call,
    /** What a reading tool shows. */
    show: async (name: string, input: Record<string, unknown> = {}): Promise<unknown> =>
      JSON.parse((await call(name, input)).text),
    left: () => filesBelow(desk.outbox),
    over,
    settled,
    [Symbol.asyncDispose]: () => client.close(),
  }
}
