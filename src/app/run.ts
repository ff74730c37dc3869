/** The loop in one process: a terminal, or a job with `continue: here`. Its relay is a queue. */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Asked } from '../core/lane.ts'
import { liveLanes, nextFits } from '../core/lanes.ts'
import { occasionOf } from '../core/pull-request.ts'
import type { LoopConfig } from '../core/settings.ts'
import { END_STATES, wakesAt } from '../core/status.ts'
import { type Iterated, type IterateOptions, iterate } from './iterate.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports, RunSettings } from './ports.ts'
import { tendPullRequest } from './pull-request.ts'
import { type StartOptions, startOrContinue } from './start.ts'
import { tick } from './tick.ts'

export interface RunOptions extends StartOptions, Pick<IterateOptions, 'isCancelled' | 'spent'> {
  /** Stop after so many iterations of this run. */
  readonly maxIterations: number | undefined
  /** Sleep through waits of at most this long instead of ending, ms. */
  readonly wait: number
  /** Start no iteration after this moment, epoch ms. */
  readonly until: number | undefined
  readonly signal: AbortSignal
  /** Another process of this run comes after a failure, and wants to find the workspaces as they are. */
  readonly hasHeir?: boolean
  /** What the loop file says now; asked before every iteration. `undefined`: nothing that can be used. */
  readonly reread?: () => Promise<LoopConfig | undefined>
}

export interface RunEnded {
  readonly checkpoint: Checkpoint
  /** `end`: the checkpoint's status says why. `enough`: the iterations or the time asked for. */
  readonly because: 'end' | 'enough' | 'interrupted' | 'waiting' | 'busy'
  /** `busy`: who is at work instead. */
  readonly busy?: string
  readonly iterations: number
}

export async function runLoop(ports: Ports, run: RunSettings, options: RunOptions): Promise<RunEnded> {
  const started = await startOrContinue(ports, run, options)
  ports.reporter.tell({
    type: 'loop',
    checkpoint: started.checkpoint,
    what: started.checkpoint.started_at === started.checkpoint.updated_at ? 'started' : 'continued',
  })
  let isOver = false
  try {
    const ended = await turn(ports, run, options, await tendPullRequest(ports, run, started, 'sweep'))
    isOver = true
    return ended
  } finally {
    if (isOver || options.hasHeir !== true) await ports.workspaces.removeAll()
  }
}

async function turn(
  ports: Ports,
  settings: RunSettings,
  options: RunOptions,
  started: Restored,
): Promise<RunEnded> {
  const queue: Asked[] = []
  let now = started
  let iterations = 0
  const ended = (because: RunEnded['because'], busy?: string): RunEnded => ({
    checkpoint: now.checkpoint,
    because,
    iterations,
    ...(busy === undefined ? {} : { busy }),
  })
  for (;;) {
    if (options.signal.aborted) return ended('interrupted')
    // What a person has to know comes before what was asked for.
    if (
      iterations >= (options.maxIterations ?? Number.POSITIVE_INFINITY) ||
      late(ports, settings, { options, checkpoint: now.checkpoint })
    )
      return ended(END_STATES.includes(now.checkpoint.status) ? 'end' : 'enough')
    const run = { ...settings, config: (await options.reread?.()) ?? settings.config }
    if (queue.length === 0) {
      const ticked = await tick(ports, run, now)
      now = ticked.restored
      queue.push(...ticked.asked)
    }
    const next = queue.shift()
    if (next === undefined) {
      const resting = await rest(ports, options, now.checkpoint)
      if (resting === 'busy') return ended('busy', atWork(now.checkpoint))
      if (resting !== 'again') return ended(resting)
      continue
    }
    const done = await iterate(ports, run, next, {
      signal: options.signal,
      onward: iterations + 1 < (options.maxIterations ?? Number.POSITIVE_INFINITY),
      goesOn: (checkpoint) => !late(ports, settings, { options, checkpoint }),
      known: now,
      isCancelled: options.isCancelled,
      spent: options.spent,
    })
    if (done.is === 'superseded') return ended('busy', done.because)
    now = await tended(ports, run, options, done)
    if (done.is === 'settled') {
      iterations += 1
      queue.push(...done.asked)
    }
  }
}

/** A person who interrupts does not wait for a page. */
async function tended(
  ports: Ports,
  run: RunSettings,
  { signal }: RunOptions,
  done: Exclude<Iterated, { is: 'superseded' }>,
): Promise<Restored> {
  if (done.is !== 'settled' || signal.aborted) return done.restored
  const occasion = occasionOf(done.restored.checkpoint, done.verdict)
  return tendPullRequest(ports, run, done.restored, occasion)
}

/** Whether an attempt that begins now would not be over in time. */
function late(
  { clock }: Ports,
  { ends }: RunSettings,
  { options, checkpoint }: { readonly options: RunOptions; readonly checkpoint: Checkpoint },
): boolean {
  const now = clock.now()
  if (options.until !== undefined && now >= options.until) return true
  return ends !== undefined && !nextFits(checkpoint, ends - now)
}

/** Nothing to start: an end state, a wait, or somebody else at work. */
async function rest(
  ports: Ports,
  options: RunOptions,
  checkpoint: Checkpoint,
): Promise<'end' | 'waiting' | 'interrupted' | 'busy' | 'again'> {
  const { clock, reporter } = ports
  const wakes = wakesAt(checkpoint, clock.now())
  if (wakes !== undefined) {
    if (wakes - clock.now() > options.wait || wakes > (options.until ?? Number.POSITIVE_INFINITY))
      return 'waiting'
    reporter.tell({ type: 'waiting', until: wakes, because: checkpoint.reason })
    await clock.sleep(wakes - clock.now(), options.signal)
    return options.signal.aborted ? 'interrupted' : 'again'
  }
  // The wait has ended since the checkpoint was looked at.
  if (checkpoint.status === 'waiting') return 'again'
  return checkpoint.status === 'running' ? 'busy' : 'end'
}

/** Nothing could be started, and the loop runs: a lane is another run's. */
function atWork(checkpoint: Checkpoint): string {
  const [lane] = liveLanes(checkpoint)
  const state = lane === undefined ? undefined : checkpoint.lanes[lane]?.state
  if (state === undefined || state.at === 'idle')
    throw new Error('running, but nothing to start and nobody at work')
  const who = state.at === 'running' ? state.run : state.by
  return `Lane ${lane} is ${state.at} (${who}).`
}
