/**
 * The job `check`: on a fresh machine, without a secret and without a right to write, it says what
 * is true of what was handed over, merged onto the work head there is now.
 */
import { LIMITS } from '../../core/limits.ts'
import { verifiesParts } from '../../core/split.ts'
import { clip } from '../../core/text.ts'
import type { Judgement } from '../../core/walled.ts'
import { appraise, type Left, proven, type Sound } from '../appraise.ts'
import type { Attempt } from '../attempt.ts'
import { heldBy } from '../held.ts'
import { colourOf } from '../phases/execute.ts'
import { restore } from '../phases/restore.ts'
import { prove } from '../phases/verify.ts'
import type { Ports, RunSettings } from '../ports.ts'
import type { CommandFailure } from '../setup.ts'
import { breachesOnHead, mergedOnto } from './merged.ts'
import { unpack } from './unpack.ts'

export type Checked =
  /** There is nothing to run: the job that settles sees that by itself. */
  | { readonly is: 'nothing'; readonly because: string }
  | {
      readonly is: 'judged'
      readonly task: string
      readonly iteration: number
      readonly judgement: Judgement
    }

export async function checkFor(ports: Ports, run: RunSettings, signal: AbortSignal): Promise<Checked> {
  const restored = await restore(ports, { mend: false })
  const held = restored && heldBy(ports, run, restored.checkpoint)
  if (restored === undefined || held === undefined)
    return { is: 'nothing', because: 'This run holds no task; a re-run only repairs, and does not check.' }
  const { task, lease } = held
  using recording = ports.recorder.open({ loop: run.loop, task: task.id, iteration: lease.iteration })
  // This machine is the clean place.
  const settings = { ...held.settings, verify_in: 'clean' as const }
  const attempt: Attempt = { ...held, settings, signal, recording }
  const unpacked = await unpack(ports, attempt)
  switch (unpacked.is) {
    case 'none':
      return { is: 'nothing', because: 'Nothing was handed over.' }
    case 'refused':
    case 'unfit':
      return { is: 'nothing', because: unpacked.because }
    default: {
      const judged = await judge(ports, attempt, unpacked.left, restored.checkpoint.work.head)
      return 'head' in judged
        ? { is: 'judged', task: task.id, iteration: lease.iteration, judgement: judged }
        : { is: 'nothing', because: judged.because }
    }
  }
}

async function judge(
  ports: Ports,
  attempt: Attempt,
  handed: Left,
  head: string,
): Promise<Judgement | { readonly because: string }> {
  const left = await withEvidence(ports, attempt, handed)
  const appraised = await appraise(ports, attempt, left)
  if (appraised.is === 'judged') return { because: appraised.judged.because }
  const merged = await mergedOnto(ports, attempt, left, head)
  const said = (
    verdict: Judgement['verdict'],
    because: string,
    failure?: CommandFailure['failure'],
  ): Judgement => ({
    ...{ verdict, head, tree: merged?.tree ?? left.frozen.tree },
    because: clip(ports.redact(because), LIMITS.because_bytes),
    ...(failure === undefined ? {} : { failure }),
  })
  if (merged === undefined)
    return said(
      'conflict',
      'Other commits came onto the work branch while it was worked on, and it does not fit.',
    )
  const breaches = await breachesOnHead(ports, attempt, { tree: merged.tree, head })
  if (breaches.length > 0) return { because: breaches.slice(0, 5).join(' ') }
  return sentence(ports, attempt, { left, sound: appraised.sound, commit: merged.commit, said })
}

interface Sentencing {
  readonly left: Left
  readonly sound: Sound
  readonly commit: string
  readonly said: (
    verdict: Judgement['verdict'],
    because: string,
    failure?: CommandFailure['failure'],
  ) => Judgement
}

async function sentence(
  ports: Ports,
  attempt: Attempt,
  { left, sound, commit, said }: Sentencing,
): Promise<Judgement> {
  const failed = await prove(ports, attempt, { commit, commands: sound.commands })
  if (failed?.aborted === true) return said('interrupted', failed.because)
  if (failed !== undefined) return said('verify_failed', failed.because, failed.failure)
  const { executed } = left
  if (executed.end === 'agent_limit' && !executed.seenRed) return said('agent_limit', executed.because)
  return said('done', proven(sound))
}

/** Where only red before and green after shows that something was done, red is looked for here, too. */
async function withEvidence(ports: Ports, attempt: Attempt, left: Left): Promise<Left> {
  const { task, settings } = attempt
  const { executed, frozen } = left
  const isOpen = executed.end === 'agent_limit' || (executed.end === 'ready' && frozen.changes.length === 0)
  if (!isOpen || verifiesParts(task, attempt.lease) || !settings.red_first || task.verify.length === 0)
    return left
  const seenRed = (await colourOf(ports, attempt)) === 'red'
  return { frozen, executed: { ...executed, seenRed } }
}
