/**
 * `tasks.json` of task-master: `{ tasks: [] }`, or a list under each of several tags.
 *
 * A subtask becomes a task that its parent needs, and waits for what the parent waits for. Its number is
 * unique within the parent only, so it is called `3.2`; a number among its dependencies is a sibling, where
 * there is one. Ids are numbers or texts, as they come.
 */
import { LoopError } from '../error.ts'
import { quote } from '../mistake.ts'
import { isRecord } from '../task-mistakes.ts'
import { type Found, type FoundState, type FoundTask, isLeftOut, type Remark, type Wanted } from './found.ts'
import { type Json, keysOf, listOf, own, textAt, textsOf } from './loose.ts'
import { priorityOf } from './priorities.ts'
import { stateOf } from './statuses.ts'
import { uncircled } from './uncircled.ts'
import { bullets, specOf, titleOf } from './wording.ts'

/** The list that is worked on where nobody says which. */
const USUAL = 'master'

const hasTasks = (value: unknown): value is Json => isRecord(value) && Array.isArray(own(value, 'tasks'))

const tagsOf = (value: Json): [string, Json][] =>
  Object.entries(value).flatMap(([tag, list]): [string, Json][] => (hasTasks(list) ? [[tag, list]] : []))

/** Whether a value is such a file. */
export const isTaskMaster = (value: unknown): value is Json =>
  isRecord(value) && (hasTasks(value) || tagsOf(value).length > 0)

export interface TaskMasterWanted extends Wanted {
  /** The tag that `state.json` names. */
  readonly current?: string | undefined
}

/** @throws LoopError `bad-input` when it has several lists and nobody says which. */
export function readTaskMaster(value: Json, wanted: TaskMasterWanted): Found {
  const { tag, list } = listFor(value, wanted)
  const remarks: Remark[] = []
  const where = tag === '' ? 'tasks' : `${tag}.tasks`
  const roots = listOf(own(list, 'tasks'))
  const tasks = roots.flatMap((task, index) => {
    const at = `${where}[${index}]`
    if (isRecord(task)) return new Family(task, { at, index, remarks, wanted }).tasks()
    remarks.push({ at, text: 'It is no task: it was left out.' })
    return []
  })
  const metadata = own(list, 'metadata')
  const beside = tag === '' ? 0 : listOf(own(value, 'tasks')).length
  if (beside > 0)
    remarks.push({ at: 'tasks', text: `It stands beside the tags, with ${beside} tasks: it was left out.` })
  const goal = isRecord(metadata) ? textAt(metadata, 'description') : ''
  return { goal, tasks, remarks, ...(tag === '' ? {} : { part: `tag ${tag}` }) }
}

function listFor(value: Json, { tag, current }: TaskMasterWanted): { tag: string; list: Json } {
  const tags = tagsOf(value)
  if (tags.length === 0 && tag === undefined) return { tag: '', list: value }
  const [only] = tags
  const names = tags.map(([name]) => name)
  const said = tag ?? names.find((name) => name === current) ?? (tags.length === 1 ? only?.[0] : undefined)
  const name = said ?? names.find((one) => one === USUAL)
  const found = tags.find(([one]) => one === name)
  if (found !== undefined) return { tag: found[0], list: found[1] }
  const known = names.slice(0, 20).map(quote).join(', ') || 'none'
  if (tag !== undefined)
    throw new LoopError('bad-input', `There is no tag ${quote(tag)}; there are: ${known}.`)
  throw new LoopError('bad-input', `There are several lists of tasks, by these tags: ${known}.`, {
    hint: `Say which one: --tag ${names[0] ?? ''}.`,
  })
}

interface Around {
  readonly at: string
  readonly index: number
  readonly remarks: Remark[]
  readonly wanted: Wanted
}

interface RawPart {
  readonly raw: Json
  readonly at: string
  /** Within its parent. */
  readonly number: string
}

function idOf(raw: Json, { at, index, remarks }: Omit<Around, 'wanted'>): string {
  const id = textAt(raw, 'id').trim()
  if (id === '') remarks.push({ at, text: `It has no id: it is taken as number ${index + 1}.` })
  return id || String(index + 1)
}

/** A task with its subtasks. */
class Family {
  readonly #raw: Json
  readonly #around: Around
  readonly #key: string
  readonly #parts: readonly RawPart[]

  constructor(raw: Json, around: Around) {
    const { at, index, remarks } = around
    this.#raw = raw
    this.#around = around
    this.#key = idOf(raw, { at, index, remarks })
    this.#parts = listOf(own(raw, 'subtasks')).flatMap((part, n) => {
      const place = `${at}.subtasks[${n}]`
      if (isRecord(part)) return [{ raw: part, at: place, number: this.#numberOf(part, n) }]
      remarks.push({ at: place, text: 'It is no subtask: it was left out.' })
      return []
    })
  }

