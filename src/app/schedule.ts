/** Keeps the schedule of the loop's workflow switched on. */
import { LIMITS } from '../core/limits.ts'
import { clip, oneLine } from '../core/text.ts'
import type { Ports } from './ports.ts'

/** Trouble fails no run: the next day it is tried again. */
export async function keepSchedule({ relay, reporter }: Pick<Ports, 'relay' | 'reporter'>): Promise<void> {
  const trouble = await relay.keepSchedule()
  if (trouble === undefined) return
  const text = `The schedule could not be kept switched on; tomorrow it is tried again. ${trouble}`
  reporter.tell({ type: 'note', text: clip(oneLine(text), LIMITS.because_bytes) })
}
