/** Lessons as agents leave them in their outbox: untrusted, so each is taken or refused by itself. */
import { z } from 'zod'
import type { Redact } from '../secrets/redact.ts'
import { oneLine } from '../text.ts'
import { LESSON_LIMITS, type LessonNote } from './lesson.ts'

/** `lessons/<name>.json`. */
export const NoteFile = z.looseObject({
  text: z.string(),
  /** `paths` is what comes of paths; an agent need not say it. */
  scope: z.enum(['task', 'loop', 'paths']).default('task'),
  paths: z.array(z.string().max(LESSON_LIMITS.path_chars)).max(LESSON_LIMITS.paths).default([]),
})

/** What such a file says, or why it is not taken. */
export type ReadNote = LessonNote | { readonly refused: string }

export function readNote(value: unknown, redact: Redact): ReadNote {
  const parsed = NoteFile.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { refused: `${issue?.path.map(String).join('.') || 'it'}: ${issue?.message ?? 'cannot be read'}` }
  }
  const { scope, paths } = parsed.data
  const text = oneLine(redact(parsed.data.text)).toWellFormed()
  const because = whyNot(text)
  if (because !== undefined) return { refused: because }
  const cleaned = cleanPaths(paths.map(redact))
  const whyNotThere = whyNotPaths(cleaned)
  if (whyNotThere !== undefined) return { refused: whyNotThere }
  return { text, scope: cleaned.length > 0 ? 'paths' : scope, paths: cleaned }
}

/** Each on one line and once; empty ones say nothing. */
export const cleanPaths = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => oneLine(path).toWellFormed()).filter((path) => path !== '')),
]

/** Each takes time at every lease. */
const ASTERISKS = 8

/** Why a lesson cannot hold at these paths; `undefined` when it can. */
export function whyNotPaths(paths: readonly string[]): string | undefined {
  if (paths.length > LESSON_LIMITS.paths)
    return `it names ${paths.length} paths; ${LESSON_LIMITS.paths} are the limit`
  const long = paths.find((path) => path.length > LESSON_LIMITS.path_chars)
  if (long !== undefined)
    return `a path of ${long.length} characters is too long; ${LESSON_LIMITS.path_chars} are the limit`
  const wild = paths.find((path) => (path.match(/\*+/g) ?? []).length > ASTERISKS)
  return wild === undefined ? undefined : `"${wild}" has more than ${ASTERISKS} asterisks`
}

/**
 * Nobody who learns needs to say these. The checks stand whatever an agent is told; what is refused here would only
 * make others waste their attempts, or carry a foreign order from one task to the next. No wall: words can be found
 * that are not in here.
 */
const POISON: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:skip|disabl|bypass|ignor|circumvent|turn(?:ing)? off|comment(?:ing)? out|weaken|stub(?:bing)? out)\w*\b[^.]{0,40}\b(?:verif\w*|tests?|checks?|guards?|hooks?|lint\w*|ci)\b/i,
    'it tells to get around the checks',
  ],
  [
    /\b(?:ignor|disregard|forget)\w*\b[^.]{0,30}\b(?:previous|above|earlier|prior|all|other)\b[^.]{0,30}\b(?:instruction|rule|prompt|order|guideline)s?\b/i,
    'it tells to disregard what others say',
  ],
  [
    /\b(?:print|echo|send|post|upload|commit|reveal|exfiltrat)\w*\b[^.]{0,40}\b(?:secret|token|password|credential|api[ _-]?key|environment variable)s?\b/i,
    'it asks for secrets',
  ],
  [/\b(?:curl|wget)\b[^|]{0,200}\|\s*(?:ba|z|da)?sh\b/i, 'it runs what it downloads'],
]

/** Why a text can be no lesson; `undefined` when it can. */
export function whyNot(text: string): string | undefined {
  if (text === '') return 'it says nothing'
  if (text.length > LESSON_LIMITS.text_chars)
    return `it is ${text.length} characters long; ${LESSON_LIMITS.text_chars} are the limit`
  return POISON.find(([pattern]) => pattern.test(text))?.[1]
}
