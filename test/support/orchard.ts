/** examples/orchard in a repository of its own: its tasks by hand, merges of them, and how it must end. */
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { z } from 'zod'
import { agentNames } from '../../src/adapters/agent/registry.ts'
import { readLoopFile } from '../../src/adapters/config/loop-file.ts'

export const ORCHARD = join(import.meta.dirname, '../../examples/orchard')

/** The loop file of the example. */
export const orchardLoop = await readLoopFile(join(ORCHARD, '.cms/loop.yml'), { agents: agentNames })

/** Ids of its tasks, each after its needs. */
export const ORCHARD_TASKS: readonly string[] = orchardLoop.tasks.map(({ id }) => id)

/** Two pairs that stand in each other's way: at work at once, the one that lands second is a conflict. */
export const CONFLICTS = { textual: ['grade', 'picker'], semantic: ['basket', 'units'] } as const

const ENV = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
}

/** Git by the dozen in one shell: each start of a process from a test costs more than git itself does. */
function gitIn(cwd: string, script: string, input = ''): string {
  const options = { cwd, env: ENV, input, encoding: 'utf8', maxBuffer: 1e9 } as const
  const ran = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], options)
  if (ran.status !== 0) throw new Error(`${script}: ${ran.stderr}`)
  return ran.stdout.trim()
}

/** Makes a folder, which may exist, a repository that holds the example: a first commit on `main`. */
export function plantOrchard(folder: string): void {
  cpSync(ORCHARD, folder, { recursive: true })
  gitIn(
    folder,
    'git init --quiet --initial-branch=main; git add -A; git commit --quiet -m "Not yet half an orchard"',
  )
}

/**
 * Asserts that a ref holds the finished example: a commit for each task, the whole suite green, and the
 * very files that the scripts make one after another, whatever merges were between.
 *
 * @param repository the path of a repository, bare or not
 */
export async function assertOrchardDone(repository: string, ref: string): Promise<void> {
  const trailers = gitIn(repository, `git log '--format=%(trailers:key=Cms-Task,valueonly)' '${ref}'`)
  expect(trailers.split(/\n+/).toSorted()).toEqual(ORCHARD_TASKS.toSorted())
  const folder = mkdtempSync(join(tmpdir(), 'orchard-done-'))
  try {
    gitIn(repository, `git archive '${ref}' | tar -x -C '${folder}'`)
    // In one process: one for each file would take thirty times as long.
    const suite = await shell('node --test --test-isolation=none', folder)
    expect(suite).toMatchObject({ ok: true, text: expect.stringMatching(/^. tests 62$/m) })
    expect(filesOf(folder)).toEqual(finished())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const finished = () => statesAfter([ORCHARD_TASKS])[0]

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ['CHANGELOG.md', ...readdirSync(join(folder, 'src')).map((name) => `src/${name}`)].map((path) => [
      path,
      readFileSync(join(folder, path), 'utf8'),
    ]),
  )

/** What the scripts leave of `src/` and the changelog after each order of tasks. */
export function statesAfter(orders: readonly (readonly string[])[]): Record<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), 'orchard-states-'))
  try {
    cpSync(ORCHARD, join(folder, 'work'), { recursive: true })
    const needs = Object.fromEntries(orchardLoop.tasks.map((task) => [task.id, task.needs]))
    const script = join(import.meta.dirname, 'orchard-states.ts')
    const ran = spawnSync(process.execPath, [script, join(folder, 'work')], {
      env: ENV,
      input: JSON.stringify({ needs, orders }),
      encoding: 'utf8',
      maxBuffer: 1e9,
    })
    if (ran.status !== 0) throw new Error(ran.stderr)
    return z.array(z.record(z.string(), z.string())).parse(JSON.parse(ran.stdout))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export interface Shelled {
  readonly ok: boolean
  /** The end of what was printed. */
  readonly text: string
}

function shell(command: string, cwd: string, env: Record<string, string> = {}): Promise<Shelled> {
  const options = { cwd, env: { PATH: ENV.PATH, ...env } }
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-euo', 'pipefail', '-c', command], options, (error, stdout, stderr) =>
      resolve({ ok: error === null, text: `${stdout}${stderr}`.slice(-4_000) }),
    )
  })
}

const Report = z.object({
  status: z.literal('ready'),
  summary: z.string().min(1).max(1_024),
  outputs: z.record(z.string(), z.json()),
})
export type Report = z.infer<typeof Report>

export type Merged =
  | { readonly is: 'clean'; readonly commit: string }
  | { readonly is: 'conflict'; readonly paths: readonly string[] }

