/** A run of the action that carries the loop on by itself: fresh agents one after another in this job. */
import { runLoop } from '../app/run.ts'
import type { RunEnded, RunOptions } from '../app/run-options.ts'
import { tally } from '../core/job-summary.ts'
import { sentences } from '../core/text.ts'
import { MINUTE } from '../core/time.ts'
import type { ActionRun, Done } from './action-did.ts'
import { cancelledBy, type Known, NAP, PAUSED, watching } from './action-lane.ts'

/** How long before the job's limit no new iteration begins, ms. */
const MARGIN = 10 * MINUTE

/** Until the loop ends or the job has to. */
export async function here(action: ActionRun, known: Known): Promise<Done> {
  const { inputs, run } = action
  const until = (run.ends ?? Number.POSITIVE_INFINITY) - MARGIN
  const ended = await carryOn(action, { fresh: inputs.fresh, wait: NAP, until, ...known })
  const cancelled = await cancelledBy(action)
  const after = cancelled ?? ended.checkpoint
  return {
    changed: sentences(
      `${countOf(ended)}: ${ended.busy ?? after.reason}`,
      cancelled === undefined ? '' : PAUSED,
      tally(after),
    ),
    after,
    did: { iteration: after.ledger.iterations },
    ...(cancelled === undefined ? {} : { word: 'obeyed' }),
  }
}

/** One iteration and no more. */
export async function single(action: ActionRun, known: Known): Promise<Done> {
  const ended = await carryOn(action, { maxIterations: 1, ...known })
  return { changed: `${countOf(ended)}: ${ended.busy ?? ended.checkpoint.reason}`, after: ended.checkpoint }
}

const carryOn = (action: ActionRun, options: Partial<RunOptions>): Promise<RunEnded> =>
  runLoop(action.ports, action.run, {
    ...watching(action),
    hasHeir: true,
    fresh: false,
    resume: false,
    maxIterations: undefined,
    wait: 0,
    until: undefined,
    signal: action.signal,
    ...options,
  })

const countOf = ({ iterations }: RunEnded): string =>
  iterations === 0 ? 'Nothing changed' : `${iterations} ${iterations === 1 ? 'iteration' : 'iterations'}`
