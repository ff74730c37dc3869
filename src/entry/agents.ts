import { registry } from '../adapters/agent/registry.ts'

/** Names of the agents there are. */
export const AGENTS: readonly string[] = [...registry.keys()]