  /** The subtasks, then the task that they are parts of. */
  tasks(): FoundTask[] {
    const { at, remarks, wanted } = this.#around
    const words = this.#words(this.#raw, this.#key, at)
    const state = stateOf(textAt(this.#raw, 'status'), words.at, remarks)
    const needs = keysOf(own(this.#raw, 'dependencies'))
    const isOver = state.at === 'done' || state.at === 'dropped'
    const parts = this.#parts.map((part) => this.#part(part, isOver ? state : undefined))
    const live = parts.filter((part) => !isLeftOut(part, wanted))
    const isLive = new Set(live.map(({ key }) => key))
    const inner = new Set(live.flatMap((part) => part.needs))
    if (isOver && this.#hasOpenPart())
      remarks.push({
        at: words.at,
        text: `It is ${state.at} there, so its open subtasks are taken as ${state.at}, too.`,
      })
    // Of parts that wait for each other nobody is the first, and nobody the last.
    const isTangled = uncircled(live.map(({ key, needs: own }) => ({ id: key, needs: own }))).cuts.length > 0
    const waiting = parts.map((part) =>
      // What the first of them waits for, the others wait for by way of it.
      !isTangled && part.needs.some((need) => isLive.has(need))
        ? part
        : { ...part, needs: [...needs, ...part.needs] },
    )
    if (live.length === 0) return [...waiting, { ...words, needs, state }]
    // Whoever comes last among the parts: the others are before them.
    const last = live.map(({ key }) => key).filter((key) => isTangled || !inner.has(key))
    return [...waiting, { ...words, needs: last, state, spec: `${PARTS_DONE}\n\n${words.spec}`.trim() }]
  }

  #numberOf(part: Json, index: number): string {
    const { at, remarks } = this.#around
    const id = idOf(part, { at: `${at}.subtasks[${index}]`, index, remarks })
    return id.startsWith(`${this.#key}.`) ? id.slice(this.#key.length + 1) : id
  }

  #hasOpenPart(): boolean {
    return this.#parts.some(
      ({ raw }) => !['done', 'dropped'].includes(stateOf(textAt(raw, 'status'), '', []).at),
    )
  }

  #part({ raw, at, number }: RawPart, parent: FoundState | undefined): FoundTask {
    const words = this.#words(raw, `${this.#key}.${number}`, at)
    const title = textAt(this.#raw, 'title').trim()
    const inner = textsOf(own(raw, 'subtasks'))
    if (inner.length > 0)
      this.#around.remarks.push({
        at: words.at,
        text: 'Its own subtasks are no tasks: they stand in its spec.',
      })
    return {
      ...words,
      spec: specOf([
        { text: words.spec },
        { title: 'Its parts', text: bullets(inner) },
        { title: 'It is a part of', text: title },
      ]),
      needs: keysOf(own(raw, 'dependencies')).flatMap((need) => this.#resolved(need, words.at)),
      state: parent ?? stateOf(textAt(raw, 'status'), words.at, this.#around.remarks),
    }
  }

  /** A sibling, where there is one of that number; else the task of that number, which is not its own. */
  #resolved(need: string, at: string): string[] {
    if (this.#parts.some(({ number }) => number === need)) return [`${this.#key}.${need}`]
    if (need !== this.#key) return [need]
    const text = `It needs ${quote(need)}, which it is a part of: that was left out.`
    this.#around.remarks.push({ at, text })
    return []
  }

  #words(raw: Json, key: string, at: string): Omit<FoundTask, 'needs' | 'state'> {
    const description = textAt(raw, 'description')
    const priority = priorityOf(textAt(raw, 'priority') || textAt(this.#raw, 'priority'))
    const owner = textAt(raw, 'assignee').trim()
    return {
      key,
      at: `${at} (${key})`,
      name: textAt(raw, 'title').trim() || titleOf(description) || `Task ${key}`,
      spec: specOf([
        { text: description },
        { title: 'Details', text: textAt(raw, 'details') },
        { title: 'Acceptance criteria', text: bullets(textsOf(own(raw, 'acceptanceCriteria'))) },
        { title: 'How to test it', text: textAt(raw, 'testStrategy') },
      ]),
      ...(priority === undefined ? {} : { priority }),
      ...(owner === '' ? {} : { owner }),
    }
  }
}

const PARTS_DONE =
  'Its parts are done by tasks of their own, which come before it. See that the whole is right.'
