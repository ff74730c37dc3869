import { stat } from 'node:fs/promises'
import { LoopError } from '../../core/error.ts'
import type { LoopConfig } from '../../core/settings.ts'
import { type ReadOptions, readLoopFile } from './loop-file.ts'

export interface Followed {
  /** Absolute. */
  readonly path: string
  readonly options: ReadOptions
  readonly now: () => number
  /** Told once of each later version that cannot be used. */
  readonly refused: (error: LoopError) => void
}

/**
 * A loop file that people edit while the loop goes on. Asked often, it is read only when it has
 * changed. A version with mistakes, or of another loop, never takes the place of a good one.
 */
export class FollowedFile {
  readonly #how: Followed
  #seen = ''
  #good: LoopConfig | undefined

  constructor(how: Followed) {
    this.#how = how
  }

  /** What it says now. @throws LoopError as `readLoopFile`, while no version of it was good. */
  async read(): Promise<LoopConfig> {
    const { path, options, now, refused } = this.#how
    const asOf = now()
    // Before it is read: what comes in between is seen the next time.
    const version = await versionOf(path)
    if (this.#good === undefined || version !== this.#seen) {
      this.#seen = version
      const found = await this.#next(path, options)
      // From when on, not until when: two terminals that say different things would take turns without end.
      if (!Error.isError(found)) this.#good = { ...found, asOf }
      else if (this.#good === undefined) throw found
      else refused(found)
    }
    if (this.#good === undefined) throw new Error('a loop file that is neither good nor refused')
    return this.#good
  }

  async #next(path: string, options: ReadOptions): Promise<LoopConfig | LoopError> {
    try {
      const config = await readLoopFile(path, options)
      const loop = this.#good?.loop ?? config.loop
      if (config.loop === loop) return config
      return new LoopError('bad-input', `${path} describes loop "${config.loop}" now, not "${loop}".`)
    } catch (error) {
      if (error instanceof LoopError) return error
      throw error
    }
  }
}

/** Changes when the file does. */
const versionOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
    () => 'gone',
  )
