/** A repository with a loop on a loopback GitHub, and the people and clocks that start its runs. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { workflowText } from '../../src/core/scaffold.ts'
import { ActionRunner, TOKEN } from './action-runner.ts'
import type { FakeRun } from './github-rest.ts'
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
    const tree = await mkdtemp(join(this.#folder, 'tree-'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true })
      await writeFile(join(tree, path), text)
    }
    this.#write('refs/heads/main', tree)
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
    const tree = await mkdtemp(join(this.#folder, 'tree-'))
    const text = `${JSON.stringify(change(this.checkpoint()), null, 2)}\n`
    await writeFile(join(tree, 'checkpoint.json'), text)
    this.#write(STATE, tree)
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
    const { runs, newId } = this.server.world
    const id = newId()
    const run: FakeRun = {
      id,
      display_title: 'cms main tick',
      event: 'schedule',
      head_branch: this.server.world.defaultBranch,
      path: '.github/workflows/cms.yml',
      html_url: `${this.server.remote}/actions/runs/${id}`,
      created_at: '2026-11-23T00:00:00Z',
      run_attempt: 1,
      status: 'queued',
      conclusion: null,
      jobs: [],
      attempts: {},
      inputs: {},
    }
    runs.unshift(run)
    return run
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
    // The last: it throws if anything was asked that GitHub does not allow.
    await this.server[Symbol.asyncDispose]()
  }

  /** Commits the files of a folder on top of a ref, by plumbing, so that nobody's config matters. */
  #write(ref: string, tree: string): void {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: tree,
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          GIT_DIR: this.server.gitDir,
          GIT_WORK_TREE: tree,
          GIT_INDEX_FILE: `${tree}.index`,
          ...Object.fromEntries(
            ['AUTHOR', 'COMMITTER'].flatMap((who) => [
              [`GIT_${who}_NAME`, 'A person'],
              [`GIT_${who}_EMAIL`, 'p@example.com'],
            ]),
          ),
        },
      }).trim()
    const parent = this.server.git('for-each-ref', '--format=%(objectname)', ref)
    if (parent !== '') git('read-tree', parent)
    git('add', '--force', '--ignore-removal', '.')
    const from = parent === '' ? [] : ['-p', parent]
    git('update-ref', ref, git('commit-tree', git('write-tree'), ...from, '-m', 'by hand'))
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
