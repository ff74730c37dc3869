/** Finds out what became of other lanes' runs: the asking half of the sweep. */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Event } from '../core/event.ts'
import { type Finding, type Question, questions, sweep } from '../core/sweep.ts'
import { commit } from './commit.ts'
import type { Ports } from './ports.ts'

type Needs = Pick<Ports, 'host' | 'relay' | 'clock'>

/** By lane; lanes about which nothing had to be asked are not in it. */
export type Findings = ReadonlyMap<string, Finding>

/** @param isEager whether to ask before the deadlines, too. */
export async function look(ports: Needs, checkpoint: Checkpoint, isEager = false): Promise<Findings> {
  const now = isEager ? Number.POSITIVE_INFINITY : ports.clock.now()
  const asked = questions(checkpoint, now, ports.host.self)
  const answers = await Promise.all(asked.map((question) => answer(ports, checkpoint.loop, question)))
  return new Map(
    asked.map((question, n) => {
      const of = question.about === 'run' ? question.run : question.nonce
      return [question.lane, { ...(answers[n] ?? { is: 'unknown' }), of }]
    }),
  )
}

/** Ends the run of one lane, if it is over. */
export async function endRunOf(
  ports: Needs & Pick<Ports, 'store' | 'chance' | 'reporter' | 'redact'>,
  checkpoint: Checkpoint,
  lane: string,
): Promise<void> {
  const { self } = ports.host
  const question = questions(checkpoint, Number.POSITIVE_INFINITY, self).find((one) => one.lane === lane)
  if (question?.about !== 'run') return
  const found = { ...(await answer(ports, checkpoint.loop, question)), of: question.run }
  const findings: Findings = new Map([[lane, found]])
  await clearDead(ports, checkpoint, findings)
  await commit(ports, (now, moment) => ({
    events: endings(now, findings, { by: self, now: moment.now }),
    answer: undefined,
  }))
}

async function answer({ host, relay }: Needs, loop: string, question: Question): Promise<Finding> {
  const run = question.about === 'run' ? question.run : question.by
  switch (await host.liveness(run)) {
    case 'alive':
      return { is: 'alive' }
    case 'dead':
      // In a terminal a request lives in the process that asked, and dies with it.
      return { is: 'none' }
    default:
      return question.about === 'run' ? relay.stateOfRun(run) : relay.stateOfRequest({ loop, ...question })
  }
}

/** Clears what dead local runs left on this machine: marked processes. */
export async function clearDead(
  { host }: Pick<Ports, 'host'>,
  checkpoint: Checkpoint,
  findings: Findings,
): Promise<void> {
  for (const [lane, finding] of findings) {
    const state = checkpoint.lanes[lane]?.state
    if (finding.is === 'none' && state?.at === 'running') await host.clear(checkpoint.loop, state.run)
  }
}

/** What is found out about runs that are over, and requests that are given up; only runs make one again. */
const ENDINGS: ReadonlySet<Event['type']> = new Set([
  'lease_lost',
  'lane_ended',
  'dispatch_refused',
  'loop_held',
])

/** Of the repairs that findings ask for, those that end what is over. */
export const endings = (
  checkpoint: Checkpoint,
  findings: Findings,
  { by, now }: { readonly by: string; readonly now: number },
): Event[] =>
  sweep(checkpoint, findings, { by, now, nonce: () => '' }).filter(({ type }) => ENDINGS.has(type))
