/** Spares in memory, as untrustworthy as those of the real one. */
import { parseCheckpoint } from '../../src/core/migrate.ts'
import type { Mirror, Mirrored, Spare } from '../../src/ports/mirror.ts'

export class WorldMirror implements Mirror {
  /** Oldest first. Tests may put in whatever they like. */
  readonly spares: (Mirrored & { readonly text: string })[] = []
  /** How often it was asked. */
  asked = 0
  readonly #textAt: (tag: string) => string | undefined

  constructor(textAt: (tag: string) => string | undefined) {
    this.#textAt = textAt
  }

  async save(state: Mirrored): Promise<boolean> {
    const text = this.#textAt(state.tag)
    const isThere = this.spares.some(({ loop, tag }) => loop === state.loop && tag === state.tag)
    if (text === undefined || isThere) return false
    this.spares.push({ ...state, text })
    return true
  }

  async find(loop: string): Promise<Spare | undefined> {
    this.asked += 1
    const found = this.spares.findLast((one) => one.loop === loop)
    const parsed = parseCheckpoint(found?.text ?? '')
    if (found === undefined || parsed.is !== 'valid') return undefined
    const { checkpoint } = parsed
    return checkpoint.loop === loop && checkpoint.seq === found.seq ? found : undefined
  }
}
