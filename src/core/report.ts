/** The checkpoint for people: what it did, what it cost, why it stopped, what to do next. */
import { reserved } from './budget.ts'
import type { Checkpoint } from './checkpoint.ts'
import { countTokens } from './ledger.ts'
import { loopRefs, shortRef } from './refs.ts'
import type { CompletedTask, Task } from './task.ts'
import { doneIds, unmetNeeds } from './tasks.ts'
import { oneLine } from './text.ts'

const dollars = (usd: number): string => `$${usd.toFixed(2)}`

/** `$1.20 of $10.00`, `12 of 50`, or the number alone where there is no cap. */
const against = (used: string, cap: string | undefined): string =>
  cap === undefined ? used : `${used} of ${cap}`

/** One line per cap: name and use. */
export function spendLines({ ledger, config }: Checkpoint): [name: string, use: string][] {
  const { budget } = config.settings
  const estimated = ledger.usd_estimated > 0 ? ` (${dollars(ledger.usd_estimated)} of it estimated)` : ''
  const cap = (value: number | undefined, print: (n: number) => string) =>
    value === undefined ? undefined : print(value)
  return [
    ['cost', against(dollars(ledger.usd), cap(budget.usd, dollars)) + estimated],
    ['iterations', against(String(ledger.iterations), cap(budget.iterations, String))],
    ['minutes', against(ledger.minutes.toFixed(1), cap(budget.minutes, String))],
    ['tokens', against(String(countTokens(ledger.tokens)), cap(budget.tokens, String))],
  ]
}

/** One word and a detail: how a task stands. */
function taskStanding(
  task: Task,
  done: ReadonlySet<string>,
): { readonly mark: string; readonly state: string; readonly detail: string } {
  const last = task.attempts.at(-1)
  const failed = last === undefined ? '' : `attempt ${last.n}: ${last.verdict}: ${last.because}`
  if (task.state.at === 'leased') {
    return {
      mark: '▶',
      state: 'working',
      detail: `attempt ${task.state.lease.attempt}, lane ${task.state.lease.lane}`,
    }
  }
  if (task.state.at === 'parked') return { mark: '✗', state: 'parked', detail: task.state.because }
  const unmet = unmetNeeds(task, done)
  if (unmet.length > 0) return { mark: '·', state: 'waiting', detail: `needs ${unmet.join(', ')}` }
  return { mark: '○', state: 'open', detail: failed }
}

interface Row {
  readonly order: number
  readonly cells: readonly string[]
}

/** Every task in the order of the loop file: mark, id, state, attempts, cost, detail. */
export function taskRows(checkpoint: Checkpoint): string[][] {
  const ids = doneIds(checkpoint)
  const done = checkpoint.completed_tasks.map((task) => ({ order: task.order, cells: doneRow(task) }))
  const open = checkpoint.remaining_tasks.map((task): Row => {
    const { mark, state, detail } = taskStanding(task, ids)
    return {
      order: task.order,
      cells: [mark, task.id, state, String(task.attempts_made), dollars(task.cost), detail],
    }
  })
  return [...done, ...open].toSorted((a, b) => a.order - b.order).map(({ cells }) => [...cells])
}

function doneRow(task: CompletedTask): string[] {
  const commit = task.commit === null ? 'accepted' : task.commit.slice(0, 9)
  const surface =
    task.verify_surface.length === 0 ? '' : ` ⚠ changed what verifies it: ${task.verify_surface.join(', ')}`
  return [
    '✓',
    task.id,
    'done',
    String(task.attempts),
    dollars(task.cost),
    `${commit} ${task.summary}${surface}`.trim(),
  ]
}

/** README.md of the state branch: opening it on the web shows how the loop stands. */
export function readme(checkpoint: Checkpoint): string {
  const { loop, epoch, goal, status, reason, next } = checkpoint
  const total = checkpoint.completed_tasks.length + checkpoint.remaining_tasks.length
  const lines = [
    `# Loop \`${loop}\`: ${status.replaceAll('_', ' ')}`,
    `${cell(reason)} ${checkpoint.completed_tasks.length} of ${total} tasks done.`,
    ...(next === '' ? [] : [`**Next:** \`${cell(next)}\``]),
    ...(goal === '' ? [] : [`**Goal:** ${cell(goal)}`]),
    table(['', 'Task', 'State', 'Attempts', 'Cost', ''], taskRows(checkpoint)),
    table(['Budget', 'Used'], spendLines(checkpoint)),
    `Work: \`${shortRef(checkpoint.work.ref)}\` at \`${checkpoint.work.head.slice(0, 9)}\`, started from \`${checkpoint.work.base_ref}\`. Epoch ${epoch}, checkpoint ${checkpoint.seq}, ${checkpoint.updated_at}.`,
    'This branch is the memory of a loop of CMS Iterate. Its history is the log: `cms log` explains every decision.',
  ]
  return `${lines.join('\n\n')}\n`
}

/** At most this many rows: a page that is too long is not read. */
const ROWS = 200

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const print = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  const cut = rows.length > ROWS ? [`| | … ${rows.length - ROWS} more${' |'.repeat(head.length - 1)}`] : []
  return [print(head), `|${' --- |'.repeat(head.length)}`, ...rows.slice(0, ROWS).map(print), ...cut].join(
    '\n',
  )
}

/** One line, no table breaks, no HTML, links, pictures or mentions: text of agents goes through here. */
export const cell = (text: string): string =>
  oneLine(text)
    .slice(0, 400)
    .replace(/[\\|[]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '@\u200b')

/** `cms status --json`: programs rely on these names. */
export interface StatusDocument {
  readonly loop: string
  readonly epoch: number
  readonly status: string
  readonly reason: string
  readonly next: string
  readonly seq: number
  readonly tasks: {
    readonly total: number
    readonly done: number
    readonly open: number
    readonly leased: number
    readonly parked: number
  }
  readonly lanes: Checkpoint['lanes']
  readonly ledger: {
    readonly iterations: number
    readonly attempts: number
    readonly usd: number
    readonly tokens: number
    readonly minutes: number
    readonly reserved: number
  }
  readonly budget: Checkpoint['config']['settings']['budget']
  readonly branches: { readonly state: string; readonly work: string }
}

export function statusDocument(checkpoint: Checkpoint): StatusDocument {
  const { loop, epoch, status, reason, next, seq, lanes, ledger, config } = checkpoint
  const count = (at: Task['state']['at']) =>
    checkpoint.remaining_tasks.filter((task) => task.state.at === at).length
  const done = checkpoint.completed_tasks.length
  return {
    loop,
    epoch,
    status,
    reason,
    next,
    seq,
    tasks: {
      total: done + checkpoint.remaining_tasks.length,
      done,
      open: count('open'),
      leased: count('leased'),
      parked: count('parked'),
    },
    lanes,
    ledger: {
      iterations: ledger.iterations,
      attempts: ledger.attempts,
      usd: ledger.usd,
      tokens: countTokens(ledger.tokens),
      minutes: ledger.minutes,
      reserved: reserved(checkpoint).usd,
    },
    budget: config.settings.budget,
    branches: {
      state: shortRef(loopRefs(loop, config.settings.refs).state),
      work: shortRef(checkpoint.work.ref),
    },
  }
}
