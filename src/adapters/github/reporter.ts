/**
 * Tells the log of a job what happens: one group per phase, annotations for warnings.
 *
 * What an agent or a command prints may try to speak to the runner (`::add-mask::`,
 * `##[error]`). Every text that is not ours is made harmless by `plain`, line by line, so that
 * a process that dies in the middle leaves nothing switched off.
 */
import * as core from '@actions/core'
import { unreachable } from '../../core/error.ts'
import { duration, iso } from '../../core/time.ts'
import type { Report, Reporter } from '../../ports/reporter.ts'

/** The part of `@actions/core` that writes to the log. */
export interface JobLog {
  info(message: string): void
  warning(message: string): void
  startGroup(name: string): void
  endGroup(): void
}

/** GitHub shows ten of a kind and step; the rest would be lost. */
const ANNOTATIONS = 10

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
  const warn = (text: string) => {
    close()
    if (++warnings <= ANNOTATIONS) log.warning(plain(text))
    else log.info(plain(`Warning: ${text}`))
  }
  /** Text of agents and commands, behind a gutter. */
  const show = (lane: string, text: string) => {
    for (const line of text.split(LINE_ENDS)) if (line !== '') log.info(`${gutter(lane)} ${plain(line)}`)
  }
  return {
    tell(report) {
      if (report.type === 'moved') return
      if (report.type === 'phase') return open(titleOf(report))
      if (report.type === 'warning') return warn(report.text)
      if (report.type === 'settled' && report.verdict !== 'done') show(report.lane, report.tail ?? '')
      if (report.type !== 'line') return say(sentence(report))
      show(report.lane, report.line)
    },
  }
}

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

/** Where the runner sees a new line, and so the beginning of a command. */
const LINE_ENDS = /\r\n|\r|\n/

/**
 * The same text, on one line per line, with nothing in it that the runner would obey: no line
 * begins with `::`, and `##[` (obeyed anywhere in a line) is taken apart.
 */
export const plain = (text: string): string =>
  text
    .split(LINE_ENDS)
    .map((line) =>
      line
        .replaceAll(CONTROLS, '')
        .replaceAll('##[', '## [')
        .replace(/^(\s*)::/u, '$1: :'),
    )
    .join('\n')

/** Control characters but tab and escape (colours are welcome), and marks that no eye can see. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f\u0085\u200b-\u200f\u2028\u2029\u2060\ufeff]/g
