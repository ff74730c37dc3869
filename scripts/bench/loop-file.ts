/** Loop files for the `command` agent: what is measured is the harness, not the work. */
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import type { LoopConfig } from '../../src/core/settings.ts'

export interface Shape {
  readonly tasks: number
  /** Shell; runs in place of an agent. */
  readonly run: string
  readonly verify: readonly string[]
  /** Attempts each task may use. */
  readonly attempts: number
  /** Every so manieth task needs the one before it; 0 for none. */
  readonly chain: number
  /** Lanes. Default: one. */
  readonly parallel?: number
}

/** Tasks of a usual size: a name, a paragraph of specification. */
export function loopText({ tasks, run, verify, attempts, chain, parallel = 1 }: Shape): string {
  const one = (n: number): object => ({
    id: taskId(n),
    name: `Port module ${n} to the new interface`,
    spec: `Module ${n} still speaks the old interface. Port it, keep its behaviour, and say in the module's own comment what changed for its callers. ${'Mind the edge cases. '.repeat(6)}`,
    run,
    ...(chain > 0 && n % chain !== 0 && n > 0 ? { needs: [taskId(n - 1)] } : {}),
  })
  return JSON.stringify({
    goal: 'Port every module to the new interface',
    agent: 'command',
    parallel,
    budget: { iterations: 100_000, minutes: 1_000_000 },
    policy: { attempts },
    verify: verify.length === 0 ? ['true'] : verify,
    approve_plan: false,
    tasks: Array.from({ length: tasks }, (_, n) => one(n)),
  })
}

export const taskId = (n: number): string => `module-${n}`

/** The same as the harness reads it. */
export function loopConfig(text: string): LoopConfig {
  const checked = checkBytes(new TextEncoder().encode(text), { agents: ['command'] })
  if (checked.is === 'invalid') throw new Error(JSON.stringify(checked.mistakes.slice(0, 3)))
  return checked.config
}
