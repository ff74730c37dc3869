/** One job of a loop's workflow, in a world in memory. */
import { githubContext } from '../../src/adapters/github/context.ts'
import { parseInputs } from '../../src/adapters/github/inputs.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { ActionDid, ActionRun } from '../../src/entry/action-did.ts'
import { actionRun } from '../../src/entry/action-run.ts'
import { settingsOf, type World } from './world.ts'

export interface ActionJob {
  readonly run: number
  readonly attempt?: number
  readonly event?: string
  readonly onward?: ActionRun['onward']
  readonly inputs?: Readonly<Record<string, string>>
  readonly config: LoopConfig
}

export function actionJob(
  world: World,
  { run, attempt = 1, event = 'workflow_dispatch', onward = 'dispatch', inputs = {}, config }: ActionJob,
): Promise<ActionDid> {
  const context = githubContext({
    GITHUB_REPOSITORY: 'owner/repo',
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_WORKSPACE: '/work',
    GITHUB_EVENT_NAME: event,
  })
  const parsed = parseInputs((name) => inputs[name] ?? '')
  const ends = world.clock.now() + parsed['job-minutes'] * MINUTE
  return actionRun({
    context,
    inputs: parsed,
    onward,
    broken: undefined,
    ports: world.as(context.self),
    run: { ...settingsOf(config), home: 'origin', ends },
    signal: new AbortController().signal,
    ...plainly(),
  })
}

/** What a run is given of which a test says nothing: no cache, and nobody who listens. */
export const plainly = (): Pick<ActionRun, 'attempts' | 'cache' | 'refs' | 'notify' | 'found' | 'spent'> => ({
  attempts: [],
  cache: undefined,
  refs: 'branches',
  notify: undefined,
  found: () => {},
  spent: () => {},
})
