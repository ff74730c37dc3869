/**
 * Shows a loop at work: lines for each thing that happens, and on a terminal what each lane does
 * now. Where a loop may have several lanes, each line says which one it is of.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { cut, printable, tailLines } from '../../core/text.ts'
import { duration } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Report, Reporter } from '../../ports/reporter.ts'
import type { Output } from './output.ts'
import { every } from './ticker.ts'

/** How often the live lines are redrawn, ms. */
const REDRAW = 1_000

interface Running {
  readonly task: string
  readonly attempt: number
  readonly since: number
  phase: string
  usd: number
}

export class TerminalReporter implements Reporter {
  readonly #output: Output
  readonly #clock: Clock
  readonly #lanes = new Map<string, Running>()
  readonly #stop: () => void
  /** The newest there was. */
  #checkpoint: Checkpoint | undefined
  /** The most lanes that the loop could have: where it may have fewer by now, the others still end. */
  #mostLanes = 1

  constructor(output: Output, clock: Clock, repeat: typeof every = every) {
    this.#output = output
    this.#clock = clock
    this.#stop = output.isTerminal ? repeat(REDRAW, () => this.#draw()) : () => {}
  }

  close(): void {
    this.#stop()
    this.#output.live('')
  }

  tell(report: Report): void {
    if ('checkpoint' in report) this.#learn(report.checkpoint)
    const lines = this.#lines(report)
    this.#draw()
    if (lines.length > 0) this.#output.line(lines.join('\n'))
  }

  /** Lanes tell of their commits when they come to it: what is older says nothing new. */
  #learn(checkpoint: Checkpoint): void {
    const known = this.#checkpoint
    if (known === undefined || checkpoint.loop !== known.loop || checkpoint.seq >= known.seq)
      this.#checkpoint = checkpoint
    this.#mostLanes = Math.max(this.#mostLanes, checkpoint.config.settings.parallel)
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
        return this.#of(report.lane, this.#begun(report))
      case 'phase':
        return this.#of(report.lane, this.#phase(report))
      case 'line':
        return this.#of(report.lane, this.#line(report))
      case 'settled':
        return this.#of(report.lane, this.#settled(report))
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

  /** Lines of a lane. */
  #of(lane: string, lines: readonly string[]): string[] {
    const mark = this.#mark(lane)
    return lines.flatMap((line) => line.split('\n')).map((line) => `${mark}${line}`)
  }

  /** `2│ ` before what is of lane 2, where there may be others. */
  #mark(lane: string): string {
    const most = this.#mostLanes
    return most > 1 ? `${lane.padStart(String(most).length)}│ ` : ''
  }

  #begun({ checkpoint, lane, task, attempt, because }: Extract<Report, { type: 'begun' }>): string[] {
    this.#lanes.set(lane, { task, attempt, since: this.#clock.now(), phase: 'begin', usd: 0 })
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
    if (line === '') return []
    const width = this.#output.width - this.#mark(lane).length
    return [this.#output.style('dim', `  │ ${cut(line, width - 5)}`)]
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
    if (!this.#output.isTerminal) return
    const lanes = [...this.#lanes].toSorted(([a], [b]) => Number(a) - Number(b))
    const [only] = lanes
    const checkpoint = this.#checkpoint
    if (only === undefined || checkpoint === undefined) return this.#output.live('')
    const spent = cost(
      checkpoint,
      lanes.reduce((sum, [, { usd }]) => sum + usd, 0),
    )
    if (this.#mostLanes === 1 && lanes.length === 1)
      return this.#output.live(`${this.#now(only[1])} · ${spent}`)
    const lines = lanes.map(([lane, one]) => `${this.#mark(lane)}${this.#now(one)} · ${dollars(one.usd)}`)
    const most = Math.max(0, this.#output.height - 3)
    const shown = lines.length <= most ? lines : lines.slice(0, Math.max(0, most - 1))
    const hidden = lines.length - shown.length
    const rest = hidden > 0 && most > 0 ? [`… ${many(hidden, 'more lane')}`] : []
    const sum = `${many(lanes.length, 'lane')} · ${tasks(checkpoint)} tasks · ${spent}`
    this.#output.live([...shown, ...rest, sum].join('\n'))
  }

  #now({ task, attempt, since, phase }: Running): string {
    return `${task} #${attempt} ${phase} ${duration(this.#clock.now() - since)}`
  }
}

/** How much of a failing command's output is shown; `cms log` and the checkpoint have more. */
const SHOWN = 6

const lastLines = (text: string): string[] =>
  tailLines(printable(text), SHOWN).map((line) => line.slice(0, 200))

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const dollars = (usd: number): string => `$${usd.toFixed(2)}`

const cap = ({ config }: Checkpoint): string => {
  const { usd } = config.settings.budget
  return usd === undefined ? '' : ` of ${dollars(usd)}`
}

const cost = (checkpoint: Checkpoint, more: number): string =>
  `${dollars(checkpoint.ledger.usd + more)}${cap(checkpoint)}`

const tasks = ({ completed_tasks: { length: done }, remaining_tasks: rest }: Checkpoint): string =>
  `${done}/${done + rest.length}`

const summary = (checkpoint: Checkpoint): string => `${tasks(checkpoint)} tasks done, ${cost(checkpoint, 0)}`
