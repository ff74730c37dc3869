/** Phase 5: recognise the failure, and see whether the attempt got anywhere at all. */
import { fingerprint } from '../../core/fingerprint.ts'
import { verifiesParts } from '../../core/split.ts'
import type { Attempt, Judged } from '../attempt.ts'

export interface Learnt {
  readonly judged: Judged
  readonly fingerprint: string | undefined
}

/** Pure: the same tree failing in the same way as before is no progress, whatever the agent says. */
export function learn({ task, lease }: Attempt, judged: Judged): Learnt {
  const { failure, verdict, tree } = judged
  if (verdict === 'done' || failure === undefined) return { judged, fingerprint: undefined }
  const print = fingerprint(failure.command ?? verdict, failure.tail)
  const before = task.attempts.some((old) => old.fingerprint === print && old.tree === tree)
  // Of parts nobody has tried to mend the whole yet.
  const isAgain = before && !verifiesParts(task, lease)
  if (verdict !== 'verify_failed' || !isAgain || tree === undefined) return { judged, fingerprint: print }
  const because = `It left the same files as an earlier attempt, and they fail in the same way. ${judged.because}`
  return { judged: { ...judged, verdict: 'no_progress', because }, fingerprint: print }
}
