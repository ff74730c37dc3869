/**
 * `tasks.md` of spec-kit: `- [ ] T012 [P] [US1] text`, below headings of phases.
 *
 * A phase begins when the one before it is over. Within one, a task without `[P]` waits for all before it,
 * and those with `[P]` stand side by side. Only what is needed for that is said: one need stands for all that
 * come before it. What is done is not waited for.
 */
import { boxState } from './boxes.ts'
import { type Found, type FoundTask, isLeftOut, type Remark, type Wanted } from './found.ts'
import { type Block, blocksOf, dedented, plainWords, written } from './markdown.ts'
import { specOf } from './wording.ts'

/** What stands behind the box of such a task. */
const TASK = /^\**(T\d+[a-z]?)\**[:.]?\s+(.*)$/
const TAGS = /^((?:\[[^\]]{1,20}\]\s*)*)(.*)$/

/** Whether a line is a task of spec-kit. */
export const isSpecKitTask = (text: string): boolean => TASK.test(text)

/** So many may end a phase before one task of the next stands for all of it: else each would name each. */
const MOST_ENDS = 20

interface Phase {
  readonly title: string
  readonly intro: string[]
}

export function readSpecKit(text: string, wanted: Wanted): Found {
  const reader = new Reader()
  for (const block of blocksOf(text)) reader.take(block)
  const { goal, remarks } = reader
  return { goal, tasks: ordered(reader.tasks(), wanted), remarks }
}

interface Line {
  readonly key: string
  /** Of what its id is made, where that is not the key. */
  readonly wish: string | undefined
  readonly at: string
  readonly indent: number
  readonly text: string
  readonly isParallel: boolean
  readonly story: string
  readonly state: FoundTask['state']
  readonly phase: Phase
  readonly details: string[]
}

/** A task with its phase, before it is known what it waits for. */
interface Placed {
  readonly task: FoundTask
  readonly phase: Phase
  readonly isParallel: boolean
}

class Reader {
  goal = ''
  readonly remarks: Remark[] = []
  readonly #lines: Line[] = []
  readonly #keys = new Set<string>()
  #phase: Phase = { title: '', intro: [] }
  #last: Line | undefined

  take(block: Block): void {
    if (block.is === 'heading') this.#heading(block.level, plainWords(block.text))
    else if (block.is === 'item' && block.box !== undefined) this.#item(block, block.box)
    else this.#text(block)
  }

  tasks(): Placed[] {
    return this.#lines.map(({ phase, isParallel, ...line }) => ({
      phase,
      isParallel,
      task: taskOf(line, phase),
    }))
  }

  #heading(level: number, text: string): void {
    this.#last = undefined
    if (level === 1 && this.goal === '') this.goal = text.replace(/^tasks:\s*/i, '')
    if (level <= 2) this.#phase = { title: text, intro: [] }
  }

  #item(block: Block & { readonly is: 'item' }, box: string): void {
    const [, key, rest] = TASK.exec(block.text) ?? []
    const at = `line ${block.line}`
    if (key === undefined && this.#last !== undefined && block.indent > this.#last.indent) {
      this.#last.details.push(written(block))
      return
    }
    if (block.text.trim() === '') {
      this.remarks.push({ at, text: 'The box has no text: it was left out.' })
      return
    }
    if (key === undefined)
      this.remarks.push({ at, text: 'It has no id such as T012: it is called by its words.' })
    const [, tags = '', text = ''] = TAGS.exec(rest ?? block.text) ?? []
    const [, story = ''] = /\[(US\d+)\]/i.exec(tags) ?? []
    const place = key === undefined ? at : `${at} (${key})`
    const isTwin = key !== undefined && this.#keys.has(key)
    if (isTwin)
      this.remarks.push({ at: place, text: `The id ${key} is given twice: what needs it needs the first.` })
    if (key !== undefined) this.#keys.add(key)
    this.#last = {
      ...{
        // A phase waits for both of two that are called the same.
        key: isTwin ? place : (key ?? at),
        wish: isTwin ? key : key === undefined ? plainWords(text) : undefined,
        at: place,
        indent: block.indent,
        text: plainWords(text),
        story,
        phase: this.#phase,
      },
      isParallel: /\[P\]/i.test(tags),
      state: boxState(box, place, this.remarks),
      details: [],
    }
    this.#lines.push(this.#last)
  }

  #text(block: Block): void {
    if (this.#last !== undefined && (isEmpty(block) || indentOf(block) > this.#last.indent))
      this.#last.details.push(written(block))
    else if (!isEmpty(block)) {
      const isFirst = !this.#lines.some(({ phase }) => phase === this.#phase)
      if (isFirst && block.is === 'text' && /^\*\*/.test(block.text)) this.#phase.intro.push(block.text)
      this.#last = undefined
    }
  }
}

const isEmpty = (block: Block): boolean => block.is === 'text' && block.text.trim() === ''
const indentOf = (block: Block): number => (block.is === 'heading' ? 0 : block.indent)

function taskOf(
  { key, wish, at, text, story, state, details }: Omit<Line, 'phase' | 'isParallel'>,
  phase: Phase,
): FoundTask {
  const more = dedented(details)
  return {
    key,
    ...(wish === undefined ? {} : { wish }),
    at,
    name: text,
    spec: specOf([
      { text: more === '' ? text : `${text}\n\n${more}` },
      { title: 'Phase', text: [phase.title, ...phase.intro].join('\n\n') },
      { title: 'User story', text: story },
    ]),
    needs: dependenciesIn(`${text}\n${more}`),
    state,
  }
}

/** `(depends on T012, T013)`, `**Dependencies**: T002`, `T003-T007`. */
function dependenciesIn(text: string): string[] {
  const keys: string[] = []
  for (const { index, 0: found } of text.matchAll(/\b(?:depends\s+on|dependenc(?:y|ies)\b\W{0,6})\s*/gi)) {
    const one = /[\s,;&+*]*(?:and\s+)?(T(\d+)[a-z]?)\b(?:\s*(?:-|–|to)\s*T(\d+)\b)?/iy
    one.lastIndex = index + found.length
    for (let next = one.exec(text); next !== null; next = one.exec(text)) keys.push(...rangeOf(next))
  }
  return keys
}

const LONGEST_RANGE = 200

function rangeOf([, key = '', from = '', to]: RegExpExecArray): string[] {
  const [first, count] = [Number(from), Number(to) - Number(from) + 1]
  if (to === undefined || !(count > 1 && count <= LONGEST_RANGE)) return [`T${key.slice(1)}`]
  return Array.from({ length: count }, (_, n) => `T${String(first + n).padStart(from.length, '0')}`)
}

/** Adds to every task what it waits for by its place. */
function ordered(placed: readonly Placed[], wanted: Wanted): FoundTask[] {
  /** All that a task waits for that comes now: the last one without `[P]`, or how the phase before ended. */
  let gate: readonly string[] = []
  let beside: string[] = []
  let current: Phase | undefined
  return placed.map(({ task, phase, isParallel }) => {
    if (isLeftOut(task, wanted)) return task
    const isNew = phase !== current
    current = phase
    if (beside.length > 0 && (isNew || !isParallel)) {
      gate = beside
      beside = []
    }
    const needs = [...new Set([...gate, ...task.needs])]
    const isGate = !isParallel || (isNew && gate.length > MOST_ENDS)
    if (isGate) gate = [task.key]
    else beside.push(task.key)
    return { ...task, needs }
  })
}
