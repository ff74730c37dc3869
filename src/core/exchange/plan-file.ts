/**
 * A plan in markdown: `### Task N: …` with boxes below. Each section is one task, and waits for the one before
 * it. What stands under "Validation Commands" verifies each of them.
 */
import { boxState } from './boxes.ts'
import { DONE, type Found, type FoundTask, OPEN, type Remark } from './found.ts'
import { type Block, dedented, plainWords, written } from './markdown.ts'
import { specOf } from './wording.ts'

const TASK = /^(?:task|iteration)\s+(\d+(?:\.\d+)*)\b\s*[:.)–—-]*\s*(.*)$/i
const COMMANDS = /^validation commands?\b/i
const OVERVIEW = /^(overview|goal|summary)\b/i

const isTask = (block: Block): boolean => block.is === 'heading' && TASK.test(plainWords(block.text))

/** Whether a list is such a plan. */
export const isPlan = (blocks: readonly Block[]): boolean => blocks.some(isTask)

interface Section {
  readonly level: number
  readonly line: number
  readonly title: string
  readonly body: Block[]
}

export function readPlan(blocks: readonly Block[]): Found {
  const remarks: Remark[] = []
  const sections = sectionsOf(blocks)
  const verify = sections
    .filter(({ title }) => COMMANDS.test(title))
    .flatMap((one) => commandsOf(one, remarks))
  const tasks = sections.flatMap((section) => {
    const [, number, title] = TASK.exec(section.title) ?? []
    if (number !== undefined) return [taskOf(section, { number, title: title ?? '', verify, remarks })]
    if (!COMMANDS.test(section.title)) strayBoxes(section, remarks)
    return []
  })
  return { goal: goalOf(sections), tasks, isChain: true, remarks }
}

/** Headings below the one of a task are a part of it. */
function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [{ level: 0, line: 1, title: '', body: [] }]
  for (const block of blocks) {
    const last = sections.at(-1)
    const isInner =
      block.is === 'heading' && last !== undefined && TASK.test(last.title) && block.level > last.level
    if (block.is !== 'heading' || (isInner && !isTask(block))) last?.body.push(block)
    else sections.push({ level: block.level, line: block.line, title: plainWords(block.text), body: [] })
  }
  return sections
}

interface About {
  readonly number: string
  readonly title: string
  readonly verify: readonly string[]
  readonly remarks: Remark[]
}

function taskOf({ line, body }: Section, { number, title, verify, remarks }: About): FoundTask {
  const at = `line ${line} (Task ${number})`
  const boxes = body.flatMap((block) =>
    block.is === 'item' && block.box !== undefined
      ? [boxState(block.box, `line ${block.line}`, remarks)]
      : [],
  )
  const isDone = boxes.length > 0 && boxes.every((state) => state.at === 'done' || state.at === 'dropped')
  return {
    key: `task-${number}`,
    at,
    name: title === '' ? `Task ${number}` : title,
    spec: specOf([
      { text: dedented(body.map(written)) },
      { text: boxes.some((state) => state.at === 'done') ? 'What is ticked is done already.' : '' },
    ]),
    needs: [],
    verify,
    state: isDone ? DONE : OPEN,
  }
}

/** Boxes that are in no task: people tick them by hand. */
function strayBoxes({ title, body }: Section, remarks: Remark[]): void {
  for (const block of body)
    if (block.is === 'item' && block.box !== undefined && block.text.trim() !== '')
      remarks.push({
        at: `line ${block.line}`,
        text: `The box is in no task, but under "${title}": it was left out.`,
      })
}

/** Only what is marked as code: a sentence is no command. */
function commandsOf({ body }: Section, remarks: Remark[]): string[] {
  const commands: string[] = []
  let inFence = false
  for (const block of body) {
    const isFence = block.is === 'text' && /^\s*(```|~~~)/.test(block.text)
    if (isFence) inFence = !inFence
    else if (inFence && block.is === 'text' && /^[^#\s]/.test(block.text.trim()))
      commands.push(block.text.trim())
    if (block.is !== 'item') continue
    const [, command] = /^`([^`]+)`/.exec(block.text) ?? []
    if (command !== undefined) commands.push(command.trim())
    else
      remarks.push({
        at: `line ${block.line}`,
        text: 'It is not in backticks: it was not taken as a command.',
      })
  }
  if (commands.length > 0)
    remarks.push({
      at: 'Validation Commands',
      text: `They verify each task, on your machine, too: look at them before you run the loop. ${commands.length} were taken.`,
    })
  return commands
}

function goalOf(sections: readonly Section[]): string {
  const title = sections.find(({ level }) => level === 1)?.title ?? ''
  const overview = sections.find((section) => OVERVIEW.test(section.title))?.body ?? []
  return specOf([{ text: title.replace(/^plan:\s*/i, '') }, { text: dedented(overview.map(written)) }])
}
