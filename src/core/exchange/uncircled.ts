import type { Node } from '../graph.ts'

/** A need that was taken out, and the way from it back to its task. */
export interface Cut {
  readonly id: string
  readonly need: string
  /** First and last are the same; each needs the next. */
  readonly circle: readonly string[]
}

/** Longer circles are told by their ends. */
const SHOWN = 8

/**
 * The same tasks, none of which waits for itself. One walk, so the time is linear: every need that
 * leads back to where the walk came from is taken out, and no other.
 */
export function uncircled<N extends Node>(
  nodes: readonly N[],
): { readonly nodes: N[]; readonly cuts: Cut[] } {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const visited = new Set<string>()
  const cuts: Cut[] = []
  for (const { id } of nodes) if (!visited.has(id)) walk(id, { byId, visited, cuts })
  const gone = Map.groupBy(cuts, ({ id }) => id)
  const kept = nodes.map((node) => {
    const lost = new Set(gone.get(node.id)?.map(({ need }) => need))
    return lost.size === 0 ? node : { ...node, needs: node.needs.filter((need) => !lost.has(need)) }
  })
  return { nodes: kept, cuts }
}

interface Walk {
  readonly byId: ReadonlyMap<string, Node>
  readonly visited: Set<string>
  readonly cuts: Cut[]
}

/** Depth first without recursion: a chain may be as long as there are tasks. */
function walk(root: string, { byId, visited, cuts }: Walk): void {
  const path: string[] = []
  const onPath = new Map<string, number>()
  const iterators: Iterator<string>[] = []
  const enter = (id: string) => {
    visited.add(id)
    onPath.set(id, path.length)
    path.push(id)
    iterators.push(new Set(byId.get(id)?.needs).values())
  }
  enter(root)
  for (let top = iterators.at(-1); top; top = iterators.at(-1)) {
    const next = top.next()
    const since = next.done ? undefined : onPath.get(next.value)
    if (next.done) {
      onPath.delete(path.pop() ?? '')
      iterators.pop()
    } else if (since !== undefined)
      cuts.push({
        id: path.at(-1) ?? '',
        need: next.value,
        circle: circleOf(path, since, next.value),
      })
    else if (!visited.has(next.value) && byId.has(next.value)) enter(next.value)
  }
}

/** Of a long one only its ends are ever copied: there may be as many circles as needs. */
const circleOf = (path: readonly string[], since: number, need: string): readonly string[] =>
  path.length - since < SHOWN
    ? [...path.slice(since), need]
    : [...path.slice(since, since + SHOWN / 2), '…', ...path.slice(1 - SHOWN / 2), need]
