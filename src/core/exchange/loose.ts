/** Values of JSON that others wrote, taken for what they were meant to be. Nothing here throws. */
import { isRecord } from '../task-mistakes.ts'

export type Json = Readonly<Record<string, unknown>>

/** Text as it is, numbers and truth as text; nothing for all else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A list of texts; a text alone is a list of its lines. Of an object in it, what stands for a text. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n').filter((line) => line.trim() !== '')
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.map((one) => textOf(isRecord(one) ? wordsOf(one) : one)).filter((text) => text.trim() !== '')
}

const wordsOf = (value: Json): unknown =>
  own(value, 'text') ?? own(value, 'description') ?? own(value, 'title') ?? own(value, 'name')

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A field of the object itself: `constructor` and what is like it is in every object. */
export const own = (value: Json, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)

/** Text at a field. */
export const textAt = (value: Json, key: string): string => textOf(own(value, key))

/** Ids of other tasks: numbers and texts, or objects that name one. */
export const keysOf = (value: unknown): string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list
    .map((one) => (isRecord(one) ? textOf(own(one, 'id') ?? own(one, 'task')) : textOf(one)).trim())
    .filter((key) => key !== '')
}
