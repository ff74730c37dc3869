/** A run that failed: red, and the page of the run says why. */
import * as core from '@actions/core'
import { fail } from '../adapters/github/annotations.ts'
import { plain } from '../adapters/github/plain.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { diskTrouble } from '../core/errno.ts'
import { explain, LoopError } from '../core/error.ts'
import { failureSummary, type RunFacts } from '../core/job-summary.ts'
import { sentences } from '../core/text.ts'
import { tellOutputs, whereTo } from './action-tell.ts'
import { secretsOf } from './secrets.ts'
import { variables } from './surroundings.ts'

/** How the loop stands all the same, and what the run did before. */
export interface Standing {
  /** `undefined` when there is no loop, or nobody can say. */
  readonly checkpoint: Checkpoint | undefined
  readonly facts: RunFacts
}

const BUG = 'This is a bug in cms-iterate, please report it: '

export async function tellFailure(failed: unknown, standing?: Standing): Promise<void> {
  const error = diskTrouble(failed)
  const env = variables()
  const { redact } = secretsOf(env)
  const thrown = Error.isError(error) ? error : new Error(String(error))
  const way = error instanceof LoopError ? error : undefined
  // A group that is open would hide the rest.
  if (standing !== undefined) core.endGroup()
  fail(redact(way === undefined ? BUG + (thrown.stack ?? thrown.message) : explain(way)), way?.place)
  const { checkpoint, facts } = standing ?? {}
  if (checkpoint !== undefined && facts !== undefined) tellOutputs(checkpoint, {}, { facts, redact })
  const message = redact(way === undefined ? BUG + thrown.message : thrown.message)
  const summary = failureSummary({ message, way, checkpoint, facts })
  await writeSummary(env['GITHUB_STEP_SUMMARY'], redact(summary))
  if (facts?.logs !== undefined) core.info(plain(whereTo(facts.logs)))
  const [first = ''] = message.split('\n')
  core.info(
    plain(sentences(`Failed: ${first.replace(/:$/, '')}`, way === undefined ? '' : `Fix: ${way.hint}`)),
  )
}
