/** Where things stand in the text of a YAML document. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import type { Locate, Path, Position } from '../../core/mistake.ts'

/** Line and column of an offset. */
export type At = (offset: number) => Position

/** Finds the node at a path, or the nearest node around it when there is none. */
export function locator(document: Document, at: At): Locate {
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
