/**
 * Questions about commits that the stores over git share: what a version says, which versions
 * there are, how two work commits stand to each other.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'
import { TaskId } from '../../core/ids.ts'
import type { Version, WorkCommit, WorkRelation } from '../../ports/state-store.ts'
import type { RunGit } from '../git/git.ts'
import { CHECKPOINT_FILE } from './state-commit.ts'

/** History as one repository has it. */
export interface View {
  readonly run: RunGit
  /** The `shallow` file: where history was cut off. */
  readonly shallow: string
}

/** Where commits are, and where more come from. */
export interface Commits {
  /** The last one is where new history arrives. */
  readonly views: readonly [...View[], View]
  /** Brings one commit. @returns whether it could be had. */
  fetch(commit: string): Promise<boolean>
  /** Brings older history of both. @returns whether it could ask for any. */
  deepen(by: number): Promise<boolean>
}

/** `checkpoint.json` as of a commit; `undefined` when commit or file is missing. */
export async function textAt(run: RunGit, tag: string): Promise<string | undefined> {
  const input = `${tag}:${CHECKPOINT_FILE}\n`
  const { bytes } = await run(['cat-file', '--batch'], { input })
  const end = bytes.indexOf('\n')
  const [, kind, size] = bytes.subarray(0, end).toString('latin1').split(' ')
  return kind === 'blob' ? bytes.subarray(end + 1, end + 1 + Number(size)).toString('utf8') : undefined
}

/** Versions from `tip` back, newest first. */
export async function versions(run: RunGit, tip: string, limit: number): Promise<Version[]> {
  const records = await log(run, ['--first-parent', `--max-count=${limit}`, tip]).catch((error: unknown) => {
    // Collected as garbage in the wrong moment, or lost with a disk.
    if (error instanceof LoopError && /bad object|unable to read/.test(error.message))
      throw new LoopError('checkpoint-invalid', `The history of the state is damaged: ${error.message}`)
    throw error
  })
  return records.map(({ id, at, message }) => ({ tag: id, at, message }))
}

/** First step of deepening; each further one is four times as long. */
const FIRST_STEP = 32

/** How `tip` stands to `head`. Brings history only while it could change the answer. */
export async function relate(commits: Commits, head: string, tip: string): Promise<WorkRelation> {
  if (head === tip) return { is: 'equal' }
  const { views } = commits
  const newest = views[views.length - 1] ?? views[0]
  if (!(await has(newest.run, head)) && !(await commits.fetch(head))) return { is: 'head_missing' }
  for (let step = FIRST_STEP; ; step *= 4) {
    const answers = await Promise.all(views.map((view) => look(view, head, tip)))
    const certain = answers.find((answer) => answer?.isCertain)
    if (certain) return certain.relation
    const before = await cutOf(newest)
    const cameMore = (await commits.deepen(step)) && (await cutOf(newest)) !== before
    if (!cameMore) return answers.at(-1)?.relation ?? { is: 'diverged' }
  }
}

/**
 * What one view shows; `undefined` where it lacks commits.
 *
 * A commit that only one side has and whose parents were cut off may yet lead to the other
 * side. When there is none such, no history can change the answer any more.
 */
async function look({ run, shallow }: View, head: string, tip: string) {
  const found = await run(['rev-list', '--left-right', `${head}...${tip}`], { ok: [0, 128] })
  if (found.code !== 0) return undefined
  const lines = found.text.split('\n').filter(Boolean)
  const cut = new Set((await cutOf({ run, shallow })).split('\n'))
  const isCut = (line: string) => cut.has(line.slice(1))
  if (!lines.some(isTip)) return { relation: { is: 'behind' } as const, isCertain: true }
  if (lines.every(isTip)) {
    const relation = { is: 'ahead', commits: await workCommits(run, head, tip) } as const
    return { relation, isCertain: !lines.some(isCut) }
  }
  return { relation: { is: 'diverged' } as const, isCertain: !lines.some(isCut) }
}

const isTip = (line: string): boolean => line.startsWith('>')

const cutOf = ({ shallow }: View): Promise<string> => readFile(shallow, 'utf8').catch(() => '')

const has = async (run: RunGit, commit: string): Promise<boolean> =>
  (await run(['cat-file', '-e', `${commit}^{commit}`], { ok: [0, 1, 128] })).code === 0

async function workCommits(run: RunGit, head: string, tip: string): Promise<WorkCommit[]> {
  const records = await log(run, ['--first-parent', '--reverse', `${head}..${tip}`])
  return records.map(({ id, message }) => workCommit(id, message))
}

interface LogRecord {
  readonly id: string
  readonly at: string
  readonly message: string
}

async function log(run: RunGit, args: readonly string[]): Promise<LogRecord[]> {
  const { text } = await run([
    'log',
    '-z',
    '--no-show-signature',
    '--encoding=UTF-8',
    '--format=%H%n%cI%n%B',
    ...args,
  ])
  return text.split('\0').filter(Boolean).map(logRecord)
}

function logRecord(record: string): LogRecord {
  const [id = '', at = '', ...message] = record.split('\n')
  return { id, at: new Date(at).toISOString(), message: message.join('\n').trim() }
}

/** What a commit's message says of it. Only the last paragraph: the others quote agents. */
export function workCommit(id: string, message: string): WorkCommit {
  const text = message.trim()
  const last = text.split(/\n\s*\n/).at(-1) ?? ''
  const trailer = (name: string) => new RegExp(`^${name}: *(\\S+) *$`, 'm').exec(last)?.[1]
  return {
    id,
    subject: text.split('\n', 1)[0] ?? '',
    task: TaskId.safeParse(trailer('Cms-Task')).data,
    iteration: Count.safeParse(trailer('Cms-Iteration')).data,
    seq: Count.safeParse(trailer('Cms-Seq')).data,
    state: trailer('Cms-State'),
  }
}

const Count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
