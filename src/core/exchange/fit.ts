/**
 * What was found in another format, as tasks of a loop.
 *
 * Guarantees, whatever was found:
 *  1. Every id is valid and given once; of the same source it is always the same.
 *  2. Every need and every use names one of the tasks, and none of them waits for itself.
 *  3. Every limit of a loop file is kept.
 *  4. Whatever is not taken as it stands is named in a remark, with its place and what was done.
 */
import { topological } from '../graph.ts'
import { LIMITS } from '../limits.ts'
import { quote } from '../mistake.ts'
import { oneLine } from '../text.ts'
import type { PlainTask } from './entry.ts'
import type { Found, FoundState, FoundTask, Remark, Wanted } from './found.ts'
import { isLeftOut } from './found.ts'
import { Names } from './names.ts'
import { goalFor, textsFor } from './texts.ts'
import { uncircled } from './uncircled.ts'

/** A task as the loop file will have it, with what it was. */
export interface ImportedTask extends PlainTask {
  readonly origin: {
    readonly key: string
    readonly at: string
    readonly state: FoundState['at']
    readonly owner?: string
  }
}

/** A task that is not imported. */
export interface LeftOut {
  readonly key: string
  readonly name: string
  readonly because: string
}

export interface Imported {
  readonly goal: string
  readonly agent: string | undefined
  readonly tasks: readonly ImportedTask[]
  readonly leftOut: readonly LeftOut[]
  readonly remarks: readonly Remark[]
}

export interface FitOptions extends Wanted {
  /** Put before every id. */
  readonly prefix?: string | undefined
  /** Each task waits for the one before it, as in a chain. */
  readonly inOrder?: boolean | undefined
  /** How many new tasks there is room for. Default: as many as a loop may have. */
  readonly room?: number
  /** Ids of the loop file: a task that is there already takes no room. */
  readonly there?: ReadonlySet<string>
  /** Agents there are; without it any name will do. */
  readonly agents?: readonly string[] | undefined
}

export function fit(found: Found, options: FitOptions = {}): Imported {
  const remarks: Remark[] = [...found.remarks]
  const note = (at: string, text: string) => remarks.push({ at, text })
  const wanted = found.tasks.filter((task) => !isLeftOut(task, options))
  const ids = idsFor(wanted, options, note)
  const known = new Known(found.tasks, ids, options)
  const tasks = [...ids].map(([task, id]): ImportedTask => {
    const { key, at, state, owner } = task
    return {
      id,
      ...textsFor(task, { id, note, agents: options.agents }),
      needs: known.resolve(task, 'needs', note),
      uses: known.resolve(task, 'uses', note),
      origin: { key, at, state: state.at, ...(owner === undefined ? {} : { owner }) },
    }
  })
  const { nodes, cuts } = uncircled(tasks)
  const places = new Map(tasks.map(({ id, origin }) => [id, origin.at]))
  for (const { id, need, circle } of cuts)
    note(
      places.get(id) ?? id,
      `The tasks wait for each other: ${circle.join(' → ')}. The need of ${need} was left out.`,
    )
  return {
    ...{ goal: goalFor(found.goal ?? '', note), agent: found.agent, remarks },
    tasks: options.inOrder === true || found.isChain === true ? chained(nodes) : nodes,
    leftOut: found.tasks.filter((task) => isLeftOut(task, options)).map(leftOut),
  }
}

type Note = (at: string, text: string) => void

/** Of each task that there is room for. */
function idsFor(
  tasks: readonly FoundTask[],
  { prefix = '', room = LIMITS.tasks, there = new Set() }: FitOptions,
  note: Note,
): Map<FoundTask, string> {
  const names = new Names()
  const first = new Map<string, string>()
  const given = new Map<FoundTask, string>()
  let left = room
  for (const task of tasks) {
    const id = names.give(`${prefix}${task.wish ?? task.key}`)
    if (!there.has(id)) left -= 1
    if (left < 0 && !there.has(id)) {
      note(task.at, `There is no room for it: a loop has at most ${LIMITS.tasks} tasks. It was left out.`)
      continue
    }
    const twin = first.get(task.key)
    if (twin === undefined) first.set(task.key, id)
    else
      note(
        task.at,
        `The id ${quote(task.key)} is given twice: this one is imported as ${id}, and what needs ${quote(task.key)} needs ${twin}.`,
      )
    given.set(task, id)
  }
  return given
}

/** Tasks by what others call them; of several with one name, the first that is imported. */
class Known {
  readonly #all = new Map<string, FoundTask>()
  readonly #ids: ReadonlyMap<FoundTask, string>
  readonly #wanted: Wanted

  constructor(tasks: readonly FoundTask[], ids: ReadonlyMap<FoundTask, string>, wanted: Wanted) {
    this.#ids = ids
    this.#wanted = wanted
    for (const task of tasks) {
      const before = this.#all.get(task.key)
      if (before === undefined || (!ids.has(before) && ids.has(task))) this.#all.set(task.key, task)
    }
  }

  /** The ids for the keys of a task. What is done needs no waiting for. */
  resolve(task: FoundTask, list: 'needs' | 'uses', note: Note): string[] {
    const ids = new Set<string>()
    const verb = list === 'needs' ? 'It needs' : 'It uses'
    for (const key of new Set(task[list])) {
      const other = this.#all.get(key)
      const id = other && this.#ids.get(other)
      if (id !== undefined && id !== this.#ids.get(task)) ids.add(id)
      else if (id !== undefined) note(task.at, `${verb} itself: that was left out.`)
      else if (other?.state.at !== 'done' || this.#wanted.all === true)
        note(task.at, `${verb} ${quote(key)}, which is ${whereIs(other)}: that was left out.`)
    }
    return [...ids]
  }
}

function whereIs(other: FoundTask | undefined): string {
  if (other === undefined) return 'not there'
  return other.state.at === 'dropped' ? other.state.because : 'not imported'
}

function leftOut({ key, name, state }: FoundTask): LeftOut {
  const because = state.at === 'dropped' ? state.because : 'done there'
  return { key: oneLine(key), name: oneLine(name).slice(0, LIMITS.name_chars), because }
}

/** In an order that fits their needs, each after the one before it. */
const chained = (tasks: readonly ImportedTask[]): ImportedTask[] =>
  topological(tasks).map((task, index, all) => {
    const before = all[index - 1]?.id
    return before === undefined || task.needs.includes(before)
      ? task
      : { ...task, needs: [...task.needs, before] }
  })
