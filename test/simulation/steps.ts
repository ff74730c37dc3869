/** Which phase a run is in, told by the calls that it makes. */
import type { Phase } from './faults.ts'

/** Jobs of the walled form that have only a part of an iteration. */
export type Part = 'check' | 'settle'

const WORKS: ReadonlySet<string> = new Set([
  'agents.check',
  'workspaces.open',
  'store.salvaged',
  'agents.run',
])
const TAKES: ReadonlySet<string> = new Set(['workspaces.freeze', 'workspaces.changes'])
const ASKS: ReadonlySet<string> = new Set([
  'store.swap',
  'relay.stateOfRun',
  'relay.stateOfRequest',
  'relay.dispatch',
])

/** Where a call leads that is made in a phase; `undefined`: it stays there. */
export function nextPhase(now: Phase, call: string, part: Part | undefined): Phase | undefined {
  if (call === 'mirror.find') return 'restore'
  if (part === 'check') return call.startsWith('store.load') ? undefined : 'verify'
  if (part === 'settle') return call === 'store.load' && now === 'restore' ? undefined : 'hand off'
  switch (now) {
    case 'restore':
      return WORKS.has(call) ? 'execute' : ASKS.has(call) ? 'plan' : undefined
    case 'plan':
      return WORKS.has(call) ? 'execute' : undefined
    case 'execute':
      return TAKES.has(call) ? 'verify' : ASKS.has(call) ? 'hand off' : undefined
    case 'verify':
      return ASKS.has(call) ? 'hand off' : undefined
    default:
      return undefined
  }
}
