/** The formats that are known, and which of them a text is in: told by its shape, never by its name. */
import { LoopError, unreachable } from '../error.ts'
import { quote } from '../mistake.ts'
import { readChecklist } from './checklist.ts'
import type { Found, Wanted } from './found.ts'
import { isIssues, readIssues } from './issues.ts'
import { type ParsedJson, parsedJson } from './json.ts'
import { type Block, blocksOf } from './markdown.ts'
import { isPlan } from './plan-file.ts'
import { isPrd, readPrd } from './prd.ts'
import { isSpecKitTask, readSpecKit } from './spec-kit.ts'
import { isTaskMaster, readTaskMaster } from './task-master.ts'

/** Formats of one file. */
export const FILE_FORMATS = ['prd', 'task-master', 'spec-kit', 'checklist', 'github-issues'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export const FORMATS = ['agent-teams', ...FILE_FORMATS] as const
export type Format = (typeof FORMATS)[number]

/** What a person called a format. @throws LoopError `bad-input` */
export function formatNamed(name: string): Format {
  const found = FORMATS.find((format) => format === name)
  if (found !== undefined) return found
  throw new LoopError('bad-input', `There is no format ${quote(name)}; there are ${FORMATS.join(', ')}.`)
}

/** What each is known by. */
const MARKS: Readonly<Record<FileFormat, string>> = {
  prd: 'JSON with a list `userStories`',
  'task-master': 'JSON with a list `tasks`, or one under each of its tags',
  'spec-kit': 'lines such as `- [ ] T012 [P] Text`',
  checklist: 'lines such as `- [ ] Text`, or sections `### Task 1: Text`',
  'github-issues': 'a list in JSON of what has `number` and `title`',
}

interface Looked {
  readonly fits: readonly FileFormat[]
  readonly json: ParsedJson | undefined
}

const looksLikeJson = (text: string): boolean =>
  /^\ufeff?\s*[[{]/.test(text) && !/^\ufeff?\s*\[.?\]/.test(text)

/** Every format that a text could be in. */
export function formatsOf(text: string): Looked {
  if (!looksLikeJson(text)) return { fits: markdownFormats(blocksOf(text)), json: undefined }
  const json = parsedJson(text)
  if (!('value' in json)) return { fits: [], json }
  const { value } = json
  const fits: FileFormat[] = []
  if (isPrd(value)) fits.push('prd')
  if (isTaskMaster(value)) fits.push('task-master')
  if (isIssues(value)) fits.push('github-issues')
  return { fits, json }
}

/** Boxes further in are details of a task. */
function markdownFormats(blocks: readonly Block[]): FileFormat[] {
  const boxes = blocks.flatMap((block) => (block.is === 'item' && block.box !== undefined ? [block] : []))
  const ours = boxes.filter(({ text }) => isSpecKitTask(text))
  if (ours.length === 0) return boxes.length > 0 || isPlan(blocks) ? ['checklist'] : []
  const outermost = Math.min(...ours.slice(0, 1_000).map(({ indent }) => indent))
  const others = boxes.some(({ text, indent }) => indent <= outermost && text !== '' && !isSpecKitTask(text))
  return others ? ['spec-kit', 'checklist'] : ['spec-kit']
}

export interface SourceText {
  /** As a person knows it. */
  readonly file: string
  readonly text: string
}

export interface ReadWanted extends Wanted {
  /** Of task-master: the tag that is worked on. */
  readonly current?: string | undefined
}

/** @throws LoopError `unknown-format` when none fits, or several do. */
export function recognised({ file, text }: SourceText): FileFormat {
  const { fits, json } = formatsOf(text)
  const [format, ...others] = fits
  if (format !== undefined && others.length === 0) return format
  if (format !== undefined)
    throw new LoopError('unknown-format', `${file} fits several formats: ${fits.join(', ')}.`, {
      hint: `Say which one: --from ${fits.join(', or --from ')}.`,
    })
  if (json !== undefined && 'because' in json)
    throw new LoopError('unknown-format', `${file} cannot be read: ${json.because}.`, { hint: MEND })
  if (/^[\ufeff\s[\]]*$/.test(text))
    throw new LoopError('unknown-format', `${file} is empty.`, { hint: EMPTY })
  throw new LoopError('unknown-format', `${file} has the shape of no list of tasks that is known.`)
}

/** What a text says, read as that format. @throws LoopError `bad-source` when it is in another one. */
export function readText(format: FileFormat, source: SourceText, wanted: ReadWanted): Found {
  const { text } = source
  switch (format) {
    case 'checklist':
      return withHidden(some(readChecklist(text, wanted), format, source), text)
    case 'spec-kit':
      return withHidden(some(readSpecKit(text, wanted), format, source), text)
    case 'prd':
    case 'task-master':
    case 'github-issues':
      return readJson(format, source, wanted)
    default:
      return unreachable(format)
  }
}

/** `> - [ ] x`, `• [ ] x`, `[ ] x`: people mean a box, and Markdown has none there. */
const ALMOST = /^\s*\S{0,2}\s*(?:[-*+]\s*)?\[[ xX]\]\s+\S/

/** Boxes that are none, and those that a fence or a comment hides which nobody closed. */
function withHidden(found: Found, text: string): Found {
  const remarks = blocksOf(text).flatMap((block) => {
    const at = `line ${block.line}`
    const isAlmost = block.is === 'text' && block.isCode !== true && ALMOST.test(block.text)
    return [
      ...(isAlmost ? [{ at, text: 'It is no item of a list, so no task: begin it with `- [ ]`.' }] : []),
      ...(block.isOpen
        ? [{ at, text: 'A fence or comment begins here and is never closed: no box below it was taken.' }]
        : []),
    ]
  })
  return { ...found, remarks: [...found.remarks, ...remarks] }
}

function readJson(
  format: 'prd' | 'task-master' | 'github-issues',
  source: SourceText,
  wanted: ReadWanted,
): Found {
  const json = parsedJson(source.text)
  if (!('value' in json)) throw unfit(format, source, json.because, MEND)
  const { value } = json
  if (format === 'prd' && isPrd(value)) return some(readPrd(value), format, source)
  if (format === 'task-master' && isTaskMaster(value))
    return some(readTaskMaster(value, wanted), format, source)
  if (format === 'github-issues' && isIssues(value)) return readIssues(value, wanted)
  throw unfit(format, source, 'it has another shape')
}

function some(found: Found, format: FileFormat, source: SourceText): Found {
  if (found.tasks.length > 0 || found.remarks.length > 0) return found
  throw unfit(format, source, 'there is no task in it')
}

const MEND = 'Mend the JSON there: often it is a comma too many, or one that is missing.'
const EMPTY = 'Name a file with tasks in it.'

const unfit = (format: FileFormat, { file }: SourceText, because: string, hint?: string): LoopError =>
  new LoopError('bad-source', `${file} cannot be read as ${format}: ${because}.`, {
    hint: hint ?? `It is known by ${MARKS[format]}. Leave out --from to have it recognised.`,
  })
