/**
 * Tells people that the loop ended or stopped: the run whose commit moved it there does, once, and
 * at most once, because a run that dies in between tells nobody.
 */
import type { Checkpoint, Status } from '../core/checkpoint.ts'
import { unreachable } from '../core/error.ts'
import { LIMITS } from '../core/limits.ts'
import { noteOf } from '../core/note.ts'
import { END_STATES } from '../core/status.ts'
import { clip } from '../core/text.ts'
import type { Reporter } from '../ports/reporter.ts'
import type { Ports, RunSettings } from './ports.ts'

/** A reporter that remembers where commits of this run moved the loop last. */
export interface Listening extends Reporter {
  readonly moved: () => Status | undefined
}

export function listening(reporter: Reporter): Listening {
  let moved: Status | undefined
  return {
    moved: () => moved,
    tell(report) {
      if (report.type === 'moved') moved = report.to
      reporter.tell(report)
    },
  }
}

type Needs = Pick<Ports, 'notifier' | 'reporter' | 'redact'>

/** @param moved where this run moved the loop. What a person asked for is no news to them. */
export async function notifyEnd(
  { notifier, reporter, redact }: Needs,
  { web }: RunSettings,
  checkpoint: Checkpoint,
  moved: Status | undefined,
): Promise<void> {
  const { notify } = checkpoint.config.settings
  if (notify === undefined || moved !== checkpoint.status || !END_STATES.includes(moved)) return
  const { reason, ...note } = noteOf(checkpoint, web)
  const sent = await notifier.send(notify, {
    ...note,
    reason: redact(clip(reason, LIMITS.because_bytes)),
    text: redact(note.text),
  })
  switch (sent.is) {
    case 'sent':
      return
    case 'unset':
      return reporter.tell({
        type: 'warning',
        text: `Nobody was notified: the variable ${notify} is not set. In a workflow it belongs into the \`env:\` of this step.`,
      })
    case 'failed':
      return reporter.tell({
        type: 'warning',
        text: `Nobody was notified by the address in ${notify}: ${sent.because}.`,
      })
    default:
      return unreachable(sent)
  }
}
