/** How many lanes a workflow may have, and what its inputs change about the loop file. */
import type { Inputs } from '../adapters/github/inputs.ts'
import { LoopError } from '../core/error.ts'
import type { Narrow } from '../core/follow.ts'
import { quotaFor, REQUESTS_OF } from '../core/quota.ts'

/** How the loop goes on. */
type Onward = 'dispatch' | 'here' | 'stop'

/** Caps can be lowered from outside, never raised. One job has one checkout: there is one lane in it. */
export const narrowedBy = (inputs: Inputs, onward: Onward): Narrow => ({
  ...(onward === 'dispatch' ? lanesOf(inputs) : { parallel: 1 }),
  ...(inputs['budget-usd'] === undefined ? {} : { usd: inputs['budget-usd'] }),
  ...(inputs['max-iterations'] === undefined ? {} : { iterations: inputs['max-iterations'] }),
})

/** What a person should know who wants more lanes than one job has. */
export const laneNote = (wanted: number, onward: Onward): string | undefined =>
  wanted > 1 && onward === 'here'
    ? `\`parallel: ${wanted}\` has no effect in this workflow: its loop goes on in one job, and one job has one lane. With the inputs \`lane\` and \`nonce\` (\`cms init\` writes them) it has as many chains of runs.`
    : undefined

const lanesOf = ({ parallel }: Inputs): Narrow => (parallel === undefined ? {} : { parallel })

/** Of one iteration. */
const requestsOf = ({ job }: Inputs): number => (job === 'all' ? REQUESTS_OF.one : REQUESTS_OF.several)

/** What the loop file's number of lanes is judged by; where the workflow names one, the file's is for other places. */
export const requestsFor = (inputs: Inputs, onward: Onward): number | undefined =>
  onward === 'dispatch' && inputs.parallel === undefined ? requestsOf(inputs) : undefined

/** @throws LoopError `bad-input` for more lanes than GitHub takes requests of. */
export function checkLanes(inputs: Inputs, onward: Onward): void {
  const { parallel } = inputs
  if (parallel === undefined || onward !== 'dispatch') return
  const quota = quotaFor(parallel, requestsOf(inputs))
  if (parallel <= quota.lanes) return
  throw new LoopError('bad-input', `parallel: these are too many lanes for GitHub: ${quota.sum}.`, {
    hint: `Set \`parallel: '${quota.lanes}'\` or less under \`with:\` of this step.`,
  })
}
