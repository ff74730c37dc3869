/**
 * A list of boxes in markdown. An item below another is a part of it: a task that the other needs. Headings
 * say where an item stands. Text and items without a box below an item are its details.
 */
import { boxState } from './boxes.ts'
import { type Found, type FoundState, type FoundTask, isLeftOut, type Remark, type Wanted } from './found.ts'
import { type Block, blocksOf, dedented, plainWords, written } from './markdown.ts'
import { isPlan, readPlan } from './plan-file.ts'
import { priorityOf } from './priorities.ts'
import { specOf } from './wording.ts'

export function readChecklist(text: string, wanted: Wanted): Found {
  const blocks = blocksOf(text)
  return isPlan(blocks) ? readPlan(blocks) : new Reader(wanted).read(blocks)
}

interface Node {
  readonly key: string
  readonly line: number
  readonly indent: number
  readonly text: string
  readonly state: FoundState
  readonly parent: Node | undefined
  readonly group: string
  readonly priority: number | undefined
  readonly details: string[]
  readonly parts: Node[]
}

/** Items of a heading that starts so can be left out. */
const OPTIONAL = /^(optional|nice to have)\b/i

class Reader {
  readonly #wanted: Wanted
  readonly #remarks: Remark[] = []
  readonly #nodes: Node[] = []
  readonly #headings: { readonly level: number; readonly text: string }[] = []
  /** The items that the next line may belong to, from the outside; a label has no box. */
  #stack: { readonly indent: number; readonly node?: Node; readonly label?: string }[] = []
  #goal = ''

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  read(blocks: readonly Block[]): Found {
    for (const block of blocks)
      if (block.is === 'heading') this.#heading(block)
      else if (block.is === 'text') this.#text(block)
      else if (block.box === undefined) this.#bullet(block)
      else this.#item({ ...block, box: block.box })
    return { goal: this.#goal, tasks: this.#nodes.map((node) => this.#taskOf(node)), remarks: this.#remarks }
  }

  #heading({ level, text }: { readonly level: number; readonly text: string }): void {
    this.#stack = []
    while ((this.#headings.at(-1)?.level ?? 0) >= level) this.#headings.pop()
    this.#headings.push({ level, text: plainWords(text) })
    if (level === 1 && this.#goal === '') this.#goal = plainWords(text)
  }

  #text(block: Block & { readonly is: 'text' }): void {
    const holder = this.#stack.findLast(({ node }) => node !== undefined)?.node
    const isBelow =
      block.text.trim() === '' || block.indent > (holder?.indent ?? 0) || holder?.details.length === 0
    if (isBelow) holder?.details.push(block.text)
    else this.#stack = []
  }

  #bullet(block: Block & { readonly is: 'item' }): void {
    this.#leave(block.indent)
    const holder = this.#stack.findLast(({ node }) => node !== undefined)?.node
    if (holder === undefined) this.#stack.push({ indent: block.indent, label: plainWords(block.text) })
    else holder.details.push(written(block))
  }

  #item({ indent, line, text, box }: Block & { readonly is: 'item'; readonly box: string }): void {
    this.#leave(indent)
    const at = `line ${line}`
    if (text.trim() === '') {
      this.#remarks.push({ at, text: 'The box has no text: it was left out.' })
      return
    }
    const parent = this.#stack.findLast((entry) => entry.node !== undefined)?.node
    const labels = this.#stack.flatMap(({ label }) => (label === undefined ? [] : [label]))
    const headings = this.#headings.filter(({ level }) => level > 1).map((heading) => heading.text)
    const state = this.#stateOf(boxState(box, at, this.#remarks), parent, headings, at)
    const node: Node = {
      ...{ key: at, line, indent, text: plainWords(text), state, parent },
      group: [...headings, ...labels].join(' › '),
      priority: priorityIn(headings),
      details: [],
      parts: [],
    }
    parent?.parts.push(node)
    this.#nodes.push(node)
    this.#stack.push({ indent, node })
  }

  /** A part of what is over is over. */
  #stateOf(own: FoundState, parent: Node | undefined, headings: readonly string[], at: string): FoundState {
    const isOpen = own.at === 'open' || own.at === 'begun'
    if (!isOpen || parent?.state.at === 'open' || parent?.state.at === 'begun') return own
    if (parent !== undefined) {
      const text = `What it is a part of is ${parent.state.at}: it is taken as ${parent.state.at}, too.`
      this.#remarks.push({ at, text })
      return parent.state
    }
    const isOptional = headings.some((heading) => OPTIONAL.test(heading))
    return isOptional ? { at: 'dropped', because: 'optional there' } : own
  }

  #leave(indent: number): void {
    while ((this.#stack.at(-1)?.indent ?? -1) >= indent) this.#stack.pop()
  }

  #taskOf({ key, line, text, state, parent, group, priority, details, parts }: Node): FoundTask {
    const more = dedented(details)
    const live = parts.filter((part) => !isLeftOut(part, this.#wanted))
    return {
      key,
      wish: text,
      at: `line ${line}`,
      name: text,
      spec: specOf([
        { text: live.length === 0 ? '' : `${PARTS_DONE}` },
        { text: more === '' ? '' : `${text}\n${more}` },
        { title: 'It is a part of', text: parent?.text ?? '' },
        { title: 'Where it stands in the list', text: group },
      ]),
      needs: live.map((part) => part.key),
      state,
      ...(priority === undefined ? {} : { priority }),
    }
  }
}

const PARTS_DONE =
  'Its parts are done by tasks of their own, which come before it. See that the whole is right.'

/** `High Priority`, `Priority: low`. */
function priorityIn(headings: readonly string[]): number | undefined {
  for (const heading of headings.toReversed()) {
    const [, before, after] = /^(?:(\w+)\s+priority|priority\W+(\w+))\b/i.exec(heading) ?? []
    const found = priorityOf(before ?? after ?? '')
    if (found !== undefined) return found
  }
  return undefined
}
