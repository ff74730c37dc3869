/** A run that failed: red, and the page of the run says why. */
import * as core from '@actions/core'
import { outputsOf, setOutputs } from '../adapters/github/outputs.ts'
import { plain } from '../adapters/github/reporter.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { diskTrouble } from '../core/errno.ts'
import { explain, LoopError } from '../core/error.ts'
import { failureSummary } from '../core/job-summary.ts'
import { redactor, secretsIn } from '../core/redact.ts'
import { variables } from './surroundings.ts'

/** How the loop stands all the same. */
export interface Standing {
  readonly checkpoint: Checkpoint
  /** `https://github.com/owner/repo` */
  readonly home: string
}

const BUG = 'This is a bug in cms-iterate, please report it: '

export async function tellFailure(failed: unknown, standing?: Standing): Promise<void> {
  const error = diskTrouble(failed)
  const env = variables()
  const redact = redactor(secretsIn(env))
  const thrown = Error.isError(error) ? error : new Error(String(error))
  const way = error instanceof LoopError ? error : undefined
  core.setFailed(plain(way === undefined ? BUG + (thrown.stack ?? thrown.message) : explain(way)))
  if (standing !== undefined)
    setOutputs(outputsOf(standing.checkpoint, {}, standing.home), (name, value) =>
      core.setOutput(name, value),
    )
  const message = redact(way === undefined ? BUG + thrown.message : thrown.message)
  const summary = failureSummary({ message, way, checkpoint: standing?.checkpoint })
  await writeSummary(env['GITHUB_STEP_SUMMARY'], summary)
}
