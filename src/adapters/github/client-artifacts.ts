/**
 * Artifacts through GitHub's own client, in a process of its own. It checks a download against no size,
 * so the process may write only so much.
 */
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import { sentences } from '../../core/text.ts'
import { MINUTE } from '../../core/time.ts'
import { ArtifactAnswer, type ArtifactQuestion } from './artifact-question.ts'
import type { Artifacts, ArtifactWanted, Fetched } from './artifacts.ts'
import { askToolkit, type ToolkitOptions } from './toolkit-process.ts'

export interface ClientArtifactsOptions extends ToolkitOptions {
  readonly owner: string
  readonly repo: string
  /** `gh:<run id>.<attempt>` of this run. Artifacts of others are asked for with `token`. */
  readonly run: string
  /** It needs `actions: read`. */
  readonly token: string
}

/** What the client reads of the environment, beside what any program needs. */
const NEEDED = [
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_API_URL',
  'GITHUB_REPOSITORY',
  'GITHUB_RETENTION_DAYS',
  'GITHUB_SERVER_URL',
] as const

const LIMIT = 5 * MINUTE

/** What it carries is wanted within the hour; a sweep may come days later. */
const RETENTION_DAYS = 7

export class ClientArtifacts implements Artifacts {
  readonly #options: ClientArtifactsOptions

  constructor(options: ClientArtifactsOptions) {
    this.#options = options
  }

  async send(file: string): Promise<void> {
    const { is } = await this.#ask({ ask: 'send', file, days: RETENTION_DAYS }, dirname(file))
    if (is !== 'sent') throw failed('It was not kept.')
  }

  async fetch({ name, run, folder, most }: ArtifactWanted): Promise<Fetched> {
    const { owner, repo, token } = this.#options
    // The client answers with a file of the name that the service sends along.
    const into = await mkdtemp(join(folder, 'artifact-'))
    const id = Number(/^gh:(\d+)\./.exec(run)?.[1] ?? 0)
    const of = run === this.#options.run ? undefined : { token, owner, repo, run: id }
    const { is } = await this.#ask({ ask: 'fetch', name, folder: into, most, of }, into, most)
    if (is === 'none' || is === 'too_large') return { is }
    const [found, ...others] = await readdir(into)
    if (found === undefined || others.length > 0) throw failed('There is not one file in it.')
    const file = join(folder, 'artifact')
    await rename(join(into, found), file)
    await rm(into, { recursive: true, force: true })
    return { is: 'here', file }
  }

  async #ask(question: ArtifactQuestion, cwd: string, most?: number): Promise<ArtifactAnswer> {
    const said: string[] = []
    const say = (line: string) => {
      if (line.trim() === '') return
      said.push(line)
      this.#options.say(`artifact: ${line}`)
    }
    const { answer } = await askToolkit(
      { ...this.#options, say },
      {
        ...{ client: 'artifact-client', question, needs: NEEDED, cwd, timeout: LIMIT },
        set: { GITHUB_WORKSPACE: cwd },
        ...(most === undefined ? {} : { most }),
      },
      (line) => ArtifactAnswer.safeParse(line).success,
    )
    const told = ArtifactAnswer.safeParse(answer).data
    if (told === undefined) throw failed(said.at(-1) ?? '')
    return told
  }
}

const failed = (because: string): LoopError =>
  new LoopError('artifact-failed', sentences('The artifact service did not answer as it should', because))
