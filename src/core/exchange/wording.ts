/** The spec of a task, made of the parts that another format keeps apart. */
import { fenced } from '../markdown.ts'
import { byteLength, clip } from '../text.ts'

/** A title and what stands below it; nothing where nothing does. */
export interface Part {
  readonly title?: string
  readonly text: string
}

/** Parts below each other, those with a title under it. */
export const specOf = (parts: readonly Part[]): string =>
  parts
    .filter(({ text }) => text.trim() !== '')
    .map(({ title, text }) => ({ title, words: unspaced(text) }))
    .map(({ title, words }) =>
      title === undefined ? words : `${title}:${isShort(words) ? ' ' : '\n\n'}${words}`,
    )
    .join('\n\n')

const isShort = (text: string): boolean =>
  text.length <= 100 && !text.includes('\n') && !text.startsWith('- ')

/** Spaces at the ends of lines mean nothing, and make a text hard to keep. */
const unspaced = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()

/** A list of markdown. */
export const bullets = (items: readonly string[]): string =>
  items.map((item) => `- ${item.trim().replaceAll('\n', '\n  ')}`).join('\n')

/** The first line, of which people make a title. */
export const titleOf = (text: string): string => text.trim().split('\n', 1).join('').trim()

/**
 * Words of a stranger: in a fence that nothing in them closes, so that they describe the work and
 * speak for nobody else. At most so many bytes with it.
 */
export function quoted(text: string, bytes: number): string {
  const whole = fenced(text, 'text')
  if (byteLength(whole) <= bytes) return whole
  const shorter = fenced(clip(text, bytes - 100), 'text')
  // Nothing but ticks, and the fence is as long as they are.
  return byteLength(shorter) <= bytes ? shorter : fenced(clip(text, bytes / 4), 'text')
}
