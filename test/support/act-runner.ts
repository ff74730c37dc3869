/**
 * Runs whole workflows by nektos/act, each run a process of its own: a second reading of the workflow
 * language, beside ours. It is told that the loopback GitHub is GitHub; it knows no network.
 *
 * What act lacks is given to it, and is not shown by these tests:
 *  1. `actions/checkout` is a small action that does the same by git: act has no copy of the real one.
 *  2. Actions of this repository are taken from a folder that is laid out as a release of it. In the
 *     workflow there, `$/` is written as the name of the repository at its tag, and `cache-mode` is left
 *     out: act refuses both.
 *  3. act knows no concurrency groups, no permissions and no `run-name`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needTool } from '../../scripts/tools.ts'
import { finish, TOKEN } from './action-runner.ts'
import type { ArtifactServer } from './artifact-server.ts'
import type { FakeRun } from './github-rest.ts'
import type { GithubServer } from './github-server.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const TAG = 'OWNER/cms-iterate@v1'

interface Parts {
  readonly server: GithubServer
  readonly folder: string
  readonly checkouts: readonly string[]
  readonly artifacts: ArtifactServer | undefined
}

/** A run that has ended. */
export interface ActRan {
  readonly run: FakeRun
  readonly code: number | null
  readonly log: string
}

export interface ActRunning {
  readonly run: FakeRun
  readonly child: ChildProcess
  readonly ended: Promise<ActRan>
}

export class ActRunner implements AsyncDisposable {
  readonly server: GithubServer
  readonly ran: ActRan[] = []
  readonly #folder: string
  readonly #checkouts: readonly string[]
  readonly #artifacts: ArtifactServer | undefined
  readonly #running = new Set<ActRunning>()

  private constructor({ server, folder, checkouts, artifacts }: Parts) {
    this.server = server
    this.#folder = folder
    this.#checkouts = checkouts
    this.#artifacts = artifacts
  }

  /** @param artifacts where jobs hand files to each other; act's own service does not know our client's. */
  static async open(server: GithubServer, artifacts?: ArtifactServer): Promise<ActRunner> {
    const folder = await mkdtemp(join(tmpdir(), 'cms-act-'))
    await release(join(folder, 'cms'))
    await checkoutAction(join(folder, 'checkout'))
    const texts = await readdir(join(folder, 'cms/.github/workflows')).then((names) =>
      Promise.all(names.map((name) => readFile(join(folder, 'cms/.github/workflows', name), 'utf8'))),
    )
    const used = texts.flatMap((text) =>
      [...text.matchAll(/uses: (actions\/checkout@\S+)/g)].map(([, name = '']) => name),
    )
    const checkouts = [...new Set(['actions/checkout@v7', ...used])]
    return new ActRunner({ server, folder, checkouts, artifacts })
  }

  /** From now on every dispatch starts its run. */
  carryOn(): void {
    this.server.onDispatch = (run) => void this.start(run)
  }

  /** Resolves when nothing runs; runs started by runs included. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running].map(({ ended }) => ended))
  }

  /** Starts the workflow of a run, as it is on the default branch. */
  start(run: FakeRun): ActRunning {
    const child = this.#spawn(run)
    run.status = 'in_progress'
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    const ended = new Promise<ActRan>((resolve) => {
      child.once('close', (code) => {
        finish(run, code === 0 ? 'success' : 'failure')
        const ran = { run, code, log }
        this.ran.push(ran)
        this.#running.delete(running)
        resolve(ran)
      })
    })
    const running = { run, child, ended }
    this.#running.add(running)
    return running
  }

