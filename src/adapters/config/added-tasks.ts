/**
 * Tasks put behind those of a loop file, as text: what a person has written stays as it is, comments, spaces and
 * quotes included. Only the new lines are made by the YAML library. Where the text has a form into which nothing
 * can be put so (an alias for the list, a mapping in one line), the library writes the whole file anew, with its
 * comments. Whatever way it went, the result is read again and compared.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type YAMLSeq,
  Document as YamlDocument,
} from 'yaml'
import type { TaskEntry } from '../../core/exchange/entry.ts'
import { isRecord } from '../../core/task-mistakes.ts'
import { compose } from './compose.ts'
import { parseYaml } from './yaml.ts'

/** Lines are never folded: a command that is cut in two lines is hard to read. */
const STYLE = {
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: 1_000_000,
  flowCollectionPadding: false,
} as const

/** Lists that are read in one line. */
const IN_LINE: readonly string[] = ['needs', 'uses']

/** Entries of a list, as lines. */
export function printTasks(tasks: readonly TaskEntry[]): string {
  const document = new YamlDocument(tasks)
  if (isSeq(document.contents)) document.contents.items.forEach(inLine)
  return tasks.length === 0 ? '' : document.toString(STYLE)
}

function inLine(item: unknown): void {
  if (!isMap(item)) return
  for (const { key, value } of item.items)
    if (isScalar(key) && IN_LINE.includes(String(key.value)) && isSeq(value)) value.flow = true
}

/** @param text a valid loop file. */
export function withTasks(text: string, tasks: readonly TaskEntry[]): string {
  if (tasks.length === 0) return text
  const wanted = wantedOf(text, tasks)
  const spliced = splice(text, tasks)
  if (spliced !== undefined && isDeepStrictEqual(valueOf(spliced), wanted)) return spliced
  const document = compose(text, new LineCounter())
  if (isSeq(document.get('tasks')))
    for (const task of tasks) document.addIn(['tasks'], document.createNode(task))
  else document.set('tasks', document.createNode(tasks))
  const printed = document.toString(STYLE)
  if (!isDeepStrictEqual(valueOf(printed), wanted))
    throw new Error('the loop file would not say what it should')
  return printed
}

function valueOf(text: string): unknown {
  const parsed = parseYaml(text)
  return parsed.is === 'read' ? parsed.value : undefined
}

function wantedOf(text: string, tasks: readonly TaskEntry[]): unknown {
  const value = valueOf(text)
  if (!isRecord(value)) throw new Error('the loop file is no mapping')
  const before: readonly unknown[] = Array.isArray(value['tasks']) ? value['tasks'] : []
  return { ...value, tasks: [...before, ...tasks] }
}

/** `undefined` where the text has another form than people write. */
function splice(text: string, tasks: readonly TaskEntry[]): string | undefined {
  const { contents }: Document = compose(text, new LineCounter())
  if (!isMap(contents) || contents.flow === true) return undefined
  const end = lineBreak(text)
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === 'tasks')
  if (pair === undefined)
    return `${closed(text, end)}${end}tasks:${end}${linesOf(tasks, { indent: '  ', end })}`
  const { value } = pair
  const next = contents.items[contents.items.indexOf(pair) + 1]?.key
  const until = isNode(next) && next.range ? next.range[0] : text.length
  if (!isNode(value) || !value.range) return undefined
  const [from, to] = value.range
  if (isSeq(value) && value.items.length > 0)
    return value.flow === true ? behindLast(text, value, tasks) : behind(text, { from, until }, tasks)
  if (isSeq(value))
    return `${text.slice(0, from).trimEnd()}${end}${linesOf(tasks, { indent: '  ', end })}${text.slice(to).replace(/^[ \t]*\r?\n?/, '')}`
  if (!isScalar(value) || value.value !== null) return undefined
  const line = text.indexOf('\n', from)
  const at = line === -1 ? text.length : line + 1
  return `${closed(text.slice(0, at), end)}${linesOf(tasks, { indent: '  ', end })}${text.slice(at)}`
}

const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
const closed = (text: string, end: string): string =>
  text.endsWith('\n') || text === '' ? text : `${text}${end}`

interface Layout {
  readonly indent: string
  /** The line break of the file. */
  readonly end: string
  /** Whether tasks stand apart. */
  readonly isAiry?: boolean
}

function linesOf(tasks: readonly TaskEntry[], { indent, end, isAiry = false }: Layout): string {
  const blocks = isAiry ? tasks.map((task) => printTasks([task])) : [printTasks(tasks)]
  const lines = blocks.join('\n').split('\n')
  return lines.map((line) => (line === '' ? '' : indent + line)).join(end)
}

/** Behind the last line that belongs to the list: comments at the margin are about what comes next. */
function behind(
  text: string,
  { from, until }: { readonly from: number; readonly until: number },
  tasks: readonly TaskEntry[],
): string | undefined {
  const end = lineBreak(text)
  const start = text.lastIndexOf('\n', from - 1) + 1
  const indent = text.slice(start, from)
  if (/[^ ]/.test(indent)) return undefined
  const lines = text.slice(start, until).split('\n')
  const isAbout = (line: string) => line.trim() === '' || /^(#|\.\.\.|---)/.test(line)
  const last = lines.findLastIndex((line) => !isAbout(line))
  const at = start + lines.slice(0, last + 1).join('\n').length
  const rest = text.slice(at).replace(/^\r?\n/, '')
  const isAiry = new RegExp(`\\n[ \\t]*\\r?\\n${indent}- `).test(text.slice(start, at))
  const added = linesOf(tasks, { indent, end, isAiry })
  return `${text.slice(0, at).replace(/\r$/, '')}${end}${isAiry ? end : ''}${added}${rest}`
}

function behindLast(text: string, list: YAMLSeq, tasks: readonly TaskEntry[]): string | undefined {
  const bracket = (list.range?.[1] ?? 0) - 1
  if (text[bracket] !== ']') return undefined
  const before = text.slice(0, bracket).trimEnd()
  const space = text.slice(before.length, bracket)
  const added = tasks.map((task) => JSON.stringify(task)).join(', ')
  return `${before}${before.endsWith(',') ? ' ' : ', '}${added}${space}${text.slice(bracket)}`
}
