/** A repository whose loop runs in the walled form, on the workflow runner of the tests. */
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { ActionWorld, WORK } from './action-world.ts'
import { ArtifactServer } from './artifact-server.ts'
import { WorkflowRunner } from './workflow/runner.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface WalledWorld extends AsyncDisposable {
  readonly world: ActionWorld
  readonly runner: WorkflowRunner
  readonly artifacts: ArtifactServer
  /** Paths on the work branch. */
  readonly landed: () => string[]
}

/**
 * @param loopFile its text, given a folder outside of the repository that agents may write to.
 * @param env added to the environment of every step.
 */
export async function walledWorld(
  loopFile: (outside: string) => string,
  env: Readonly<Record<string, string>> = {},
): Promise<WalledWorld> {
  const artifacts = await ArtifactServer.start()
  const world = await ActionWorld.open(loopFile)
  const text = workflowText('command', { form: 'walled' })
  await world.commit({ '.github/workflows/cms.yml': text })
  const { server } = world
  const actions = { 'OWNER/cms-iterate@v1': ROOT }
  const runner = await WorkflowRunner.open({ server, artifacts, actions, env })
  return {
    ...{ world, runner, artifacts },
    landed: () => server.git('ls-tree', '-r', '--name-only', WORK).split('\n'),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]()
      await artifacts[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}