  /** The whole machine is gone: act, what it started, and what that started. */
  async lose({ child, ended }: ActRunning): Promise<ActRan> {
    const { pid } = child
    if (pid !== undefined) for (const each of [pid, ...descendants(pid)]) kill(each)
    return ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.onDispatch = () => {}
    await Promise.all([...this.#running].map((running) => this.lose(running)))
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #spawn(run: FakeRun): ChildProcess {
    const place = `${this.#folder}/${run.id}.${run.run_attempt}`
    const { server } = this
    const artifacts = this.#artifacts
    const script = `
      set -eu
      mkdir -p "$1/repository/.github/workflows" "$1/home" "$1/cache"
      cd "$1/repository"
      cat > "$1/event.json"
      git --git-dir "$2" show "HEAD:$3" > "$3"
      shift 3
      exec "$@"`
    const event = { inputs: run.inputs, repository: { full_name: server.repository, default_branch: 'main' } }
    const github = {
      SHA_REF: server.git('rev-parse', 'main'),
      GITHUB_REPOSITORY: server.repository,
      GITHUB_REPOSITORY_OWNER: server.repository.split('/')[0] ?? '',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_ATTEMPT: String(run.run_attempt),
      // The artifact client takes any other name for that of an Enterprise Server, and refuses.
      GITHUB_SERVER_URL: server.url.replace('127.0.0.1', 'github.localhost'),
      GITHUB_API_URL: server.apiUrl,
      GITHUB_WORKFLOW_REF: `${server.repository}/${run.path}@refs/heads/main`,
      ...(artifacts === undefined
        ? {}
        : {
            ACTIONS_RESULTS_URL: `${artifacts.url}/`,
            ACTIONS_RUNTIME_TOKEN: artifacts.tokenFor(run.id, run.run_attempt),
          }),
    }
    const act = [
      ...[needTool('act'), run.event, '--workflows', run.path, '--eventpath', `${place}/event.json`],
      ...['--platform', 'ubuntu-latest=-self-hosted', '--no-skip-checkout', '--no-cache-server', '--rm'],
      ...['--action-cache-path', `${place}/cache`, '--pull=false', '--secret', 'GITHUB_TOKEN'],
      ...[
        `${TAG}=${this.#folder}/cms`,
        ...this.#checkouts.map((name) => `${name}=${this.#folder}/checkout`),
      ].flatMap((mapped) => ['--local-repository', mapped]),
      ...Object.entries(github).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ]
    const child = spawn('bash', ['-c', script, 'run', place, server.gitDir, run.path, ...act], {
      env: { PATH: process.env['PATH'], HOME: `${place}/home`, GITHUB_TOKEN: TOKEN, LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.end(JSON.stringify(event))
    return child
  }
}

/** What people get when they write `OWNER/cms-iterate@v1`, in words that act knows. */
async function release(folder: string): Promise<void> {
  await mkdir(folder)
  for (const path of ['action.yml', 'dist', '.github/actions', '.github/workflows/loop.yml'])
    await cp(join(ROOT, path), join(folder, path), { recursive: true })
  const file = join(folder, '.github/workflows/loop.yml')
  const text = await readFile(file, 'utf8')
  const known = text
    .replaceAll(/^ *cache-mode: .*\n/gm, '')
    .replaceAll(/\$\/(\S+)/g, TAG.replace('@', '/$1@'))
  await writeFile(file, known)
}

/** As the real one does with `persist-credentials: false`: nothing of the token stays. */
async function checkoutAction(folder: string): Promise<void> {
  await mkdir(folder)
  const script = `#!/usr/bin/env bash
set -euo pipefail
cd "$GITHUB_WORKSPACE"
header="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w 0)"
git init --quiet --initial-branch=main
git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
git -c "http.extraheader=$header" fetch --quiet --no-tags --depth=1 origin "+$GITHUB_SHA:refs/remotes/origin/main"
git checkout --quiet --force -B main refs/remotes/origin/main
`
  await writeFile(join(folder, 'checkout.sh'), script)
  await chmod(join(folder, 'checkout.sh'), 0o755)
  await writeFile(
    join(folder, 'action.yml'),
    `name: checkout
description: The code of the run
inputs:
  persist-credentials: { description: Must be false here, required: true }
  token: { description: Token to read with, default: '\${{ github.token }}' }
runs:
  using: composite
  steps:
    - shell: bash
      env: { TOKEN: '\${{ inputs.token }}' }
      run: '"$GITHUB_ACTION_PATH/checkout.sh"'
`,
  )
}

/** Processes under a process; /proc tells, thread by thread. */
function descendants(pid: number): number[] {
  const threads = listed(() => readdirSync(`/proc/${pid}/task`))
  const children = threads.flatMap((thread) =>
    listed(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ')),
  )
  const pids = children.filter((text) => text !== '').map(Number)
  return [...pids, ...pids.flatMap(descendants)]
}

/** Nothing of a process that is gone by now. */
function listed(read: () => string[]): string[] {
  try {
    return read()
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone by itself.
  }
}
