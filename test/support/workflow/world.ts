/** A loopback repository with workflows in it, and the runner that runs them: for tests of the runner. */
import { commitFiles } from '../commit-files.ts'
import type { FakeRun } from '../github-rest.ts'
import { GithubServer } from '../github-server.ts'
import { type WorkflowOptions, WorkflowRunner } from './runner.ts'

export interface WorkflowWorld extends AsyncDisposable {
  readonly server: GithubServer
  readonly runner: WorkflowRunner
  /** Presses "Run workflow" and waits until nothing runs. */
  readonly whole: (inputs?: Readonly<Record<string, string>>, workflow?: string) => Promise<FakeRun>
  /** Commits to the default branch; paths without a folder are workflows. */
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<void>
}

/** Opens a world with some files; those without a folder are workflows, and `cms.yml` is the usual one. */
export async function workflows(
  files: Readonly<Record<string, string>>,
  options: Omit<WorkflowOptions, 'server'> = {},
): Promise<WorkflowWorld> {
  const server = await GithubServer.start({ token: 'a-persons-own' })
  const commit = (all: Readonly<Record<string, string>>) =>
    commitFiles(
      server,
      'refs/heads/main',
      Object.fromEntries(
        Object.entries(all).map(([path, text]) => [
          path.includes('/') ? path : `.github/workflows/${path}`,
          text,
        ]),
      ),
    )
  await commit(files)
  const runner = await WorkflowRunner.open({ server, ...options })
  return {
    server,
    runner,
    commit,
    whole: async (inputs, workflow) => {
      const run = await runner.press(inputs, workflow)
      await runner.idle()
      return run
    },
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** A workflow that people start, of these jobs, in YAML. */
export const manual = (jobs: string, more = ''): string => `on: workflow_dispatch\n${more}\njobs:\n${jobs}`

/** Name and conclusion of each job that the API shows, in the order of the names. */
export const shown = (run: FakeRun): Record<string, string | null> =>
  Object.fromEntries(
    run.jobs
      .map(({ name = '', conclusion }) => [name, conclusion] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
