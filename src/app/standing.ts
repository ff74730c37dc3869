/** The loop as a person should see it now: as the next run would find it. Nothing is written. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { advance } from '../core/status.ts'
import { endings, look } from './look.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports } from './ports.ts'

/** A run may have died, and a wait may have passed, since the last commit. */
export async function asItStands(
  ports: Pick<Ports, 'host' | 'relay' | 'clock'>,
  { checkpoint }: Restored,
): Promise<Checkpoint> {
  const findings = await look(ports, checkpoint)
  const now = ports.clock.now()
  const seen = endings(checkpoint, findings, { by: ports.host.self, now })
  return { ...advance(checkpoint, seen, now).checkpoint, seq: checkpoint.seq }
}
