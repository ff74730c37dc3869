/**
 * Keeping the schedule of a loop's workflow switched on: GitHub switches it off after 60 days in
 * which nothing was pushed by people, and with it every other way to start the workflow.
 *
 * Once a day, and only while the loop goes on by itself. One that waits for a person keeps nothing
 * alive for ever; who resumes it can switch the workflow on, too.
 */
import type { Checkpoint } from './checkpoint.ts'
import type { Event } from './event.ts'
import { standing } from './status.ts'
import { iso, utcDay } from './time.ts'

/** The claim to do it today, for who saves it first; nobody else has to. */
export function scheduleEvents(checkpoint: Checkpoint, now: number): Event[] {
  const at = iso(now)
  const { status } = standing(checkpoint, now)
  const goesOn = status === 'running' || status === 'waiting'
  // Who has just started it could start it: it is switched on.
  const kept = checkpoint.schedule_kept ?? utcDay(checkpoint.started_at)
  // Clocks of machines differ a little: a day that has gone by does not come again.
  return goesOn && kept < utcDay(at) ? [{ type: 'schedule_kept', at }] : []
}
