/** Shows a loop at work: one line for each thing that happens, and on a terminal one live line. */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { printable, tailLines } from '../../core/text.ts'
import { duration } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Report, Reporter } from '../../ports/reporter.ts'
import type { Output } from './output.ts'
import { every } from './ticker.ts'

/** How often the live line is redrawn, ms. */
const REDRAW = 1_000

interface Running {
  readonly task: string
  readonly attempt: number
  readonly since: number
  phase: string
  usd: number
  checkpoint: Checkpoint
}

export class TerminalReporter implements Reporter {
  readonly #output: Output
  readonly #clock: Clock
  readonly #lanes = new Map<string, Running>()
  readonly #stop: () => void

  constructor(output: Output, clock: Clock) {
    this.#output = output
    this.#clock = clock
    this.#stop = output.isTerminal ? every(REDRAW, () => this.#draw()) : () => {}
  }

  close(): void {
    this.#stop()
    this.#output.live('')
  }

  tell(report: Report): void {
    for (const line of this.#lines(report)) this.#output.line(line)
    this.#draw()
  }

  #lines(report: Report): string[] {
    switch (report.type) {
      case 'loop':
        return [
          this.#output.style(
            'bold',
            `loop ${report.checkpoint.loop} ${report.what}: ${summary(report.checkpoint)}`,
          ),
        ]
      case 'begun':
        return this.#begun(report)
      case 'phase':
        return this.#phase(report)
      case 'line':
        return this.#line(report)
      case 'settled':
        return this.#settled(report)
      case 'waiting':
        return [
          this.#output.style('yellow', `… ${report.because} (${duration(report.until - this.#clock.now())})`),
        ]
      case 'moved':
        return []
      case 'note':
        return [report.text]
      case 'warning':
        return [this.#output.style('yellow', `warning: ${report.text}`)]
    }
  }

  #begun({ checkpoint, lane, task, attempt, because }: Extract<Report, { type: 'begun' }>): string[] {
    this.#lanes.set(lane, { task, attempt, since: this.#clock.now(), phase: 'begin', usd: 0, checkpoint })
    return [
      `▶ i${checkpoint.ledger.iterations} ${this.#output.style('bold', task)}, attempt ${attempt}: ${because}`,
    ]
  }

  #phase({ lane, phase, detail }: Extract<Report, { type: 'phase' }>): string[] {
    const running = this.#lanes.get(lane)
    if (running !== undefined) running.phase = phase
    if (this.#output.isTerminal) return []
    return [this.#output.style('dim', `  ${phase}${detail === undefined ? '' : `: ${detail}`}`)]
  }

  #line({ lane, line, usd }: Extract<Report, { type: 'line' }>): string[] {
    const running = this.#lanes.get(lane)
    if (running !== undefined && usd !== undefined) running.usd = usd
    return line === '' ? [] : [this.#output.style('dim', `  │ ${line.slice(0, this.#output.width - 5)}`)]
  }

  #settled(report: Extract<Report, { type: 'settled' }>): string[] {
    const { checkpoint, lane, task, verdict, because, usd, ms, tail = '' } = report
    this.#lanes.delete(lane)
    const good = verdict === 'done'
    const mark = this.#output.style(good ? 'green' : 'red', good ? '✓' : '✗')
    const why = good ? '' : `: ${because}`
    return [
      `${mark} ${task}: ${verdict} in ${duration(ms)}, $${usd.toFixed(2)}${why}`,
      ...(good ? [] : lastLines(tail).map((line) => this.#output.style('dim', `  │ ${line}`))),
      this.#output.style('dim', `  ${summary(checkpoint)}`),
    ]
  }

  #draw(): void {
    const now = this.#clock.now()
    const lanes = [...this.#lanes.values()].map(
      ({ task, attempt, since, phase, usd, checkpoint }) =>
        `${task} #${attempt} ${phase} ${duration(now - since)} · ${cost(checkpoint, usd)}`,
    )
    this.#output.live(lanes.join('   '))
  }
}

/** How much of a failing command's output is shown; `cms log` and the checkpoint have more. */
const SHOWN = 6

const lastLines = (text: string): string[] =>
  tailLines(printable(text), SHOWN).map((line) => line.slice(0, 200))

const cap = ({ config }: Checkpoint): string => {
  const { usd } = config.settings.budget
  return usd === undefined ? '' : ` of $${usd.toFixed(2)}`
}

const cost = (checkpoint: Checkpoint, more: number): string =>
  `$${(checkpoint.ledger.usd + more).toFixed(2)}${cap(checkpoint)}`

function summary(checkpoint: Checkpoint): string {
  const done = checkpoint.completed_tasks.length
  return `${done}/${done + checkpoint.remaining_tasks.length} tasks done, ${cost(checkpoint, 0)}`
}
