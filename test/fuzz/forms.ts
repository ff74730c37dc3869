/** Forms that several targets share. */
import { printJson } from './mutate-value.ts'
import type { Form } from './target.ts'

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const JSON_WORDS: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  'null',
  '{}',
  '"__proto__":',
  '\\u0000',
  '1e999',
]

/** One JSON value. */
export const jsonForm = (words: readonly string[] = [], indent?: number): Form => ({
  take: (input) => jsonIn(input.toString()),
  print: (value) => Buffer.from(printJson(value, indent)),
  words: [...JSON_WORDS, ...words],
})

/** Lines, of which those that are JSON are taken apart. */
export const linesForm = (words: readonly string[] = []): Form => ({
  take: (input) =>
    input
      .toString()
      .split('\n')
      .map((line) => jsonIn(line) ?? line),
  print: (value) =>
    Buffer.from(
      Array.isArray(value)
        ? value.map((line: unknown) => (typeof line === 'string' ? line : printJson(line))).join('\n')
        : printJson(value),
    ),
  words: [...JSON_WORDS, '\n', ...words],
})

/** A megabyte, less what stands around it. */
export const MEGABYTE = 1_000_000
export const filled = (text: string, bytes = MEGABYTE): string =>
  text.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(text))))

/** Shapes that are hard on every reader of JSON. */
export const hostileJson = (): Record<string, string> => ({
  'lists in lists': filled('['),
  'lists in lists, closed': `${'['.repeat(MEGABYTE / 2)}${']'.repeat(MEGABYTE / 2)}`,
  'objects in objects': filled('{"a":'),
  'one giant text': JSON.stringify('x'.repeat(MEGABYTE)),
  'a text of escapes': `"${filled('\\u0000')}"`,
  'many keys': JSON.stringify(Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`k${n}`, 1]))),
  'one key again and again': `{${filled('"a":1,')}"a":1}`,
  'a long number': filled('9'),
  'empty objects': `[${filled('{},')}{}]`,
  'white space': filled(' \n'),
  'quotes alone': filled('"'),
  'backslashes in a text': `"${filled('\\')}`,
})
