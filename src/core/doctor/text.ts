/** Findings as people read them. */
import { oneLine } from '../text.ts'
import { countsOf, type Finding, LEVELS, type Level, sorted } from './finding.ts'

/** A line, and the level whose colour it has. */
export interface Line {
  readonly text: string
  readonly level: Level | undefined
}

const MARKS: Readonly<Record<Level, string>> = { error: '✗', warning: '!', unknown: '?', note: '·', ok: '✓' }

/** Grouped by level, the worst first; what is well takes one line. */
export function findingLines(findings: readonly Finding[]): readonly Line[] {
  const lines = sorted(findings).flatMap((finding): Line[] =>
    finding.level === 'ok' ? [] : linesOf(finding),
  )
  const well = [...new Set(findings.filter(({ level }) => level === 'ok').map(({ id }) => id))]
  return [
    ...lines,
    ...(well.length === 0 ? [] : [{ text: `${MARKS.ok} ok: ${well.join(', ')}`, level: 'ok' as const }]),
    { text: '', level: undefined },
    { text: tally(findings), level: undefined },
  ]
}

function linesOf({ id, level, what, why, fix }: Finding): Line[] {
  return [
    { text: `${MARKS[level]} ${level} ${id}: ${oneLine(what)}`, level },
    { text: `    why: ${oneLine(why)}`, level: undefined },
    { text: `    fix: ${oneLine(fix)}`, level: undefined },
  ]
}

/** `1 error, 2 warnings, 14 ok; each is explained in docs/doctor.md.` */
function tally(findings: readonly Finding[]): string {
  const counts = countsOf(findings)
  const parts = LEVELS.filter((level) => counts[level] > 0).map((level) => {
    const isOne = counts[level] === 1 || level === 'ok' || level === 'unknown'
    return `${counts[level]} ${level}${isOne ? '' : 's'}`
  })
  return `${parts.join(', ')}. docs/doctor.md explains each.`
}
