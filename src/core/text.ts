/** Text of agents and programs, made fit for logs, terminals, prompts and the checkpoint. */
import { z } from 'zod'

/** Length in UTF-8, which is what limits are about. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length

/** A string of at most so many bytes. */
export const Text = (bytes: number) =>
  z
    .string()
    .max(bytes)
    .refine((text) => byteLength(text) <= bytes, `must be at most ${bytes} bytes`)

/** At most `bytes` of UTF-8, cut between characters. */
export function clip(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text)
  if (encoded.length <= bytes) return text
  const cut = new TextDecoder('utf-8').decode(encoded.subarray(0, bytes - 3)).replace(/\uFFFD+$/, '')
  return `${cut}…`
}

/**
 * Escape sequences, characters that move the cursor or turn the direction of a line, and those that nobody
 * sees but a model reads: of no width (joiners stay, which emoji need), and tags.
 */
// biome-ignore lint: control characters are exactly what must not get through
const UNPRINTABLE =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

/** Lines and tabs stay; what a terminal would obey goes. */
export const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, ' ')

/** One printable line: it cannot start a workflow command, a heading or a second log entry. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim()

/** The last lines that have something on them. */
export const tailLines = (text: string, most: number): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-most)

/** One text of several: each ends as a sentence, empty ones are left out. */
export const sentences = (...parts: readonly string[]): string =>
  parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/[.!?…]["'`)]?$/.test(part) ? part : `${part}.`))
    .join(' ')

/** At most so many characters (code points: none is cut in half), with `…` for what is left out. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  if (most < 1) return ''
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
