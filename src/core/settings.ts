/**
 * What a loop file decides, normalised: durations in milliseconds, counts as numbers, every
 * default filled in. The checkpoint keeps the settings in force, so that a run whose own loop
 * file is missing or broken goes on under the last good ones.
 */
import { z } from 'zod'
import { TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { REFS_KINDS } from './refs.ts'
import { Text } from './text.ts'
import { MINUTE } from './time.ts'

/** Caps on a whole epoch. A missing cap is no cap. */
export const Budget = z.looseObject({
  /** US dollars. */
  usd: z.number().positive().optional(),
  iterations: z.int().positive().optional(),
  /** Uncached input + cache writes + output. */
  tokens: z.int().positive().optional(),
  /** Minutes of wall time of jobs or processes. */
  minutes: z.number().positive().optional(),
  /** US dollars per UTC day; reaching it waits for the next day. */
  usd_per_day: z.number().positive().optional(),
  /** ISO 8601; no attempt starts after it. */
  deadline: z.iso.datetime().optional(),
})
export type Budget = z.infer<typeof Budget>

export const DEFAULT_BUDGET: Budget = { usd: 10, iterations: 50, minutes: 600 }

export const Policy = z.looseObject({
  /** Attempts a task may use before it is parked. */
  attempts: z.int().min(1).max(LIMITS.attempts_per_task).default(3),
  /** US dollars; given to agents that obey it, watched where usage streams. */
  usd_per_attempt: z.number().positive().default(5),
  /**
   * US dollars reserved by a lease, and charged when the real cost is not known.
   * Default: 1, and 0 for the `command` agent; see `reserveFor`.
   */
  reserve_usd: z.number().min(0).optional(),
  /** What changes from the second attempt on: `lessons`, `model:<name>`, `agent:<name>`, `split`. */
  escalate: z.array(z.string()).default(['lessons']),
  /** Whether the next attempt starts from the salvaged work of the last one. */
  retry: z.enum(['continue', 'clean']).default('continue'),
  /** Whether attempts are given what the loop has learnt. Default: true. */
  lessons: z.boolean().optional(),
})
export type Policy = z.infer<typeof Policy>

/** Which agent, and how it is started and limited. */
export const AgentSettings = z.looseObject({
  use: z.string(),
  model: z.string().optional(),
  /** Added to the agent's command line, after our own. */
  args: z.array(z.string()).optional(),
  /** Wall limit of one attempt, ms. */
  timeout: z.int().positive().optional(),
  /** Longest silence, ms; 0 switches it off. */
  stall: z.int().min(0).optional(),
  /** Names of environment variables the agent may see beside the allow-list. */
  env: z.array(z.string()).optional(),
})
export type AgentSettings = z.infer<typeof AgentSettings>

/** A task may change any part of the loop's agent. */
export const AgentOverride = AgentSettings.partial()
export type AgentOverride = z.infer<typeof AgentOverride>

/** Defaults that depend on nothing else, ms. */
export const DEFAULT_TIMEOUT = 45 * MINUTE
export const DEFAULT_STALL = 10 * MINUTE

export const Settings = z.looseObject({
  agent: AgentSettings,
  parallel: z.int().min(1).max(LIMITS.lanes).default(1),
  budget: Budget.default(DEFAULT_BUDGET),
  policy: Policy.prefault({}),
  setup: z.array(z.string()).default([]),
  verify: z.array(z.string()).default([]),
  /** Unset: `same` in the one-job form on Actions, `clean` everywhere else. */
  verify_in: z.enum(['clean', 'same']).optional(),
  /** ms */
  verify_timeout: z
    .int()
    .positive()
    .default(15 * MINUTE),
  /** ms */
  setup_timeout: z
    .int()
    .positive()
    .default(10 * MINUTE),
  protect: z.array(z.string()).default([]),
  red_first: z.boolean().default(false),
  strict_verify: z.boolean().default(false),
  commits: z.enum(['squash', 'keep']).default('squash'),
  refs: z.enum(REFS_KINDS).default('branches'),
  restart: z.enum(['never', 'when_done']).default('never'),
  approve_plan: z.boolean().default(false),
  pull_request: z.enum(['draft', 'ready', 'none']).default('draft'),
  /** Name of a variable that holds a URL. */
  notify: z.string().optional(),
  /** Caps that the inputs of a run hold lower than the loop file does. */
  narrowed: z.array(z.enum(['usd', 'iterations'])).optional(),
})
export type Settings = z.infer<typeof Settings>

/** A task as the loop file (or a proposal, or an import) describes it. */
export const TaskSpec = z.looseObject({
  id: TaskId,
  name: z.string().min(1).max(LIMITS.name_chars),
  /** What to do. */
  spec: Text(LIMITS.spec_bytes).default(''),
  needs: z.array(TaskId).default([]),
  /** Tasks whose outputs are wanted beside those of `needs`. */
  uses: z.array(TaskId).default([]),
  verify: z.array(z.string()).default([]),
  /** Higher first. */
  priority: z.int().default(0),
  agent: AgentOverride.optional(),
  /** What the `command` agent runs. */
  run: z.string().optional(),
  allow_empty: z.boolean().default(false),
})
export type TaskSpec = z.infer<typeof TaskSpec>

/** A loop file that has been read, checked and normalised. */
export interface LoopConfig {
  readonly loop: string
  readonly goal: string
  /** The branch the work starts from; `undefined`: the one checked out. */
  readonly base: string | undefined
  readonly settings: Settings
  readonly tasks: readonly TaskSpec[]
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string
  /** Epoch ms at which the file was first seen to say this. */
  readonly asOf?: number
  /** Not wrong, but worth saying. */
  readonly warnings: readonly string[]
}

/** The agent of a task: the loop's, with the task's own changes on top, defaults filled in. */
export function agentFor(settings: Settings, override: AgentOverride | undefined): ResolvedAgent {
  const merged = { ...settings.agent, ...override }
  // A task that names another agent does not inherit the model and arguments of the loop's.
  const foreign = override?.use !== undefined && override.use !== settings.agent.use
  return {
    use: merged.use ?? settings.agent.use,
    model: foreign ? override.model : merged.model,
    args: (foreign ? override.args : merged.args) ?? [],
    timeout: merged.timeout ?? DEFAULT_TIMEOUT,
    stall: merged.stall ?? ((merged.use ?? settings.agent.use) === 'command' ? 0 : DEFAULT_STALL),
    env: merged.env ?? [],
  }
}

/** What a lease of this agent sets aside, US dollars. A command that is no model spends nothing by default. */
export const reserveFor = (settings: Settings, agent: ResolvedAgent): number =>
  settings.policy.reserve_usd ?? (agent.use === 'command' ? 0 : 1)

/** Harness time around the setup, the agent and the verification of one attempt, ms. */
export const OWN_TIME = 10 * MINUTE

/** What one attempt may take at most, ms: setup, agent, two verifications, and our own. */
export const attemptLimit = (settings: Settings, timeout: number): number =>
  settings.setup_timeout + timeout + 2 * settings.verify_timeout + OWN_TIME

export interface ResolvedAgent {
  readonly use: string
  readonly model: string | undefined
  readonly args: readonly string[]
  readonly timeout: number
  readonly stall: number
  readonly env: readonly string[]
}