/** A repository with the example in its working tree, and what the harness would do in it. */
export class OrchardWorld {
  readonly #root = mkdtempSync(join(tmpdir(), 'orchard-'))
  readonly path = join(this.#root, 'work')
  readonly start: string
  /** What finished tasks have handed over. */
  readonly outputs: Record<string, Report['outputs']> = {}

  constructor() {
    plantOrchard(this.path)
    mkdirSync(join(this.#root, 'outbox'))
    this.start = this.git('git rev-parse HEAD')
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true })
  }

  /** Git commands, as typed in the repository. */
  git = (script: string): string => gitIn(this.path, script)

  /** The script of a task in the working tree as it stands; only what its needs hand over is known. */
  async attempt(id: string, lastFailure: unknown = null): Promise<Report> {
    const { name, spec, needs, run } = taskOf(id)
    const outputs = Object.fromEntries(needs.map((need) => [need, this.outputs[need]]))
    const context = join(this.#root, 'context.json')
    const outbox = join(this.#root, 'outbox')
    const assignment = { goal: orchardLoop.goal, task: { id, name, spec }, outputs, attempt: 1 }
    writeFileSync(context, JSON.stringify({ ...assignment, last_failure: lastFailure }))
    const env = { CMS_CONTEXT: context, CMS_OUTBOX: outbox, ORCHARD_PACE: '0' }
    const ran = await shell(run ?? 'false', this.path, env)
    if (!ran.ok) throw new Error(ran.text)
    const report = Report.parse(JSON.parse(readFileSync(join(outbox, 'report.json'), 'utf8')))
    this.outputs[id] = report.outputs
    return report
  }

  /** An attempt on top of a commit, and the commit that it becomes. */
  async attemptOn(base: string, id: string): Promise<string> {
    this.goTo(base)
    await this.attempt(id)
    return this.commit(id)
  }

  /** The task's own verify, in the working tree. */
  isGreen = (id: string): Promise<boolean> => this.#pass(taskOf(id).verify)

  /** The loop's verify, in the working tree. */
  isWhole = (): Promise<boolean> => this.#pass(orchardLoop.settings.verify)

  async #pass(commands: readonly string[]): Promise<boolean> {
    const ran = await Promise.all(commands.map((command) => shell(command, this.path)))
    return ran.every(({ ok }) => ok)
  }

  /** Commits the working tree, an unchanged one too. */
  commit(message: string): string {
    return this.git(
      `git add -A; git commit --quiet --allow-empty --cleanup=verbatim -m '${message}'; git rev-parse HEAD`,
    )
  }

  /** Makes the working tree that of a commit. */
  goTo(commit: string): void {
    this.git(`git reset --quiet --hard ${commit}`)
  }

  /** Merges two commits by their common base, as a commit on top of the first. */
  merge(ours: string, theirs: string): Merged {
    const merge = `git merge-tree --write-tree --name-only ${ours} ${theirs} || [ $? = 1 ]`
    const [tree = '', ...rest] = this.git(merge).split('\n')
    if (rest.length > 0) return { is: 'conflict', paths: rest.slice(0, rest.indexOf('')) }
    return { is: 'clean', commit: this.git(`git commit-tree ${tree} -p ${ours} -m merged`) }
  }

  /** Whether two states of files that both come from a base merge by themselves; for many at once. */
  mergeable(trios: readonly (readonly [base: Files, ours: Files, theirs: Files])[]): boolean[] {
    const commits = trios.flatMap(([base, ours, theirs], at) => [
      commitText(3 * at + 1, base),
      commitText(3 * at + 2, ours, 3 * at + 1),
      commitText(3 * at + 3, theirs, 3 * at + 1),
    ])
    const merges = `git fast-import --quiet --force --export-marks=../marks
      cut -d ' ' -f 2 ../marks | paste - - - | while read -r base ours theirs; do
        git merge-tree --write-tree $ours $theirs > ../merged && echo clean || echo conflict
      done`
    return gitIn(this.path, merges, commits.join(''))
      .split('\n')
      .map((line) => line === 'clean')
  }
}

type Files = Readonly<Record<string, string>>

/** A commit for `git fast-import`, with its mark and that of its parent. */
function commitText(mark: number, files: Files, parent?: number): string {
  const from = parent === undefined ? 'reset refs/heads/made\n' : ''
  const changes = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)
  const head = `commit refs/heads/made\nmark :${mark}\ncommitter Ada <ada@example.com> 0 +0000\n${data('made')}`
  return `${from}${head}${parent === undefined ? '' : `from :${parent}\n`}deleteall\n${changes.join('')}\n`
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`

/** A task of the example. */
export function taskOf(id: string): (typeof orchardLoop.tasks)[number] {
  const found = orchardLoop.tasks.find((task) => task.id === id)
  if (found === undefined) throw new Error(`no task ${id}`)
  return found
}
