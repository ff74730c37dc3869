/** Commands that make the loop go: run, iterate, tick. */
import { dispatchAll } from '../app/dispatch.ts'
import { type Iterated, iterate } from '../app/iterate.ts'
import { listening, notifyEnd } from '../app/notify.ts'
import { restore } from '../app/phases/restore.ts'
import { tendPullRequest } from '../app/pull-request.ts'
import { runLoop } from '../app/run.ts'
import type { RunEnded } from '../app/run-options.ts'
import { tick } from '../app/tick.ts'
import { LoopError } from '../core/error.ts'
import type { Narrow } from '../core/follow.ts'
import { LaneId } from '../core/ids.ts'
import type { Asked } from '../core/lane.ts'
import { LIMITS } from '../core/limits.ts'
import { occasionOf } from '../core/pull-request.ts'
import { loopRefs, shortRef } from '../core/refs.ts'
import { statusDocument } from '../core/report.ts'
import { agentFor, type LoopConfig } from '../core/settings.ts'
import { statusText } from '../core/status-text.ts'
import { EXIT, exitCode } from './exit.ts'
import { printJson } from './json.ts'
import { anotherLoop, type Globals, openSession, type Session } from './session.ts'
import { interruptible } from './signals.ts'

export interface RunFlags extends Globals {
  readonly resume?: boolean
  readonly fresh?: boolean
  readonly parallel?: number
  readonly maxIterations?: number
  readonly wait?: boolean
}

export async function runCommand(flags: RunFlags): Promise<number> {
  const session = await openSession(flags, 'valid', narrowing(flags))
  const { ports, run, output } = session
  try {
    await precheck(session)
    using interrupt = interruptible(() =>
      output.line('Interrupted: ending what is in flight; press Ctrl-C again to stop at once.'),
    )
    const reporter = listening(ports.reporter)
    const ended = await runLoop({ ...ports, reporter }, run, {
      fresh: flags.fresh === true,
      resume: flags.resume === true,
      maxIterations: flags.maxIterations,
      wait: flags.wait === true || output.isTerminal ? Number.POSITIVE_INFINITY : 0,
      until: undefined,
      signal: interrupt.signal,
      ...(session.reread === undefined ? {} : { reread: session.reread }),
    })
    await notifyEnd(ports, run, ended.checkpoint, reporter.moved())
    session.close()
    if (ended.busy !== undefined) throw new LoopError('loop-busy', ended.busy)
    show(session, flags, ended)
    return exitCode(ended)
  } finally {
    session.close()
  }
}

/** @throws LoopError `bad-input` for more lanes than there can be. */
function narrowing({ parallel }: RunFlags): Narrow {
  if (parallel === undefined) return {}
  if (parallel > LIMITS.lanes)
    throw new LoopError('bad-input', `--parallel ${parallel}: there are at most ${LIMITS.lanes} lanes.`)
  return { parallel }
}

/** Everything that can be known to be wrong before anything is spent. */
async function precheck({ ports, run, output, described }: Session): Promise<void> {
  if (described !== undefined && described !== run.loop && (await restore(ports)) === undefined)
    throw anotherLoop(described, run.loop)
  if (run.config !== undefined) await checkAgents(ports.agents, run.config)
  const work = shortRef(loopRefs(run.loop).work)
  const where = run.home === 'local' ? await ports.origin.checkedOut(work) : undefined
  if (where !== undefined)
    throw new LoopError('work-checked-out', `${work} is checked out in ${where}, and the loop would move it.`)
  for (const warning of run.config?.warnings ?? []) output.line(`warning: ${warning}`)
  if (await ports.origin.dirty())
    output.line(
      'note: files in your working tree are not committed; they are left alone and are not part of the work.',
    )
}

async function checkAgents(
  agents: Session['ports']['agents'],
  { settings, tasks }: LoopConfig,
): Promise<void> {
  const used = new Map(
    [undefined, ...tasks.map((task) => task.agent)].map((override) => {
      const agent = agentFor(settings, override)
      return [agent.use, agent]
    }),
  )
  for (const agent of used.values()) await agents.check(agent)
}

function show(
  { output, ports }: Session,
  { json }: RunFlags,
  { checkpoint, because, iterations }: RunEnded,
): void {
  output.line('')
  output.line(statusText(checkpoint, output.width, ports.clock.now()))
  if (json === true)
    printJson({ ...statusDocument(checkpoint), ended: because, iterations_run: iterations }, ports.redact)
}

export interface IterateFlags extends Globals {
  readonly lane: string
  readonly nonce: string
}

/** What the action does in a job: one iteration and no more. */
export async function iterateCommand(flags: IterateFlags): Promise<number> {
  if (!LaneId.safeParse(flags.lane).success)
    throw new LoopError('bad-input', `"${flags.lane.slice(0, 60)}" is no lane: a whole number from 1.`)
  if (flags.nonce === '') throw new LoopError('bad-input', 'The nonce is empty.')
  const session = await openSession(flags, 'valid')
  const { output } = session
  try {
    using interrupt = interruptible(() => output.line('Interrupted: ending the attempt.'))
    const asked = { lane: flags.lane, nonce: flags.nonce }
    const done = await iterated(session, asked, interrupt.signal)
    if (done.is === 'superseded') {
      output.line(done.because)
      if (flags.json === true) printJson({ superseded: true, because: done.because }, session.ports.redact)
      return EXIT.reached
    }
    const next = done.is === 'settled' ? done.asked : []
    for (const one of next) output.line(`next: cms iterate --lane ${one.lane} --nonce ${one.nonce}`)
    const { checkpoint } = done.restored
    if (flags.json === true)
      printJson(
        { ...statusDocument(checkpoint), verdict: done.is === 'settled' ? done.verdict : null, asked: next },
        session.ports.redact,
      )
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.reached
  } finally {
    session.close()
  }
}

async function iterated({ ports, run }: Session, asked: Asked, signal: AbortSignal): Promise<Iterated> {
  const reporter = listening(ports.reporter)
  try {
    const done = await iterate({ ...ports, reporter }, run, asked, { signal, onward: true })
    if (done.is !== 'settled') return done
    const { checkpoint } = done.restored
    const occasion = signal.aborted ? undefined : occasionOf(checkpoint, done.verdict)
    const restored = await tendPullRequest(ports, run, done.restored, occasion)
    await notifyEnd(ports, run, restored.checkpoint, reporter.moved())
    return { ...done, restored }
  } finally {
    await ports.workspaces.removeAll()
  }
}

/** Repair and restart once. */
export async function tickCommand(flags: Globals): Promise<number> {
  const session = await openSession(flags, 'valid')
  const { ports, run, output } = session
  try {
    const restored = await restore(ports)
    if (restored === undefined)
      throw new LoopError('no-loop', `There is no loop "${run.loop}" here: a tick never starts one.`)
    const reporter = listening(ports.reporter)
    const ticked = await tick({ ...ports, reporter }, run, restored)
    await dispatchAll(ports, run.loop, ticked.asked)
    const { tag, checkpoint } = await tendPullRequest(ports, run, ticked.restored, 'person')
    await notifyEnd(ports, run, checkpoint, reporter.moved())
    const changed = tag !== restored.tag
    output.line(changed ? `Repaired: ${checkpoint.reason}` : `Nothing to repair: ${checkpoint.reason}`)
    for (const { lane, nonce } of ticked.asked)
      output.line(`next: cms iterate --lane ${lane} --nonce ${nonce}`)
    if (flags.json === true) printJson({ ...statusDocument(checkpoint), asked: ticked.asked }, ports.redact)
    return EXIT.reached
  } finally {
    session.close()
  }
}
