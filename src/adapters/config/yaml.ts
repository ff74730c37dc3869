/**
 * YAML text to a plain value, with the place of everything in it.
 *
 * JSON is a subset of YAML, so JSON files are read the same way. Duplicate keys are looked for
 * here and not by the parser, which compares every key with every other.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Locate, Mistake, Path, Position } from '../../core/mistake.ts'

export type Parsed =
  | {
      readonly is: 'read'
      readonly value: unknown
      readonly locate: Locate
      readonly mistakes: readonly Mistake[]
    }
  /** The text is no YAML at all: nothing more can be said about it. */
  | { readonly is: 'unreadable'; readonly mistakes: readonly Mistake[] }

/** Deeper than any loop file, and shallow enough for a parser that calls itself. */
const DEEPEST = 100

/** Each alias costs a walk through the document. */
const MOST_ALIASES = 2_000

/** The parser's measure of aliases within aliases: enough for one per task, too few for a bomb. */
const MOST_EXPANSIONS = 10_000

/** Parses one YAML document. Never throws. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const deep = depthBeyond(text, DEEPEST)
  if (deep !== undefined) return unreadable([{ ...deep, path: '', message: 'nested too deeply' }])
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    })
    const errors = document.errors.map(({ pos, message }) => ({
      ...at(pos[0]),
      path: '',
      message: sentence(message),
    }))
    if (errors.length > 0) return unreadable(errors)
    const aliases = aliasMistakes(document, at)
    if (aliases.length > 0) return unreadable(aliases)
    const mistakes = [...duplicateKeys(document, at), ...unknownTags(document, at)]
    return {
      is: 'read',
      value: document.toJS({ maxAliasCount: MOST_EXPANSIONS }),
      locate: locator(document, at),
      mistakes,
    }
  } catch (error) {
    // The parser throws on what it will not expand: alias bombs, aliases of nothing.
    const message = Error.isError(error) ? sentence(error.message) : 'cannot be read'
    return unreadable([{ line: 1, column: 1, path: '', message }])
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

function aliasMistakes(document: Document, at: (offset: number) => Position): Mistake[] {
  const aliases: Alias[] = []
  visit(document, { Alias: (_, alias) => void aliases.push(alias) })
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

function duplicateKeys(document: Document, at: (offset: number) => Position): Mistake[] {
  const mistakes: Mistake[] = []
  visit(document, {
    Map(_, map) {
      const first = new Map<string, number>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const here = at(key.range?.[0] ?? 0)
        const earlier = first.get(name)
        if (earlier === undefined) first.set(name, here.line)
        else
          mistakes.push({
            ...here,
            path: name,
            message: `the key "${name}" is given twice; first on line ${earlier}`,
          })
      }
    },
  })
  return mistakes
}

/** `!!timestamp`, `!secret`: the parser would quietly give plain text for them. */
const unknownTags = (document: Document, at: (offset: number) => Position): Mistake[] =>
  document.warnings.map(({ pos, message }) => ({ ...at(pos[0]), path: '', message: sentence(message) }))

/** Finds the node at a path, or the nearest node around it when there is none. */
function locator(document: Document, at: (offset: number) => Position): Locate {
  const indexes: Indexes = new WeakMap()
  return (path, part = 'value') => {
    let node: unknown = document.contents
    let found = startOf(node) ?? 0
    for (const [index, step] of path.entries()) {
      const pair = stepInto(resolved(node, document), step, indexes)
      if (!pair) break
      node = pair.value
      const last = index === path.length - 1
      found = startOf(last && part === 'key' ? pair.key : pair.value) ?? startOf(pair.key) ?? found
    }
    return at(found)
  }
}

const resolved = (node: unknown, document: Document): unknown =>
  isAlias(node) ? node.resolve(document) : node

/** Keys by name, made once per mapping: a file may have as many mistakes as it has keys. */
type Indexes = WeakMap<YAMLMap, ReadonlyMap<string, Pair>>

function stepInto(
  node: unknown,
  step: Path[number],
  indexes: Indexes,
): Pick<Pair, 'key' | 'value'> | undefined {
  if (isSeq(node) && typeof step === 'number') return { key: undefined, value: node.items[step] }
  if (!isMap(node)) return undefined
  const index = indexes.get(node) ?? indexOf(node)
  indexes.set(node, index)
  return index.get(String(step))
}

/** Of a key that is given twice, the first. */
const indexOf = ({ items }: YAMLMap): ReadonlyMap<string, Pair> =>
  new Map(items.toReversed().flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])))

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)
