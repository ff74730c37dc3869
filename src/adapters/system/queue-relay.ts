/**
 * The relay of a loop that carries itself on in one process: its requests are a queue that
 * the caller works off, so there is nothing to call and nothing to look up.
 */
import type { Relay } from '../../ports/relay.ts'

export const queueRelay: Relay = {
  dispatch: () => Promise.resolve({ is: 'accepted' }),
  stateOfRun: () => Promise.resolve({ is: 'unknown' }),
  stateOfRequest: () => Promise.resolve({ is: 'unknown' }),
  hasSchedule: false,
  keepSchedule: () => Promise.resolve(undefined),
}
