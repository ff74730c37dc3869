/**
 * The post step: what the main step could not do any more, because it was interrupted or died, and
 * what can wait until everything else is done.
 *
 * The runner starts it after all steps of the job, whatever became of them, and gives it five
 * minutes after a cancel. It never makes a job red: what it cannot do, the next tick does.
 */
import { hasCacheService } from '../adapters/github/cache.ts'
import { leftForPost } from './action-state.ts'
import { outliveListeners } from './listeners.ts'
import { variables } from './surroundings.ts'

export async function post(): Promise<void> {
  outliveListeners()
  const left = leftForPost()
  // Without a loop, the main step did not come so far as to change anything.
  if (left.loop === undefined || (left.isFinished && !hasCacheService(variables()))) return
  const { doTheRest } = await import('./action-rest.ts')
  await doTheRest(left, left.loop)
}
