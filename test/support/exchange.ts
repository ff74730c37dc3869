/** Lists of tasks of other tools, read from the fixtures or from a text, as the command reads them. */
import { join } from 'node:path'
import { sourcesAt } from '../../src/adapters/system/sources.ts'
import { type Gathered, gather } from '../../src/app/import-source.ts'
import type { PlainTask } from '../../src/core/exchange/entry.ts'
import { type FitOptions, fit, type Imported } from '../../src/core/exchange/fit.ts'
import { type FileFormat, type Format, type ReadWanted, readText } from '../../src/core/exchange/formats.ts'
import { cycles, missingNeeds } from '../../src/core/graph.ts'
import { RESERVED_IDS, TaskId } from '../../src/core/ids.ts'
import { LIMITS } from '../../src/core/limits.ts'
import { byteLength, printable } from '../../src/core/text.ts'

export const FIXTURES = join(import.meta.dirname, '../fixtures/exchange')

export async function gathered(path: string, wanted: ReadWanted = {}, format?: Format): Promise<Gathered> {
  return gather(await sourcesAt(FIXTURES).open(path), { path, format, wanted })
}

export async function imported(path: string, options: FitOptions = {}, format?: Format): Promise<Imported> {
  return fit((await gathered(path, options, format)).found, options)
}

/** A text in a format, made fit. */
export const fitted = (format: FileFormat, text: string, options: FitOptions = {}): Imported =>
  fit(readText(format, { file: 'x', text }, options), options)

/** `a`, `b < a`: a task and what it needs. */
export const shape = ({ tasks }: Pick<Imported, 'tasks'>): string[] =>
  tasks.map(({ id, needs }) => (needs.length === 0 ? id : `${id} < ${needs.join(' ')}`))

/** A task alone. @throws Error when it is not there. */
export function taskIn({ tasks }: Imported, id: string): Imported['tasks'][number] {
  const found = tasks.find((task) => task.id === id)
  if (found === undefined)
    throw new Error(`there is no ${id}, but ${tasks.map((task) => task.id).join(', ')}`)
  return found
}

/** What is wrong with tasks that a loop file is to hold; nothing for sound ones. */
export function faultsOf(tasks: readonly PlainTask[]): string[] {
  const ids = tasks.map(({ id }) => id)
  const known = new Set(ids)
  return [
    ...ids.filter((id) => !TaskId.safeParse(id).success || RESERVED_IDS.includes(id)).map((id) => `id ${id}`),
    ...(known.size === ids.length ? [] : ['an id twice']),
    ...missingNeeds(tasks).map(({ id, need }) => `${id} needs ${need}`),
    ...tasks.flatMap(({ id, uses }) =>
      uses.filter((use) => !known.has(use) || use === id).map((use) => `${id} uses ${use}`),
    ),
    ...cycles(tasks).map((circle) => circle.join(' → ')),
    ...(tasks.length <= LIMITS.tasks ? [] : ['too many']),
    ...tasks.flatMap((task) => wordFaults(task)),
  ]
}

function wordFaults({ id, name, spec, verify, run, priority }: PlainTask): string[] {
  const texts = [name, spec, ...verify, ...(run === undefined ? [] : [run])]
  return [
    ...(name.trim() !== '' && name.length <= LIMITS.name_chars && !name.includes('\n')
      ? []
      : [`name of ${id}`]),
    ...(byteLength(spec) <= LIMITS.spec_bytes ? [] : [`spec of ${id}`]),
    ...(texts.every((text) => printable(text) === text && text.isWellFormed()) ? [] : [`signs in ${id}`]),
    ...(Number.isSafeInteger(priority) ? [] : [`priority of ${id}`]),
  ]
}
