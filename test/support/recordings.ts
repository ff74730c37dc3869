/** Recordings of real agents in test/fixtures: output as `.jsonl`, errors as `.stderr.txt`, a session as `.rollout.jsonl`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentAdapter, AgentExit, AgentOutcome, Machine } from '../../src/ports/agent.ts'
import { assignment, exit } from './assignment.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures')

/** Names of what was recorded of an agent. */
export const recorded = (agent: string): string[] => [
  ...new Set(readdirSync(join(FIXTURES, agent)).map((file) => file.replace(/\..*$/, ''))),
]

export interface Recording {
  readonly output: readonly string[]
  readonly errors: readonly string[]
  /** What it left in a file of its own. */
  readonly left: readonly string[]
}

/** What one run of an agent printed and left. */
export function recording(agent: string, name: string): Recording {
  const lines = (ending: string): string[] => {
    const path = join(FIXTURES, agent, `${name}.${ending}`)
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  }
  return { output: lines('jsonl'), errors: lines('stderr.txt'), left: lines('rollout.jsonl') }
}

interface How {
  readonly exit?: Partial<AgentExit>
  readonly assigned?: Parameters<typeof assignment>[0]
  readonly machine?: Machine
}

/** What an adapter makes of a recording, as if its program ran now. */
export function played(
  adapter: AgentAdapter,
  { output = [], errors = [], left = [] }: Partial<Recording>,
  { exit: how, assigned, machine }: How = {},
): AgentOutcome & { readonly notes: readonly string[] } {
  const reader = adapter.reader(assignment(assigned), machine)
  const heard = [
    ...output.map((line) => reader.line(line)),
    ...errors.map((line) => reader.complaint?.(line) ?? {}),
  ]
  for (const line of left) reader.line(line)
  const stderr = errors.join('\n').slice(-8_192)
  return {
    ...reader.end(exit({ stderr, ...how })),
    notes: heard.flatMap(({ note }) => note?.line ?? []),
  }
}
