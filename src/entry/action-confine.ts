/** What the commands of the job `check` may touch: they run what an agent wrote. */
import { dirname, join } from 'node:path'
import type { GithubContext } from '../adapters/github/context.ts'
import type { Inputs } from '../adapters/github/inputs.ts'
import type { Confinement } from '../adapters/process/confine.ts'

/** The folder for HOME of agents and commands. */
export const homeFor = ({ temp }: Pick<GithubContext, 'temp'>): string => join(temp, 'cms-home')

export function confinementOf(context: GithubContext, { job, confine }: Inputs): Confinement | undefined {
  if (job !== 'check' || !confine) return undefined
  const files = [context.outputFile, context.summaryFile].flatMap((file) => (file ? [dirname(file)] : []))
  return {
    writable: [homeFor(context)],
    // What goes on to run when the commands have ended: ours, and Node.
    sealed: [import.meta.dirname, dirname(process.execPath)],
    hidden: [...new Set(files)],
  }
}
