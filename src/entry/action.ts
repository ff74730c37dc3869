/**
 * The action, as the runner starts it: inputs in; log, outputs, summary and exit state out.
 *
 * Here is what it takes to start the first git command, and no more: the rest is loaded while
 * git is at work.
 */
import * as core from '@actions/core'
import { open } from './action-open.ts'
import { outliveListeners } from './listeners.ts'
import { interruptible } from './signals.ts'

export async function run(): Promise<void> {
  outliveListeners()
  try {
    const tell = () => core.info('The runner ends this job: saving what there is.')
    using interrupt = interruptible(tell, 'is ignored')
    const [opened, { job }] = await open(() => import('./action-job.ts'))
    await job({ ...opened, signal: interrupt.signal })
  } catch (error) {
    await (await import('./action-failure.ts')).tellFailure(error)
  }
}
