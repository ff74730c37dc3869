/** Mistakes in a file: where each one is, what it is, and how to write it instead. */
import type { z } from 'zod'
import { unreachable } from './error.ts'
import { knownKeys } from './loop-file.ts'
import { nearest } from './nearest.ts'

export type Path = readonly PropertyKey[]

export interface Position {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

/** Where a value (or the key before it) stands; the nearest thing around it if it is missing. */
export type Locate = (path: Path, part?: 'key' | 'value') => Position

export interface Mistake extends Position {
  /** `tasks[1].needs[0]`; empty for the whole file. */
  readonly path: string
  readonly message: string
  readonly hint?: string
}

/** A mistake that has not been found in the text yet. */
export interface Finding {
  readonly path: Path
  readonly part?: 'key' | 'value'
  readonly message: string
  readonly hint?: string
  /** An earlier place the message speaks of; its line is named. */
  readonly earlier?: Path
}

/** `['tasks', 1, 'needs', 0]` → `tasks[1].needs[0]`. */
export const printPath = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    const key = /^[\w$-]+$/.test(String(part)) ? String(part) : quote(String(part))
    return text === '' ? key : `${text}.${key}`
  }, '')

/** A word of the user's, safe to print and no longer than a glance. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** Puts findings where they belong in the text, in the order of the text. */
export const place = (findings: readonly Finding[], locate: Locate): Mistake[] =>
  findings
    .map(({ path, part, message, hint, earlier }) => ({
      ...locate(path, part),
      path: printPath(path),
      message: earlier === undefined ? message : `${message}; first on line ${locate(earlier, 'key').line}`,
      ...(hint === undefined ? {} : { hint }),
    }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)

/** Of one mapping: each is compared with every known key. */
const MOST_KEYS = 1_001

/** What zod found, in the words of the loop file. */
export function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const { path } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, MOST_KEYS).map((key) => unknownKey(path, key))
    case 'invalid_union':
      return unionFindings(issue)
    case 'invalid_type':
      return [{ path, ...wrongType(issue.expected, issue.input) }]
    case 'invalid_value':
      return [{ path, ...notOneOf(issue.values.map(String), issue.input) }]
    case 'too_big':
      return [{ path, message: `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ''}` }]
    case 'too_small':
      return [{ path, message: `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}` }]
    case 'custom':
    case 'invalid_format':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return [{ path, message: issue.message }]
    default:
      return unreachable(issue)
  }
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

function unknownKey(path: Path, key: string): Finding {
  const known = knownKeys(path)
  const near = nearest(key, known)
  return {
    path: [...path, key],
    part: 'key',
    message: `unknown key ${quote(key)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    ...(near === undefined ? { hint: `known keys: ${known.join(', ')}` } : {}),
  }
}

/** Of several shapes, the mistakes of the one that was meant: whose outermost type fits. */
function unionFindings({ path, errors, message }: z.core.$ZodIssueInvalidUnion): Finding[] {
  // A union with a sentence of its own says more than any of its branches.
  if (message !== 'Invalid input') return [{ path, message }]
  const meant = errors.find(
    (branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
  )
  if (!meant) return [{ path, message: 'must be a name, or a mapping of keys to values' }]
  return meant.flatMap((inner) => findingsOf({ ...inner, path: [...path, ...inner.path] }))
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  nonoptional: 'any value',
}

function wrongType(expected: string, input: unknown): { readonly message: string; readonly hint?: string } {
  const wanted = NAMES[expected] ?? expected
  if (input === undefined) return { message: `is missing; it must be ${wanted}` }
  if (input === null) return { message: 'is empty: give it a value, or take the key out' }
  const message = `must be ${wanted}, not ${kindOf(input)}`
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return { message, hint: `put it in quotes: "${input}"` }
  if (expected === 'array' && typeof input === 'string')
    return {
      message,
      hint: `write it as a list: [${input.length > 60 || /[,[\]{}#:&*!|>'"%@`\n]/.test(input) ? '...' : input}]`,
    }
  return { message }
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'string') return `text (${quote(input)})`
  if (typeof input === 'object') return input instanceof Date ? 'a date' : 'a mapping'
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : `a ${typeof input}`
}

function notOneOf(values: readonly string[], input: unknown): { readonly message: string } {
  const near = typeof input === 'string' ? nearest(input, values) : undefined
  const given = input === undefined ? '' : `, not ${typeof input === 'string' ? quote(input) : kindOf(input)}`
  return {
    message: `must be one of ${values.join(', ')}${given}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  }
}

/** The first mistake in what an agent says, as a sentence. @param known keys that may be in it. */
export function firstMistake({ issues: [issue] }: z.ZodError, known: readonly string[]): string {
  if (issue === undefined) return 'It cannot be read.'
  // The loop file has other keys, so those near to it are none.
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.slice(0, 3).map(quote).join(', ')} may not be in it: only ${known.join(', ')}.`
  const [finding] = findingsOf(issue)
  const where = printPath(issue.path)
  return `${where === '' ? 'It ' : `${where}: `}${finding?.message ?? issue.message}.`
}

/** How many mistakes are shown with the line they are in. */
const EXCERPTS = 3

/** All mistakes for a person: `file:line:col path: message`, the first few with their line. */
export function printMistakes(file: string, text: string, mistakes: readonly Mistake[]): string {
  const lines = text.split(/\r?\n/)
  const many = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
  const printed = mistakes.map((mistake, index) => {
    const { line, column, path, message, hint } = mistake
    const at = `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` (${hint})`}`
    return index < EXCERPTS ? at + excerpt(lines[line - 1] ?? '', mistake) : at
  })
  return [`${file} has ${many}:`, ...printed].join('\n')
}

/** The line with a caret below the column; long lines are cut around it. */
function excerpt(source: string, { line, column }: Position): string {
  const from = Math.max(0, column - 60)
  const shown = source.slice(from, from + 100).replaceAll(/\p{Cc}/gu, ' ')
  if (shown.trim() === '') return ''
  const margin = `  ${line} | `
  return `\n${margin}${shown}\n${' '.repeat(margin.length + column - 1 - from)}^`
}
