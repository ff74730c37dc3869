/**
 * The post step: what the main step could not do any more, because it was interrupted or died.
 *
 * The runner starts it after all steps of the job, whatever became of them, and gives it five
 * minutes after a cancel. It never makes a job red: what it cannot do, the next tick does.
 */
import * as core from '@actions/core'
import { plain } from '../adapters/github/plain.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import { rescue } from '../app/rescue.ts'
import { explain, LoopError } from '../core/error.ts'
import { jobSummary } from '../core/job-summary.ts'
import { open } from './action-open.ts'
import { type LeftForPost, leftForPost } from './action-state.ts'
import { factsOf } from './action-tell.ts'
import { outliveListeners } from './listeners.ts'
import { secretsOf } from './secrets.ts'
import { variables } from './surroundings.ts'

export async function post(): Promise<void> {
  outliveListeners()
  const left = leftForPost()
  const { loop } = left
  // The main step did not come so far as to change anything.
  if (loop === undefined || left.isFinished) return
  try {
    await finish({ ...left, loop })
  } catch (error) {
    const text = error instanceof LoopError ? explain(error) : String(error)
    core.warning(plain(secretsOf(variables()).redact(`What the main step left could not be saved: ${text}`)))
  }
}

async function finish({ loop, isCancelled }: LeftForPost & { readonly loop: string }): Promise<void> {
  const signal = new AbortController().signal
  const [opened, { prepare }] = await open(() => import('./action-prepare.ts'))
  const action = await prepare({ ...opened, signal }, { loop })
  const { ports, run, onward, context } = action
  const rescued = await rescue(ports, run, { isCancelled, onward: onward === 'dispatch' })
  const what = rescued?.what ?? []
  for (const sentence of what) core.info(plain(ports.redact(sentence)))
  if (rescued === undefined || what.length === 0) return
  await writeSummary(
    context.summaryFile,
    ports.redact(
      jobSummary({
        changed: what.join(' '),
        checkpoint: rescued.checkpoint,
        next: [],
        facts: factsOf(action),
      }),
    ),
  )
}
