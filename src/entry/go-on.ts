/** After a person's word has made work ready: how a remote loop goes on. */
import { LoopError } from '../core/error.ts'
import { sentences } from '../core/text.ts'
import { findWorkflow, startRun } from './github.ts'
import type { Session } from './session.ts'
import { variables } from './surroundings.ts'

/** What was done so that a remote loop with work goes on, in a sentence; `undefined` where it is not on GitHub. */
export async function goOn({ remoteUrl, repository, run }: Session): Promise<string | undefined> {
  if (remoteUrl === undefined) return undefined
  const env = variables()
  try {
    const sought = { env, url: remoteUrl, root: repository.topLevel, loop: run.loop }
    const workflow = await findWorkflow(sought)
    const started = await startRun(env, workflow)
    if (started === undefined) return `start it: ${workflow.line}`
    if (started.is === 'started') return `started: ${started.url}`
    const why = started.is === 'refused' ? sentences(started.because, started.fix) : started.because
    return `not started: ${sentences(why)} Or type: ${workflow.line}`
  } catch (error) {
    // No workflow carries it: `cms run` does.
    if (error instanceof LoopError) return undefined
    throw error
  }
}
