/** What a run of the action says at its end: outputs, summary, at most one annotation, the last line. */
import * as core from '@actions/core'
import { fail } from '../adapters/github/annotations.ts'
import type { GithubContext } from '../adapters/github/context.ts'
import { type Did, outputsOf, setOutputs } from '../adapters/github/outputs.ts'
import { plain } from '../adapters/github/plain.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { jobSummary, lastLine, type RunFacts } from '../core/job-summary.ts'
import type { Redact } from '../core/secrets/redact.ts'
import type { ActionDid, ActionRun } from './action-did.ts'
import { STOPPED } from './action-run.ts'

/** `https://github.com/owner/repo` */
export const homeOf = ({ serverUrl, repository }: Pick<GithubContext, 'serverUrl' | 'repository'>): string =>
  `${serverUrl}/${repository}`

export const factsOf = ({ context, ports, attempts }: ActionRun): RunFacts => ({
  home: homeOf(context),
  workflow: context.workflow?.file,
  attempts,
  logs: ports.recorder.folder(),
})

/** After a run that did what it was for. */
export async function tell(action: ActionRun, done: ActionDid): Promise<void> {
  const facts = factsOf(action)
  const { reporter, redact } = action.ports
  const { changed, after, next = [] } = done
  if (after !== undefined || done.isPart === true) tellOutputs(after, done.did ?? {}, { facts, redact })
  const shown = done.isPart === true ? undefined : after
  const summary = jobSummary({ changed, checkpoint: shown, next, facts })
  await writeSummary(action.context.summaryFile, redact(summary))
  judge(done, redact)
  if (facts.logs !== undefined) reporter.tell({ type: 'note', text: whereTo(facts.logs) })
  reporter.tell({ type: 'note', text: lastLine({ changed, checkpoint: shown, next }) })
}

export const whereTo = (logs: string): string => `Everything that was printed is in ${logs}`

/** Work that is done and saved is not undone because nobody can be told of it. */
export function tellOutputs(
  checkpoint: Checkpoint | undefined,
  did: Did,
  { facts, redact }: { readonly facts: RunFacts; readonly redact: Redact },
): void {
  try {
    const outputs = outputsOf(checkpoint, { ...did, logPath: facts.logs }, facts.home)
    setOutputs(outputs, redact, (name, value) => core.setOutput(name, value))
  } catch (error) {
    core.info(plain(`The outputs cannot be set: ${Error.isError(error) ? error.message : String(error)}`))
  }
}

/** Red is the run that stops the loop; later runs that find it so are green with a warning. */
function judge({ after, red, word }: ActionDid, redact: Redact): void {
  if (after === undefined || !STOPPED.has(after.status) || word === 'obeyed') return
  const { status, reason, next } = after
  const text = redact(`${status.replaceAll('_', ' ')}: ${reason}${next === '' ? '' : ` Next: ${next}`}`)
  if (red) fail(text)
  else core.warning(plain(text))
}
