/** The job `work`: one attempt on a machine that may write nothing; what it leaves goes into a parcel. */
import { LoopError } from '../../core/error.ts'
import { roomFor } from '../../core/lanes.ts'
import { NO_MAIL } from '../../core/letters.ts'
import { LIMITS } from '../../core/limits.ts'
import { paceOf } from '../../core/mail-pace.ts'
import { NO_OFFER } from '../../core/proposal.ts'
import { clip } from '../../core/text.ts'
import { handoverText, WorkEnd } from '../../core/walled.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { breachesOf } from '../breaches.ts'
import { dropFiles, isFileless } from '../fileless.ts'
import { heldBy } from '../held.ts'
import { execute } from '../phases/execute.ts'
import { restore } from '../phases/restore.ts'
import { freeze } from '../phases/verify.ts'
import type { Ports, RunSettings } from '../ports.ts'

export type Worked =
  | { readonly is: 'nothing'; readonly because: string }
  | {
      readonly is: 'handed_over'
      readonly task: string
      readonly iteration: number
      /** How it ended: `ready` and `agent_limit` still have to be verified. */
      readonly end: Executed['end']
      readonly because: string
      /** Whether there is something to verify. */
      readonly isReady: boolean
    }

export async function workOn(ports: Ports, run: RunSettings, signal: AbortSignal): Promise<Worked> {
  const restored = await restore(ports, { mend: false })
  const held = restored && heldBy(ports, run, restored.checkpoint)
  if (held === undefined)
    return { is: 'nothing', because: 'This run holds no task; a re-run only repairs, and does not work.' }
  if (held.lease.landing === true)
    return { is: 'nothing', because: 'What was finished before is only checked; no agent works on it.' }
  const { task, lease, checkpoint, settings } = held
  await ports.store.bring(lease.base)
  using recording = ports.recorder.open({ loop: run.loop, task: task.id, iteration: lease.iteration })
  const startedAt = ports.clock.now()
  const { timeout } = roomFor(
    settings,
    held.agent.timeout,
    (run.ends ?? Number.POSITIVE_INFINITY) - startedAt,
  )
  // What it sends is in the parcel: this machine may write nothing.
  const pace =
    run.mail === 'not' ? undefined : { ...(run.mail ?? paceOf(run.home, settings)), send: undefined }
  const attempt: Attempt = { ...held, agent: { ...held.agent, timeout }, startedAt, signal, recording, pace }
  const because = 'leased by the job before'
  ports.reporter.tell({
    type: 'begun',
    ...{ checkpoint, lane: lease.lane, task: task.id, attempt: lease.attempt, because },
  })
  const executed = await execute(ports, attempt)
  const end = await handOver(ports, attempt, executed)
  const hasFiles = !isFileless(attempt, end)
  const isReady = hasFiles && (end.end === 'ready' || end.end === 'agent_limit')
  return { is: 'handed_over', task: task.id, iteration: lease.iteration, ...end, isReady }
}

type End = Pick<Executed, 'end' | 'because'>

async function handOver(ports: Ports, attempt: Attempt, executed: Executed): Promise<End> {
  const { workspace } = executed
  if (isFileless(attempt, executed)) {
    await dropFiles(ports, attempt, executed)
    return send(ports, attempt, executed)
  }
  const { base } = attempt.lease
  const frozen = workspace === undefined ? undefined : await freeze(ports, workspace, base)
  if (typeof frozen === 'string') return send(ports, attempt, violating(executed, frozen))
  // An artifact is there for everybody who may read the repository: what must not be seen is not sent.
  const breaches = frozen === undefined ? [] : await breachesOf(ports, attempt, frozen)
  if (breaches.length > 0) return send(ports, attempt, violating(executed, breaches.slice(0, 5).join(' ')))
  try {
    return await send(ports, attempt, executed, frozen)
  } catch (error) {
    if (!(error instanceof LoopError) || error.code !== 'parcel-too-large') throw error
    return send(ports, attempt, violating(executed, error.message))
  }
}

const violating = (executed: Executed, because: string): Executed => ({
  ...executed,
  end: 'policy_violation',
  because,
})

async function send(
  { parcels, redact, host }: Ports,
  { lease, checkpoint }: Attempt,
  { end: ended, usage, failure, report, setupTree, resumeAt, ...rest }: Executed,
  frozen?: { readonly tree: string; readonly subjects: readonly string[] },
): Promise<End> {
  const because = clip(redact(rest.because), LIMITS.because_bytes)
  // The one ending that the others know by themselves: what was kept did not fit.
  const end = WorkEnd.safeParse(ended).data ?? 'no_result'
  const { proposals, refused } = report?.proposals ?? NO_OFFER
  const text = handoverText({
    version: 1,
    ...{ end, because, usage },
    ...(failure === undefined ? {} : { failure }),
    summary: report?.summary ?? '',
    outputs: { ...report?.outputs },
    notes: [...(report?.notes ?? [])],
    subjects: (frozen?.subjects ?? []).map(redact),
    ...(setupTree === undefined ? {} : { setup_tree: setupTree }),
    ...(resumeAt === undefined ? {} : { resume_at: resumeAt }),
    proposals,
    refused: [...refused],
    mail: report?.mail ?? NO_MAIL,
  })
  const { base } = lease
  await parcels.send({ run: host.self, loop: checkpoint.loop, tree: frozen?.tree, base, text })
  return { end, because }
}
