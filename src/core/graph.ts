/**
 * Tasks as a graph: what must come before what, and what should come first.
 *
 * Every function is linear in tasks and needs. A need that names no task of the graph is
 * ignored here (`missingNeeds` lists them); ids are taken to be unique.
 */

export interface Node {
  readonly id: string
  readonly needs: readonly string[]
}

/** A node with what breaks ties between tasks that may start. */
export interface Ranked extends Node {
  readonly priority: number
  /** Position in the loop file. */
  readonly order: number
  /** Attempts that came to nothing. Default 0. */
  readonly setbacks?: number
}

/** How long a task takes, in any one unit. */
export type Weight = (id: string) => number

const ONE: Weight = () => 1

/** Every need that names no task. */
export function missingNeeds(nodes: readonly Node[]): { readonly id: string; readonly need: string }[] {
  const known = new Set(nodes.map(({ id }) => id))
  return nodes.flatMap(({ id, needs }) =>
    needs.filter((need) => !known.has(need)).map((need) => ({ id, need })),
  )
}

/**
 * One cycle out of every knot of tasks that wait for each other, closed: first and last are
 * the same. Each arrow reads "needs". Empty if and only if the graph has no cycle.
 */
export function cycles(nodes: readonly Node[]): string[][] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const visited = new Set<string>()
  const named = new Set<string>()
  const found: string[][] = []
  const meet = (path: readonly string[], again: string) => {
    if (named.has(again)) return
    const cycle = path.slice(path.indexOf(again))
    if (cycle.some((id) => named.has(id))) return
    for (const id of cycle) named.add(id)
    found.push([...cycle, again])
  }
  for (const { id } of nodes) walk(id, { byId, visited, meet })
  return found
}

interface Walk {
  readonly byId: ReadonlyMap<string, Node>
  readonly visited: Set<string>
  readonly meet: (path: readonly string[], again: string) => void
}

/** Depth first without recursion: a chain of 2,000 tasks must not overflow the stack. */
function walk(root: string, { byId, visited, meet }: Walk): void {
  const path: string[] = []
  const onPath = new Set<string>()
  const iterators: Iterator<string>[] = []
  const enter = (id: string) => {
    visited.add(id)
    onPath.add(id)
    path.push(id)
    iterators.push((byId.get(id)?.needs ?? []).values())
  }
  if (!visited.has(root)) enter(root)
  for (let top = iterators.at(-1); top; top = iterators.at(-1)) {
    const next = top.next()
    if (next.done) {
      onPath.delete(path.pop() ?? '')
      iterators.pop()
    } else if (onPath.has(next.value)) meet(path, next.value)
    else if (!visited.has(next.value) && byId.has(next.value)) enter(next.value)
  }
}

/** Who waits for a task, by the task's id. */
function dependentsOf<N extends Node>(nodes: readonly N[]): Map<string, N[]> {
  const dependents = new Map<string, N[]>(nodes.map(({ id }) => [id, []]))
  for (const node of nodes) for (const need of new Set(node.needs)) dependents.get(need)?.push(node)
  return dependents
}

/**
 * An order in which every task follows its needs, otherwise as near to the given order as a
 * queue keeps it. Tasks on a cycle, or behind one, are left out.
 */
export function topological<N extends Node>(nodes: readonly N[]): N[] {
  const dependents = dependentsOf(nodes)
  const waiting = new Map(
    nodes.map(({ id, needs }) => [id, [...new Set(needs)].filter((need) => dependents.has(need)).length]),
  )
  const ordered = nodes.filter(({ id }) => waiting.get(id) === 0)
  // The array grows while it is walked: it is the queue and the answer.
  for (const { id } of ordered)
    for (const dependent of dependents.get(id) ?? []) {
      const left = (waiting.get(dependent.id) ?? 0) - 1
      waiting.set(dependent.id, left)
      if (left === 0) ordered.push(dependent)
    }
  return ordered
}

/** Per task: its own weight and that of the heaviest chain of tasks that wait for it. */
export function longestPaths(nodes: readonly Node[], weight: Weight = ONE): Map<string, number> {
  const dependents = dependentsOf(nodes)
  const paths = new Map<string, number>()
  for (const { id } of topological(nodes).toReversed()) {
    const behind = (dependents.get(id) ?? []).map((dependent) => paths.get(dependent.id) ?? 0)
    paths.set(id, weight(id) + behind.reduce((most, path) => Math.max(most, path), 0))
  }
  return paths
}

/** The chain of tasks that takes longest: no number of lanes is faster. */
export function criticalPath(nodes: readonly Node[], weight: Weight = ONE): string[] {
  const paths = longestPaths(nodes, weight)
  const dependents = dependentsOf(nodes)
  const longest = (from: readonly Node[]): Node | undefined =>
    from.reduce<Node | undefined>(
      (best, node) => (best && (paths.get(best.id) ?? 0) >= (paths.get(node.id) ?? 0) ? best : node),
      undefined,
    )
  const chain: string[] = []
  const roots = topological(nodes)
  for (let node = longest(roots); node; node = longest(dependents.get(node.id) ?? [])) chain.push(node.id)
  return chain
}

/** Waves: a task is in the first one that comes after all its needs. */
export function levels<N extends Node>(nodes: readonly N[]): N[][] {
  const level = new Map<string, number>()
  const waves: N[][] = []
  for (const node of topological(nodes)) {
    const mine = node.needs.reduce((most, need) => Math.max(most, (level.get(need) ?? -1) + 1), 0)
    level.set(node.id, mine)
    waves[mine] ??= []
    waves[mine].push(node)
  }
  return waves
}

/**
 * All tasks, the one to start first first: longest remaining path, then priority, then file order.
 * Each setback halves what the path counts: a task that keeps failing steps behind the others, however
 * much waits for it, after as many setbacks as its path has binary digits more.
 */
export function rank<N extends Ranked>(nodes: readonly N[], weight: Weight = ONE): N[] {
  const paths = longestPaths(nodes, weight)
  const path = ({ id, setbacks = 0 }: N) => (paths.get(id) ?? weight(id)) / 2 ** setbacks
  const ranked = nodes.map((node) => ({ node, path: path(node) }))
  ranked.sort((a, b) => b.path - a.path || b.node.priority - a.node.priority || a.node.order - b.node.order)
  return ranked.map(({ node }) => node)
}

/**
 * Tasks whose needs are all completed, the one to start first first. `remaining` must hold
 * every unfinished task, leased and parked ones too, because the paths run through them; the
 * caller takes the open ones from the answer.
 */
export function ready<N extends Ranked>(
  remaining: readonly N[],
  completed: ReadonlySet<string>,
  weight: Weight = ONE,
): N[] {
  return rank(remaining, weight).filter(({ needs }) => needs.every((need) => completed.has(need)))
}
