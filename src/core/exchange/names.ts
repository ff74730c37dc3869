/** Ids of ours for tasks that others named: valid, readable, and each once. */
import { RESERVED_IDS, TaskId } from '../ids.ts'

const LONGEST = 40

/** `US-001: Log in` → `us-001-log-in`; empty where nothing is left. */
export function slug(text: string): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/['’`"]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return shortened(words)
}

/** Cut between two words where that leaves something to read. */
function shortened(words: string): string {
  if (words.length <= LONGEST) return words
  const cut = words.slice(0, LONGEST)
  const end = words[LONGEST] === '-' ? LONGEST : cut.lastIndexOf('-')
  return cut.slice(0, end > LONGEST / 2 ? end : LONGEST).replace(/-+$/, '')
}

/** Gives ids, and remembers them. */
export class Names {
  readonly #taken = new Set<string>(RESERVED_IDS)
  /** By id: the number at which to go on looking. */
  readonly #next = new Map<string, number>()

  /** The id for a text, or the first one after it that is free: `-2`, `-3`. */
  give(text: string): string {
    const wish = TaskId.safeParse(text).data ?? (slug(text) || 'task')
    const first = RESERVED_IDS.includes(wish) ? `task-${wish}` : wish
    let id = first
    for (let n = this.#next.get(first) ?? 2; this.#taken.has(id); n++) {
      id = `${first.slice(0, LONGEST - 1 - String(n).length).replace(/-+$/, '')}-${n}`
      this.#next.set(first, n + 1)
    }
    this.#taken.add(id)
    return TaskId.parse(id)
  }
}
