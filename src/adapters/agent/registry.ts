import { LoopError } from '../../core/error.ts'
import type { AgentAdapter } from '../../ports/agent.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { command } from './command.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'

/** Every agent there is, by the name written in `agent:`. */
export const registry: ReadonlyMap<string, AgentAdapter> = new Map(
  [claude, codex, gemini, opencode, command].map((adapter) => [adapter.name, adapter]),
)

/** The names a loop file may use. */
export const agentNames: readonly string[] = [...registry.keys()]

/** @throws LoopError `agent-unknown`. */
export function adapterFor(adapters: ReadonlyMap<string, AgentAdapter>, name: string): AgentAdapter {
  const adapter = adapters.get(name)
  if (adapter !== undefined) return adapter
  throw new LoopError(
    'agent-unknown',
    `there is no agent "${name}"; there are ${[...adapters.keys()].join(', ')}`,
  )
}
