/**
 * The post step: what the main step could not do any more, because it was interrupted or died, and
 * what can wait until everything else is done.
 *
 * The runner starts it after all steps of the job, whatever became of them, and gives it five
 * minutes after a cancel. It never makes a job red: what it cannot do, the next tick does.
 */
import * as core from '@actions/core'
import { hasCacheService } from '../adapters/github/cache.ts'
import { plain } from '../adapters/github/plain.ts'
import { cameFar, isFinished } from '../adapters/github/step-state.ts'
import { outliveListeners } from './listeners.ts'
import { variables } from './surroundings.ts'

export async function post(): Promise<void> {
  outliveListeners()
  // What nobody waits for may fail, too.
  process.once('uncaughtException', (error) => end(`The post step failed: ${error.message}`))
  if (!cameFar() || mayNotWrite() || (isFinished() && !mayCache())) return
  const { doTheRest } = await import('./action-rest.ts')
  await doTheRest()
  // Whatever is still under way has had its time.
  process.exit(0)
}

function end(text: string): void {
  core.warning(plain(text))
  process.exit(0)
}

/** Jobs of the walled form that can change nothing: what they leave undone is seen by the one that settles. */
const mayNotWrite = (): boolean => ['work', 'check'].includes(core.getInput('job').trim())

const mayCache = (): boolean =>
  core.getInput('cache').trim().toLowerCase() !== 'false' && hasCacheService(variables())
