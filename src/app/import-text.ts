/** What `cms import` says when it is done. */
import { oneLine } from '../core/text.ts'
import type { ImportResult } from './import.ts'

/** More than these are counted. */
const MOST_REMARKS = 1_000

/** A line for each thing that was not taken as it stands. */
export function remarkLines({ remarks, source }: Pick<ImportResult, 'remarks' | 'source'>): string[] {
  const lines = remarks.slice(0, MOST_REMARKS).map(({ at, text }) => oneLine(`${source}: ${at}: ${text}`))
  return remarks.length > MOST_REMARKS
    ? [...lines, `… and ${remarks.length - MOST_REMARKS} more remarks`]
    : lines
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** What was read, what was written, and what to type next. */
export function renderImport(result: ImportResult): string {
  const { format, source, tasks, existing, leftOut, remarks } = result
  const kinds = Map.groupBy(leftOut, ({ because }) => because)
  return [
    `read    ${oneLine(source)} as ${format}`,
    ...[...kinds].map(
      ([because, ones]) => `left    ${many(ones.length, 'task')}: ${because} (--all takes them, too)`,
    ),
    ...(existing.length > 0 ? [`kept    ${many(existing.length, 'task')} of the loop file`] : []),
    wrote(result),
    ...(remarks.length > 0
      ? [`        ${many(remarks.length, 'remark')} on standard error: look at them`]
      : []),
    '',
    ...(tasks.length === 0
      ? ['There is nothing new to import.']
      : [
          'Look before anything is spent:',
          '  cms validate',
          '  cms plan',
          '',
          'Then run it here, or write the workflow for GitHub:',
          '  cms run',
          '  cms init',
        ]),
  ].join('\n')
}

function wrote({ outcome, tasks, file }: ImportResult): string {
  const first = tasks[0]?.id ?? ''
  const last = tasks.at(-1)?.id ?? ''
  const which = tasks.length > 1 ? `${first} … ${last}` : first
  switch (outcome) {
    case 'created':
      return `wrote   ${file} with ${many(tasks.length, 'task')}: ${which}`
    case 'added':
      return `added   ${many(tasks.length, 'task')} to ${file}: ${which}`
    default:
      return 'wrote   nothing'
  }
}

/** For programs. */
export const importDocument = ({
  format,
  source,
  file,
  outcome,
  tasks,
  existing,
  leftOut,
  remarks,
  yaml,
}: ImportResult) => ({
  format,
  source,
  file,
  outcome,
  imported: tasks.map(({ id, name, needs, origin }) => ({ id, name, needs, ...origin })),
  skipped: [
    ...existing.map((id) => ({ id, because: 'in the loop file' })),
    ...leftOut.map(({ key, because }) => ({ id: key, because })),
  ],
  remarks,
  ...(outcome === 'shown' ? { yaml } : {}),
})
