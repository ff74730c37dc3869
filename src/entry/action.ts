/**
 * The action, as the runner starts it: inputs in; log, outputs, summary and exit state out.
 *
 * Here is what it takes to start the first git command, and no more: the rest is loaded while
 * git is at work.
 */
import * as core from '@actions/core'
import { leave } from '../adapters/github/step-state.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { open } from './action-open.ts'
import { outliveListeners } from './listeners.ts'
import { interruptible } from './signals.ts'

export async function run(): Promise<void> {
  outliveListeners()
  // What nobody waits for may fail, too: the page of the run has to say so.
  process.once('uncaughtException', (error) => void tellAll(error).finally(() => process.exit(1)))
  try {
    const tell = () => {
      leave.interrupted(systemClock.now())
      core.info('The runner ends this job: saving what there is.')
    }
    using interrupt = interruptible(tell, 'is ignored')
    const [opened, { job }] = await open(() => import('./action-job.ts'))
    await job({ ...opened, signal: interrupt.signal })
  } catch (error) {
    await tellAll(error)
  }
}

async function tellAll(error: unknown): Promise<void> {
  await (await import('./action-failure.ts')).tellFailure(error)
}
