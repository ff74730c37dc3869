/** A repository with a loop on a loopback GitHub, and the people and clocks that start its runs. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'
import { ActionRunner, TOKEN } from './action-runner.ts'
import { commitFiles } from './commit-files.ts'
import { addRun, type FakeRun } from './github-rest.ts'
import { GithubServer } from './github-server.ts'

export const STATE = 'refs/heads/cms/main/state'
export const WORK = 'refs/heads/cms/main/work'

export class ActionWorld implements AsyncDisposable {
  readonly server: GithubServer
  readonly runner: ActionRunner
  readonly #folder: string

  private constructor(server: GithubServer, runner: ActionRunner, folder: string) {
    this.server = server
    this.runner = runner
    this.#folder = folder
  }

  /** @param loopFile its text, given a folder outside of the repository that agents may write to. */
  static async open(loopFile: (outside: string) => string): Promise<ActionWorld> {
    const server = await GithubServer.start({ token: TOKEN })
    const folder = await mkdtemp(join(tmpdir(), 'cms-outside-'))
    const world = new ActionWorld(server, await ActionRunner.open(server), folder)
    await world.commit({
      'README.md': '# Widgets\n',
      '.github/workflows/cms.yml': workflowText('command'),
      'checks/has.sh': 'test -s "out/$1.txt"\n',
      '.cms/loop.yml': loopFile(folder),
    })
    return world
  }

  /** A file outside of every job, for agents to write to and tests to read. */
  outside(name: string): string {
    return join(this.#folder, name)
  }

  /** What agents wrote to a file outside; empty when none did. */
  lines(name: string): string[] {
    const path = this.outside(name)
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  }

  /** Commits files to the default branch; those not named stay. */
  async commit(files: Readonly<Record<string, string>>): Promise<void> {
    await commitFiles(this.server, 'refs/heads/main', files)
  }

  checkpoint(): Checkpoint {
    return Checkpoint.parse(JSON.parse(this.server.git('show', `${STATE}:checkpoint.json`)))
  }

  /** Subjects of the state branch, oldest first. */
  story(): string[] {
    return this.server.git('log', '--reverse', '--format=%s', STATE).split('\n')
  }

  /** A person edits the checkpoint on the state branch. */
  async edit(change: (checkpoint: Checkpoint) => Checkpoint): Promise<void> {
    const text = `${JSON.stringify(change(this.checkpoint()), null, 2)}\n`
    await commitFiles(this.server, STATE, { 'checkpoint.json': text })
  }

  /** As if minutes had passed since everything the lanes did. */
  async later(minutes: number): Promise<void> {
    const earlier = (text: string) => new Date(Date.parse(text) - minutes * 60_000).toISOString()
    await this.edit((checkpoint) => ({
      ...checkpoint,
      lanes: Object.fromEntries(
        Object.entries(checkpoint.lanes).map(([id, lane]) => {
          const { state } = lane
          if (state.at === 'idle') return [id, lane]
          const since = earlier(state.since)
          const moved =
            state.at === 'running' ? { ...state, since, until: earlier(state.until) } : { ...state, since }
          return [id, { ...lane, state: moved }]
        }),
      ),
    }))
  }

  /** From now on the repository says this of every pushed ref that fits: sh, with `$ref` in it. */
  async refuse(pattern: string, says: string): Promise<void> {
    const hook = join(this.server.gitDir, 'hooks', 'pre-receive')
    const check = `while read -r old new ref; do case "$ref" in ${pattern}) ${says} ;; esac; done`
    await writeFile(hook, `#!/bin/sh\nrc=0\n${check}\nexit $rc\n`)
    await chmod(hook, 0o755)
  }

  /** Takes that back. */
  allow(): Promise<void> {
    return rm(join(this.server.gitDir, 'hooks', 'pre-receive'))
  }

  /** A person presses "Run workflow". The job is not started. */
  async press(inputs: Readonly<Record<string, string>> = {}, ref = 'main'): Promise<FakeRun> {
    const carryOn = this.server.onDispatch
    this.server.onDispatch = () => {}
    const answer = await fetch(
      `${this.server.apiUrl}/repos/acme/widgets/actions/workflows/cms.yml/dispatches`,
      {
        method: 'POST',
        headers: { authorization: `bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ref, inputs }),
      },
    )
    this.server.onDispatch = carryOn
    const [run] = this.server.world.runs
    if (answer.status !== 204 || run === undefined) throw new Error(`not dispatched: ${await answer.text()}`)
    return run
  }

  /** The newest run that a lane was dispatched for. */
  waiting(): FakeRun {
    const run = this.server.world.runs.find(({ inputs }) => inputs['lane'])
    if (run === undefined) throw new Error('no lane was dispatched')
    return run
  }

  /** The schedule makes a run. */
  tick(): FakeRun {
    return addRun(this.server.world, {
      display_title: 'cms main tick',
      event: 'schedule',
      head_branch: this.server.world.defaultBranch,
      path: '.github/workflows/cms.yml',
      inputs: {},
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
    // The last: it throws if anything was asked that GitHub does not allow.
    await this.server[Symbol.asyncDispose]()
  }
}

/** A task of the `command` agent that leaves `out/<id>.txt`, and a word in the log outside. */
export const task = (id: string, run: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  name: `Write ${id}`,
  run,
  verify: [`sh checks/has.sh ${id}`],
  ...more,
})

/** The usual work: notes that it ran, then does it. */
export const writes = (outside: string, id: string): string =>
  `echo ${id} >> ${outside}/ran; mkdir -p out; echo ${id} > out/${id}.txt`

/** A loop file is YAML, and JSON is YAML. */
export const loopFile = (tasks: readonly object[], more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ goal: 'Letters', agent: 'command', protect: ['checks/**'], ...more, tasks }, null, 2)
