/**
 * YAML text to a plain value, with the place of everything in it.
 *
 * JSON is a subset of YAML: where there is no mistake to place, it is read as what it is.
 * Duplicate keys are looked for here and not by the parser, which compares every key with every
 * other.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type YAMLMap,
} from 'yaml'
import type { Locate, Mistake, Position } from '../../core/mistake.ts'
import { compose, DEEPEST, Refused } from './compose.ts'
import { parseJson } from './json.ts'
import { type At, locator } from './locate.ts'

export type Parsed =
  | {
      readonly is: 'read'
      readonly value: unknown
      readonly locate: Locate
      readonly mistakes: readonly Mistake[]
    }
  /** The text is no YAML at all: nothing more can be said about it. */
  | { readonly is: 'unreadable'; readonly mistakes: readonly Mistake[] }

/** Each alias costs a walk through the document. */
const MOST_ALIASES = 2_000

/** The parser's measure of aliases within aliases: enough for one per task, too few for a bomb. */
const MOST_EXPANSIONS = 10_000

/** Mistakes in the syntax beyond these are not told: they mostly follow from the first. */
const MOST_ERRORS = 100

/** Parses one YAML document. Never throws. */
export function parseYaml(text: string): Parsed {
  const json = parseJson(text)
  return json === undefined ? parsed(text) : { is: 'read', value: json, locate: locateIn(text), mistakes: [] }
}

/** Reads the text as YAML once there is something to locate. */
function locateIn(text: string): Locate {
  let locate: Locate | undefined
  return (path, part) => {
    if (!locate) {
      const again = parsed(text)
      locate = again.is === 'read' ? again.locate : () => ({ line: 1, column: 1 })
    }
    return locate(path, part)
  }
}

function parsed(text: string): Parsed {
  const lines = new LineCounter()
  const at: At = (offset) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const deep = depthBeyond(text, DEEPEST)
  if (deep !== undefined) return unreadable([{ ...deep, path: '', message: 'nested too deeply' }])
  try {
    return read(compose(text, lines), at)
  } catch (error) {
    if (error instanceof Refused)
      return unreadable([{ ...at(error.offset), path: '', message: error.message }])
    // The parser throws on what it will not expand: alias bombs, aliases of nothing.
    const message = Error.isError(error) ? sentence(error.message) : 'cannot be read'
    return unreadable([{ line: 1, column: 1, path: '', message }])
  }
}

function read(document: Document, at: At): Parsed {
  const { errors, warnings } = document
  const told = ({ pos, message }: (typeof errors | typeof warnings)[number]): Mistake => ({
    ...at(pos[0]),
    path: '',
    message: sentence(message),
  })
  if (errors.length > 0) return unreadable(errors.slice(0, MOST_ERRORS).map(told))
  const { aliases, maps } = partsOf(document)
  const lost = aliasMistakes(document, aliases, at)
  if (lost.length > 0) return unreadable(lost)
  return {
    is: 'read',
    value: document.toJS({ maxAliasCount: MOST_EXPANSIONS }),
    locate: locator(document, at),
    // `!!timestamp`, `!secret`: the parser would quietly give plain text for them.
    mistakes: [...maps.flatMap((map) => duplicateKeys(map, at)), ...warnings.map(told)],
  }
}

const unreadable = (mistakes: readonly Mistake[]): Parsed => ({ is: 'unreadable', mistakes })

/** `Tabs are not allowed …` → `not valid YAML: tabs are not allowed …` */
const sentence = (message: string): string =>
  `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`

/** `- - - …`: the parser takes time that grows with the square of the depth, so look before parsing. */
function depthBeyond(text: string, limit: number): Position | undefined {
  for (const [index, line] of text.split('\n').entries()) {
    const opened = /^[ ]*(?:[-?:][ ]+)*/.exec(line)?.[0].match(/[-?:]/g)?.length ?? 0
    if (opened > limit) return { line: index + 1, column: 1 }
  }
  return undefined
}

interface Parts {
  readonly aliases: Alias[]
  readonly maps: YAMLMap[]
}

/** Every alias and every mapping, in the order of the text. */
function partsOf({ contents }: Document): Parts {
  const parts: Parts = { aliases: [], maps: [] }
  const walk = (node: unknown): void => {
    if (isAlias(node)) parts.aliases.push(node)
    if (isMap(node)) parts.maps.push(node)
    if (isMap(node) || isSeq(node)) node.items.forEach(walk)
    if (!isPair(node)) return
    walk(node.key)
    walk(node.value)
  }
  walk(contents)
  return parts
}

function aliasMistakes(document: Document, aliases: readonly Alias[], at: At): Mistake[] {
  if (aliases.length > MOST_ALIASES)
    return [{ ...at(0), path: '', message: `more than ${MOST_ALIASES} aliases` }]
  return aliases
    .filter((alias) => alias.resolve(document) === undefined)
    .map(({ source, range }) => ({
      ...at(range?.[0] ?? 0),
      path: '',
      message: `there is no anchor &${source} before this alias`,
    }))
}

function duplicateKeys({ items }: YAMLMap, at: At): Mistake[] {
  const first = new Map<string, number>()
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return []
    const name = String(key.value)
    const here = key.range?.[0] ?? 0
    const earlier = first.get(name)
    if (earlier === undefined) first.set(name, here)
    const message = `the key "${name}" is given twice; first on line ${earlier === undefined ? 0 : at(earlier).line}`
    return earlier === undefined ? [] : [{ ...at(here), path: name, message }]
  })
}
