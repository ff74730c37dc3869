/**
 * The tools as an MCP server.
 *
 * The SDK's `McpServer` would check arguments, too, and answer in zod's words. Ours are meant for models that try
 * again, so the plain `Server` is used: each tool says itself what is wrong with what it was given.
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type ListToolsResult,
  McpError,
} from '@modelcontextprotocol/sdk/types.js'
import { MAIL_TOOLS } from './mail-tools.ts'
import { REPORT_TOOLS } from './report-tools.ts'
import { TASK_TOOLS } from './task-tools.ts'
import type { Surroundings, Tool } from './tool.ts'

const TOOLS: ReadonlyMap<string, Tool> = new Map(
  [...TASK_TOOLS, ...MAIL_TOOLS, ...REPORT_TOOLS].map((tool) => [tool.name, tool]),
)

const INSTRUCTIONS =
  'Tools for an agent that works on one task of a larger piece of work: look at the tasks around yours, write to those who work on them, keep outputs and lessons for those who come after you, propose tasks, and report how it went. Whatever they write is checked when you have ended.'

export interface ToolServer {
  readonly server: Server
  /** Resolves when no call is at work. */
  readonly settled: () => Promise<void>
}

/** @param over nothing is waited for any more. */
export function createToolServer(version: string, around: Surroundings, over: AbortSignal): ToolServer {
  const server = new Server(
    { name: 'cms', title: 'CMS Iterate', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  )
  const calls = new Set<Promise<CallToolResult>>()
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...TOOLS.values()].map(described) }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const tool = TOOLS.get(params.name)
    if (tool === undefined) throw unknown(params.name)
    const call = called(tool, params.arguments ?? {}, { ...around, signal: AbortSignal.any([signal, over]) })
    calls.add(call)
    const forget = (): boolean => calls.delete(call)
    call.then(forget, forget)
    return call
  })
  return {
    server,
    settled: async () => {
      while (calls.size > 0) await Promise.allSettled(calls)
    },
  }
}

async function called(
  tool: Tool,
  input: unknown,
  { signal, ...around }: Surroundings & { readonly signal: AbortSignal },
): Promise<CallToolResult> {
  const { text, isError } = await tool.call(input, around, signal)
  return { content: [{ type: 'text', text }], ...(isError === true ? { isError } : {}) }
}

const described = ({
  name,
  title,
  description,
  schema,
  isReading,
}: Tool): ListToolsResult['tools'][number] => ({
  name,
  title,
  description,
  inputSchema: schema,
  annotations: { title, readOnlyHint: isReading, destructiveHint: false, openWorldHint: false },
})

const unknown = (name: string): McpError =>
  new McpError(
    ErrorCode.InvalidParams,
    `There is no tool ${JSON.stringify(name.slice(0, 60))}; there are ${[...TOOLS.keys()].join(', ')}.`,
  )
