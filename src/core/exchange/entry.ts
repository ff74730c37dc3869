/** A task as the loop file writes it: keys in the usual order, and none that says nothing. */
import { AgentMapping } from '../loop-file.ts'
import type { AgentOverride } from '../settings.ts'
import { printDuration } from '../units.ts'

/** One entry below `tasks:`. */
export type TaskEntry = Readonly<Record<string, unknown>>

/** What can be said of a task in a loop file, all of it. */
export interface PlainTask {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly needs: readonly string[]
  readonly uses: readonly string[]
  readonly verify: readonly string[]
  readonly priority: number
  readonly agent?: AgentOverride | undefined
  readonly run?: string | undefined
  readonly allow_empty: boolean
}

export function entryOf(task: PlainTask): TaskEntry {
  const { id, name, spec, needs, uses, verify, priority, agent, run, allow_empty } = task
  return {
    id,
    ...(name === id && spec !== '' ? {} : { name }),
    ...(needs.length === 0 ? {} : { needs }),
    ...(uses.length === 0 ? {} : { uses }),
    ...(priority === 0 ? {} : { priority }),
    ...(spec === '' ? {} : { spec }),
    ...(verify.length === 0 ? {} : { verify }),
    ...(agent === undefined ? {} : { agent: agentEntry(agent) }),
    ...(run === undefined ? {} : { run }),
    ...(allow_empty ? { allow_empty } : {}),
  }
}

/** Durations as people write them. */
export function agentEntry({ use, model, args, timeout, stall, env }: AgentOverride): TaskEntry {
  const told = {
    use,
    model,
    args,
    timeout: timeout === undefined ? undefined : printDuration(timeout),
    stall: stall === undefined ? undefined : printDuration(stall),
    env,
  }
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
}

/** The same as a loop file would have it, or what that has against it. */
export function soundAgent(
  agent: AgentOverride,
): { readonly agent: AgentOverride } | { readonly fault: string } {
  const { data, error } = AgentMapping.safeParse(agentEntry(agent))
  if (data !== undefined) return { agent: data }
  const [issue] = error.issues
  return { fault: issue === undefined ? 'it' : `${issue.path.map(String).join('.')} ${issue.message}` }
}
