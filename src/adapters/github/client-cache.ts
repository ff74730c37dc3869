/**
 * The Actions cache through GitHub's own client, in a process of its own. What it unpacks with is a `tar`
 * that keeps to the paths asked for. Cache trouble never holds up a run.
 */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { SECOND } from '../../core/time.ts'
import { type ActionsCache, type CacheRequest, hasCacheService } from './cache.ts'
import { CacheAnswer, type CacheQuestion } from './cache-question.ts'
import { confinedTar } from './confined-tar.ts'
import { askToolkit, type ToolkitOptions } from './toolkit-process.ts'

export interface ClientCacheOptions extends ToolkitOptions {
  /** An existing folder for what is gone afterwards. */
  readonly temp: string
  /** ms. */
  readonly limits?: { readonly restore: number; readonly save: number }
}

const LIMITS = { restore: 30 * SECOND, save: 60 * SECOND } as const

/** What the client reads of the environment, beside what any program needs. */
const NEEDED = [
  'ACTIONS_CACHE_MODE',
  'ACTIONS_CACHE_SERVICE_V2',
  'ACTIONS_CACHE_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_SERVER_URL',
] as const

/** The older service's client answers with the number of an entry whose upload it says has failed. */
const FAILED = /^Failed to save: /

export class ClientCache implements ActionsCache {
  readonly #options: ClientCacheOptions

  constructor(options: ClientCacheOptions) {
    this.#options = options
  }

  async restore({
    prefixes = [],
    ...request
  }: CacheRequest & { readonly prefixes?: readonly string[] }): Promise<string | undefined> {
    return this.#ask({ ...request, ask: 'restore', prefixes })
  }

  async save(request: CacheRequest): Promise<boolean> {
    return (await this.#ask({ ...request, ask: 'save', prefixes: [] })) !== undefined
  }

  async #ask(wanted: Wanted): Promise<string | undefined> {
    if (!this.#isThere()) return undefined
    try {
      await using scratch = await scratchIn(this.#options.temp)
      return await this.#asked(wanted, scratch.path)
    } catch (error) {
      this.#say(String(error))
      return undefined
    }
  }

  /** On a runner without a cache service nothing is started for it, and nothing said. */
  #isThere(): boolean {
    return hasCacheService(this.#options.env)
  }

  async #asked({ ask, paths, key, prefixes }: Wanted, scratch: string): Promise<string | undefined> {
    const { env, limits = LIMITS } = this.#options
    const folder = commonFolder(paths)
    await mkdir(folder, { recursive: true })
    const root = await realpath(folder)
    const members = paths.map((path) => relative(folder, path))
    const question: CacheQuestion = { ask, key, paths: members, prefixes: [...prefixes] }
    const said = await askToolkit(
      { ...this.#options, say: (line) => this.#say(line) },
      {
        ...{ client: 'cache-client', question, needs: NEEDED, cwd: root, timeout: limits[ask] },
        set: {
          PATH: await confinedTar({ folder: scratch, path: env['PATH'] ?? '', members }),
          // What archives hold is named from here, whatever this runner's folders are called.
          GITHUB_WORKSPACE: root,
          RUNNER_TEMP: scratch,
        },
      },
      (line) => CacheAnswer.safeParse(line).success,
    )
    const answer = CacheAnswer.safeParse(said.answer).data
    return said.words.some((one) => FAILED.test(one)) ? undefined : (answer?.key ?? undefined)
  }

  #say(text: string): void {
    // `[command]`: which tar was started, and how.
    if (text.trim() !== '' && !text.startsWith('[command]')) this.#options.say(`cache: ${text}`)
  }
}

type Wanted = CacheRequest & {
  readonly ask: 'restore' | 'save'
  readonly prefixes: readonly string[]
}

/** The deepest folder that has all the paths in it. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  const isAbove = (folder: string) => others.every((path) => path.startsWith(join(folder, sep)))
  let folder = dirname(first)
  while (!isAbove(folder)) folder = dirname(folder)
  return folder
}

async function scratchIn(temp: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(temp, 'cms-cache-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
