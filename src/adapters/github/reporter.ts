/**
 * Tells the log of a job what happens: one group per phase, one line for what an agent does, and
 * annotations for warnings. A failed attempt is none: the loop tries again. All text is `plain`.
 */
import * as core from '@actions/core'
import type { Place } from '../../core/error.ts'
import { unreachable } from '../../core/error.ts'
import { duration, iso } from '../../core/time.ts'
import type { Report, Reporter } from '../../ports/reporter.ts'
import { annotationOf } from './annotations.ts'
import { LINE_ENDS, plain } from './plain.ts'

/** The part of `@actions/core` that writes to the log. */
export interface JobLog {
  info(message: string): void
  warning(message: string, properties?: core.AnnotationProperties): void
  startGroup(name: string): void
  endGroup(): void
}

/** GitHub shows ten of a kind and step. One is kept for how the run ends. */
const ANNOTATIONS = 9

/** A longer line is no line for people; the recording has all of it. */
const LONGEST = 2_000

export function jobReporter(log: JobLog = core): Reporter {
  let isOpen = false
  let warnings = 0
  const close = () => {
    if (isOpen) log.endGroup()
    isOpen = false
  }
  const say = (text: string) => {
    close()
    log.info(plain(text))
  }
  const open = (title: string) => {
    close()
    log.startGroup(plain(title))
    isOpen = true
  }
  const warn = (text: string, place: Place | undefined) => {
    close()
    if (++warnings <= ANNOTATIONS) log.warning(plain(text), annotationOf(place))
    else log.info(plain(`Warning: ${text}`))
  }
  /** Text of agents and commands, behind a gutter. */
  const show = (lane: string, text: string) => {
    for (const line of text.split(LINE_ENDS)) if (line !== '') log.info(`${gutter(lane)} ${cut(plain(line))}`)
  }
  return {
    tell(report) {
      if (report.type === 'moved') return
      if (report.type === 'phase') return open(titleOf(report))
      if (report.type === 'warning') return warn(report.text, report.place)
      if (report.type === 'settled' && report.verdict !== 'done') show(report.lane, report.tail ?? '')
      if (report.type !== 'line') return say(sentence(report))
      show(report.lane, report.line)
    },
  }
}

const cut = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line)

const gutter = (lane: string): string => (lane === '1' ? '│' : `${lane}│`)

const titleOf = ({ task, phase, detail }: Extract<Report, { type: 'phase' }>): string =>
  [[task, phase].filter((part) => part !== '').join(' · '), ...(detail === undefined ? [] : [detail])].join(
    ': ',
  )

function sentence(report: Exclude<Report, { type: 'phase' | 'line' | 'warning' | 'moved' }>): string {
  switch (report.type) {
    case 'loop':
      return report.what
    case 'begun':
      return `Lane ${report.lane} begins ${report.task}, attempt ${report.attempt}: ${report.because}`
    case 'settled':
      return `${report.task}: ${report.verdict}, $${report.usd.toFixed(2)}, ${duration(report.ms)}. ${report.because}`
    case 'waiting':
      return `Waiting until ${iso(report.until)}: ${report.because}`
    case 'note':
      return report.text
    default:
      return unreachable(report)
  }
}
