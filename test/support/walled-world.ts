/** A repository whose loop runs in the walled form, on the workflow runner of the tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { workflowText } from '../../src/core/scaffold.ts'
import { STATE, WORK } from './action-world.ts'
import { ArtifactServer } from './artifact-server.ts'
import { type WorkflowOptions } from './workflow/runner.ts'
import { type WorkflowWorld, workflows } from './workflow/world.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface WalledWorld extends AsyncDisposable {
  readonly world: WorkflowWorld
  readonly artifacts: ArtifactServer
  /** Outside of every job, for agents to write to and tests to read. */
  readonly outside: string
  readonly checkpoint: () => Checkpoint
  /** Paths on the work branch. */
  readonly landed: () => string[]
  /** Subjects of the state branch, oldest first. */
  readonly story: () => string[]
}

/** The caller: the workflow of the form with one job, with one job of another kind. */
export const walledText = (): string => {
  const [head = ''] = workflowText('command').split(/^permissions:/m)
  return `${head}permissions: {}
jobs:
  iterate:
    permissions: { contents: write, actions: write, pull-requests: write }
    uses: OWNER/cms-iterate/.github/workflows/loop.yml@v1
`
}

export async function walledWorld(
  loopFile: (outside: string) => string,
  options: Omit<WorkflowOptions, 'server' | 'artifacts' | 'actions'> = {},
): Promise<WalledWorld> {
  const outside = await mkdtemp(join(tmpdir(), 'cms-outside-'))
  const artifacts = await ArtifactServer.start()
  const world = await workflows(
    {
      'cms.yml': walledText(),
      'checks/has.sh': 'test -s "out/$1.txt"\n',
      'docs/README.md': '# Widgets\n',
      '.cms/loop.yml': loopFile(outside),
    },
    { artifacts, actions: { 'OWNER/cms-iterate@v1': ROOT }, ...options },
  )
  const { server } = world
  return {
    ...{ world, artifacts, outside },
    checkpoint: () => Checkpoint.parse(JSON.parse(server.git('show', `${STATE}:checkpoint.json`))),
    landed: () => server.git('ls-tree', '-r', '--name-only', WORK).split('\n'),
    story: () => server.git('log', '--reverse', '--format=%s', STATE).split('\n'),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await artifacts[Symbol.asyncDispose]()
      await rm(outside, { recursive: true, force: true })
    },
  }
}
