/** Laws that several readers keep. */
import { holds } from './target.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keys that cannot be kept safely: they would change the object itself. */
const DROPPED = new Set(['__proto__'])

/** Where something that was said is not what was kept; `undefined`: all of it is there. */
export function lost(said: unknown, kept: unknown, path = ''): string | undefined {
  if (Array.isArray(said)) {
    if (!Array.isArray(kept) || kept.length !== said.length) return path
    const other: readonly unknown[] = kept
    return first(said.map((one: unknown, n) => () => lost(one, other[n], `${path}.${n}`)))
  }
  if (isObject(said)) {
    if (!isObject(kept)) return path
    const keys = Object.keys(said).filter((key) => !DROPPED.has(key))
    return first(keys.map((key) => () => lost(said[key], kept[key], `${path}.${key}`)))
  }
  return said === kept ? undefined : path
}

function first(looks: readonly (() => string | undefined)[]): string | undefined {
  for (const look of looks) {
    const found = look()
    if (found !== undefined) return found
  }
  return undefined
}

/** Nothing in it has a prototype that came with the input. */
export function plainAllThrough(value: unknown): void {
  let level: readonly unknown[] = [value]
  while (level.length > 0) {
    const objects = level.filter((one) => typeof one === 'object' && one !== null)
    for (const one of objects) {
      const prototype: unknown = Object.getPrototypeOf(one)
      const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(one)
      holds('no prototype from outside', isPlain, () => JSON.stringify(one).slice(0, 200))
    }
    level = objects.flatMap((one) => Object.values(one))
  }
}

/** One line, bounded, that a person can read. */
export function sentence(what: string, text: string, most: number): void {
  holds(`${what} says something`, text.trim() !== '')
  holds(`${what} is short`, text.length <= most, () => `${text.length} characters: ${text.slice(0, 100)}`)
}
