/**
 * Standard output with one JSON object per line, told apart by `type`, as agents print it.
 *
 * The programs change every week, so a field that has an unexpected form counts as missing, and an
 * event we do not know is none. Whether anything was known at all is remembered: a program that has
 * got another language must not be taken for one that did nothing.
 */
import type { z } from 'zod'

/** How an event is read, by its `type`; `undefined`: it is known, and of no interest. */
export type Kinds<Event> = ReadonlyMap<unknown, z.ZodType<Event> | undefined>

/** Reads the events of one attempt. */
export class JsonEvents<Event> {
  readonly #kinds: Kinds<Event>
  #printed = false
  #objects = false
  #known = false

  constructor(kinds: Kinds<Event>) {
    this.#kinds = kinds
  }

  /** Whether there was anything at all. */
  get printed(): boolean {
    return this.#printed
  }

  /** What was printed: nothing, at least one event we know, objects but none we know, or no objects. */
  get language(): 'none' | 'known' | 'foreign' | 'noise' {
    if (this.#known) return 'known'
    if (this.#objects) return 'foreign'
    return this.#printed ? 'noise' : 'none'
  }

  /** @returns `undefined` for anything that is not an event we know. */
  read(line: string): Event | undefined {
    const text = line.trimStart()
    if (text === '') return undefined
    this.#printed = true
    // Most noise is told by its first character, without the cost of an exception.
    if (!text.startsWith('{')) return undefined
    const value = parsed(text)
    if (value === undefined) return undefined
    this.#objects = true
    const type = typeOf(value)
    this.#known ||= this.#kinds.has(type)
    // An event of another kind costs no more than to see that.
    return this.#kinds.get(type)?.safeParse(value).data
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
