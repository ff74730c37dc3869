/**
 * What needs what, drawn with characters.
 *
 * 1. Every task stands once, below the one of its needs that is done last; the others
 *    name it, with "(above)" or "(below)". So every need is to be seen.
 * 2. Straight down means "is needed by": a chain grows downwards, however long it is. Only what
 *    branches off goes to the right, and what goes on straight has most behind it: the drawing is
 *    never wider than the logarithm of the number of tasks, apart from its names.
 * 3. The critical path goes straight down from the start to the end.
 */
import type { Edge, Plan } from './plan.ts'

/** More than this nobody follows with the eye. */
const MOST_TASKS = 60

/** Lines, with a legend before them; none where no task is left. */
export function drawGraph(plan: Plan, width: number): string[] {
  const ids = [...plan.order, ...plan.blocked].map(({ id }) => id)
  if (ids.length === 0) return []
  if (ids.length > MOST_TASKS)
    return [
      `${ids.length} tasks are too many to draw: \`cms plan --json\` lists what needs what, and so does the README of the state branch.`,
    ]
  const drawing = plant(plan, ids, width)
  const isAlone = (id: string) => (drawing.behind.get(id) ?? []).length === 0
  const roots = ids.filter((id) => !drawing.parent.has(id))
  const trees = roots.filter((id) => !isAlone(id)).toSorted((a, b) => drawing.size(b) - drawing.size(a))
  for (const root of trees) {
    if (drawing.lines.length > 0) drawing.lines.push('')
    draw(drawing, { id: root, first: '', rest: '' })
  }
  const alone = roots.filter(isAlone).map((id) => drawing.name(id))
  return [
    'what needs what (each task needs the one it hangs from; ● is on the critical path):',
    ...drawing.lines,
    ...(trees.length > 0 && alone.length > 0 ? [''] : []),
    ...wrapped(alone, width - ALONE.length).map((line) => `${ALONE}${line}`),
  ]
}

/** Before tasks that need nothing, and that nothing needs. */
const ALONE = 'alone: '

interface Drawing {
  readonly width: number
  readonly lines: string[]
  readonly drawn: Set<string>
  /** Every task that needs this one. */
  readonly behind: ReadonlyMap<string, readonly string[]>
  /** The one need that the task stands below. */
  readonly parent: ReadonlyMap<string, string>
  /** Tasks that stand below this one, itself included. */
  readonly size: (id: string) => number
  readonly name: (id: string) => string
  readonly isCritical: (id: string) => boolean
}

/** @param ids every task after what it needs: open ones as they start, then blocked ones. */
function plant(plan: Plan, ids: readonly string[], width: number): Drawing {
  const behind = group(plan.edges, 'from', 'to')
  const needs = group(plan.edges, 'to', 'from')
  const parent = parents(plan, ids, needs)
  const sizes = new Map(ids.map((id) => [id, 1]))
  const size = (id: string) => sizes.get(id) ?? 1
  for (const id of ids.toReversed()) {
    const above = parent.get(id)
    if (above !== undefined) sizes.set(above, size(above) + size(id))
  }
  const critical = new Set(plan.critical_path)
  const leased = new Set(plan.order.flatMap(({ id, state }) => (state === 'leased' ? [id] : [])))
  const blocked = new Set(plan.blocked.map(({ id }) => id))
  const state = (id: string) => (leased.has(id) ? ' (runs now)' : blocked.has(id) ? ' (blocked)' : '')
  const isCritical = (id: string) => critical.has(id)
  const name = (id: string) => `${isCritical(id) ? '●' : '○'} ${id}${state(id)}`
  return { width, lines: [], drawn: new Set(), behind, parent, size, name, isCritical }
}

function group(edges: readonly Edge[], by: keyof Edge, what: keyof Edge): Map<string, string[]> {
  const grouped = new Map<string, string[]>()
  for (const edge of edges) {
    const list = grouped.get(edge[by])
    if (list === undefined) grouped.set(edge[by], [edge[what]])
    else list.push(edge[what])
  }
  return grouped
}

/**
 * Of the needs of each task, the one before it on the critical path, or one that is blocked, or
 * the one that would be done last if there were a lane for everything.
 */
function parents(
  plan: Plan,
  ids: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const takes = new Map(plan.order.map(({ id, start, end }) => [id, end - start]))
  const before = new Map(plan.critical_path.map((id, n) => [id, plan.critical_path[n - 1]]))
  const ends = new Map<string, number>()
  const end = (id: string) => ends.get(id) ?? 0
  const found = new Map<string, string>()
  for (const id of ids) {
    const all = needs.get(id) ?? []
    const last = all.reduce((most, need) => Math.max(most, end(need)), 0)
    ends.set(id, last + (takes.get(id) ?? Infinity))
    const parent = all.find((need) => before.get(id) === need) ?? all.find((need) => end(need) === last)
    if (parent !== undefined) found.set(id, parent)
  }
  return found
}

interface Branch {
  readonly id: string
  /** Before its first line. */
  readonly first: string
  /** Before every other line. */
  readonly rest: string
}

/** One task after another straight down, each with what branches off below it. */
function draw(drawing: Drawing, { id: root, first, rest }: Branch): void {
  const { lines, drawn, behind, parent, size, name, isCritical, width } = drawing
  const weight = (id: string) => (isCritical(id) ? Infinity : size(id))
  let head = first
  for (let id: string | undefined = root; id !== undefined; head = rest) {
    const [above, all]: [string, readonly string[]] = [id, behind.get(id) ?? []]
    lines.push(`${head}${name(above)}`)
    drawn.add(above)
    const below = all.filter((task) => parent.get(task) === above).toSorted((a, b) => weight(a) - weight(b))
    const others = all
      .filter((task) => parent.get(task) !== above)
      .map((task) => `${task} ${drawn.has(task) ? '(above)' : '(below)'}`)
    id = below.pop()
    const more = wrapped(others, width - rest.length - 3)
    const isLast = (n: number) => below.length === 0 && id === undefined && n === more.length - 1
    lines.push(...more.map((line, n) => `${rest}${isLast(n) ? '└─ ' : '├─ '}${line}`))
    for (const branch of below) draw(drawing, { id: branch, first: `${rest}├─`, rest: `${rest}│ ` })
  }
}

/** Names with commas between them, in lines of at most so many characters. */
function wrapped(names: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 2 + name.length <= width)
      lines[lines.length - 1] = `${last}, ${name}`
    else lines.push(name)
  }
  return lines
}
