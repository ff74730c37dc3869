/**
 * The Actions cache through GitHub's own client, in a process of its own:
 *
 * 1. It cannot be told to give up, so it is ended: cache trouble never holds up a run.
 * 2. It speaks to the runner (`::warning::`, `::error::`), and trouble with a spare is no annotation.
 *    What it says becomes lines of the log; only its masks are handed on.
 * 3. It is large, and a run that does not need it does not load it.
 * 4. It sees the variables named here, and a `tar` that keeps to the paths asked for.
 */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@actions/core'
import { SECOND } from '../../core/time.ts'
import { environment, type Variables } from '../process/environment.ts'
import { run } from '../process/run.ts'
import { type ActionsCache, type CacheRequest, hasCacheService } from './cache.ts'
import { CacheAnswer, type CacheQuestion } from './cache-question.ts'
import { confinedTar } from './confined-tar.ts'

export interface ClientCacheOptions {
  /** Ours: where the cache service is, and the token for it. */
  readonly env: Variables
  /** An existing folder for what is gone afterwards. */
  readonly temp: string
  /** Takes what the client has to say, line by line. */
  readonly say: (line: string) => void
  /** Keeps a value out of the log. Default: the runner does. */
  readonly mask?: (value: string) => void
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

/** In the sources and in the bundle it is a file beside this one. */
const CLIENT = fileURLToPath(new URL(`./cache-client${extname(import.meta.filename)}`, import.meta.url))

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
    const ran = await run(process.execPath, {
      args: [CLIENT],
      cwd: root,
      env: environment({
        from: env,
        inherit: NEEDED,
        set: {
          PATH: await confinedTar({ folder: scratch, path: env['PATH'] ?? '', members }),
          // What archives hold is named from here, whatever this runner's folders are called.
          GITHUB_WORKSPACE: root,
          RUNNER_TEMP: scratch,
        },
      }),
      input: JSON.stringify(question),
      timeout: limits[ask],
    })
    const lines = ran.stdout.toString('utf8').trimEnd().split(/\r?\n/)
    const answer = CacheAnswer.safeParse(json(lines.at(-1) ?? '')).data
    const words = this.#pass(answer === undefined ? lines : lines.slice(0, -1))
    if (answer === undefined)
      this.#say(ran.timedOut ? `no answer in ${limits[ask] / SECOND} s` : ran.stderr.trim())
    return words.some((one) => FAILED.test(one)) ? undefined : (answer?.key ?? undefined)
  }

  /** The client's words: commands to the runner become plain text. */
  #pass(lines: readonly string[]): readonly string[] {
    const words: string[] = []
    for (const line of lines) {
      const [, command, value = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
      if (command === 'add-mask') (this.#options.mask ?? core.setSecret)(unescaped(value))
      else if (command !== 'debug') words.push(command === undefined ? line : unescaped(value))
    }
    for (const word of words) this.#say(word)
    return words
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

/** As `@actions/core` escapes what it puts into a command. */
const unescaped = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
