/** A run that dies: from one call to a port on, nothing it does reaches the world any more. */
import type { Ports } from '../../src/app/ports.ts'

export interface Death {
  /** The call at which it dies, counted from 1. */
  readonly at: number
  /** Whether that call still takes effect. */
  readonly after: boolean
}

export class Died extends Error {}

export interface Mortal {
  readonly ports: Ports
  /** Calls made so far. */
  readonly calls: () => number
}

type Call = () => Promise<unknown>

/** Ports whose run dies at one call; without a death they only count. */
export function mortal(ports: Ports, death?: Death): Mortal {
  let calls = 0
  const gate = async (call: Call) => {
    calls += 1
    if (death === undefined || calls < death.at) return call()
    if (calls === death.at && death.after) await call()
    throw new Died(`died at call ${calls}`)
  }
  const guarded = guardedBy(gate)
  return {
    calls: () => calls,
    ports: {
      ...ports,
      store: guarded(ports.store),
      workspaces: guarded(ports.workspaces),
      origin: guarded(ports.origin),
      agents: guarded(ports.agents),
      commands: guarded(ports.commands),
      outbox: guarded(ports.outbox),
      relay: guarded(ports.relay),
      parcels: guarded(ports.parcels),
      host: guarded(ports.host),
    },
  }
}

/** Puts a gate before every method of a port. */
export const guardedBy =
  (gate: (call: Call, name: string) => Promise<unknown>) =>
  <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => gate(async () => Reflect.apply(value, target, args), String(name))
      },
    })
