/** After a person's word has made work ready: how a remote loop goes on. */
import { unreachable } from '../core/error.ts'
import { sentences } from '../core/text.ts'
import { type LoopWorkflow, seekWorkflow, startRun } from './github.ts'
import type { Session } from './session.ts'
import { type Variables, variables } from './surroundings.ts'

/**
 * What was done so that a remote loop with work goes on, in a sentence; `undefined` where no workflow
 * carries it on: `cms run` does.
 */
export async function goOn({ remoteUrl, repository, run }: Session): Promise<string | undefined> {
  if (remoteUrl === undefined) return undefined
  const env = variables()
  const { loop } = run
  const found = await seekWorkflow({ env, url: remoteUrl, root: repository.topLevel, loop })
  switch (found.is) {
    case 'found':
      return start(env, found.workflow)
    case 'several':
      return `not started: several workflows carry loops (${found.files.join(', ')}). Choose one: cms start --loop ${loop} --workflow ${found.files[0]}`
    case 'not_github':
    case 'none':
      return undefined
    default:
      return unreachable(found)
  }
}

async function start(env: Variables, workflow: LoopWorkflow): Promise<string> {
  const started = await startRun(env, workflow)
  if (started === undefined) return `start it: ${workflow.line}`
  if (started.is === 'started') return `started: ${started.url}`
  const why = started.is === 'refused' ? sentences(started.because, started.fix) : started.because
  return `not started: ${sentences(why)} Or type: ${workflow.line}`
}
