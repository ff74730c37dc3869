/** The loop as a person should see it now: as the next run would find it. Nothing is written. */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Event } from '../core/event.ts'
import { advance } from '../core/status.ts'
import { sweep } from '../core/sweep.ts'
import { look } from './look.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports } from './ports.ts'

/** What is found out about others; requests are only made by runs. */
const SEEN: ReadonlySet<Event['type']> = new Set(['lease_lost', 'lane_ended', 'loop_held'])

/** A run may have died, and a wait may have passed, since the last commit. */
export async function asItStands(
  ports: Pick<Ports, 'host' | 'relay' | 'clock'>,
  { checkpoint }: Restored,
): Promise<Checkpoint> {
  const findings = await look(ports, checkpoint)
  const now = ports.clock.now()
  const repairs = sweep(checkpoint, findings, { by: ports.host.self, now, nonce: () => '' })
  const seen = repairs.filter(({ type }) => SEEN.has(type))
  return { ...advance(checkpoint, seen, now).checkpoint, seq: checkpoint.seq }
}
