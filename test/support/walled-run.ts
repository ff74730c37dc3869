/** One run of the walled form in a world in memory: its jobs, one after another, each with ports of its own. */
import { dispatchAll } from '../../src/app/dispatch.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports, RunSettings } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { beginFor } from '../../src/app/walled/begin.ts'
import { checkFor } from '../../src/app/walled/check.ts'
import { settleFor } from '../../src/app/walled/settle.ts'
import { workOn } from '../../src/app/walled/work.ts'
import type { Asked } from '../../src/core/lane.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { Judgement } from '../../src/core/walled.ts'
import { type Death, Died, mortal } from './mortal.ts'
import type { World } from './world.ts'

export type Job = 'begin' | 'work' | 'check' | 'settle'

/** How a job went: `dead` leaves nothing, as if its machine had vanished. */
export type Fate = 'alive' | 'dead' | 'timed_out'

export interface Fates {
  readonly work?: Fate
  readonly check?: Fate
  readonly settle?: Fate
  /** Between the jobs named and the next one. */
  readonly after?: Readonly<Partial<Record<'begin' | 'work' | 'check', () => void>>>
  /** What `check` says instead, as one who owns it would. */
  readonly forge?: (judgement: Judgement | undefined) => Judgement | undefined
  /** Other ports for a job. */
  readonly dress?: (job: Job, ports: Ports) => Ports
}

const RESULT = { alive: 'success', dead: 'failure', timed_out: 'cancelled' } as const
const never = () => new AbortController().signal

/** A person starts the loop; what it asks for is answered with. */
export async function started(world: World, run: RunSettings): Promise<Asked> {
  const ports = world.as('gh:1.1')
  const restored = await startOrContinue(ports, run, { fresh: false, resume: false })
  const { asked } = await tick(ports, run, restored)
  await dispatchAll(ports, run.loop, asked)
  const [first] = asked
  if (first === undefined) throw new Error('nothing was asked for')
  return first
}

/** The four jobs of a run, one after another. @returns what came of each that was there. */
export async function walledRun(world: World, run: RunSettings, fates: Running) {
  const jobs = jobsOf(world, run, fates)
  for (;;) {
    const job = await jobs.next()
    if (job.done === true) return job.value
  }
}

export interface Running extends Fates {
  readonly self: string
  readonly asked: Asked
}

/** The same job by job: between two of them anything may happen. */
export async function* jobsOf(world: World, run: RunSettings, { self, asked, ...fates }: Running) {
  const as = (job: Job) => (fates.dress ?? ((_, ports) => ports))(job, world.as(self))
  const restored = await restore(as('begin'))
  if (restored === undefined) throw new Error('there is no loop')
  const begun = await beginFor(as('begin'), run, asked, restored)
  if (begun.is !== 'leased') return { begun }
  fates.after?.begin?.()
  yield 'begin'
  const { work = 'alive', check = 'alive', settle = 'alive' } = fates
  const { landing } = begun.assignment
  const worked = landing || work !== 'alive' ? undefined : await workOn(as('work'), run, never())
  fates.after?.work?.()
  yield 'work'
  const isReady = worked?.is === 'handed_over' && worked.isReady
  const goesOn = landing || isReady
  const checked = goesOn && check === 'alive' ? await checkFor(as('check'), run, never()) : undefined
  const seen = checked?.is === 'judged' ? checked.judgement : undefined
  const judgement = fates.forge === undefined ? seen : fates.forge(seen)
  fates.after?.check?.()
  yield 'check'
  if (settle !== 'alive') return { begun, worked, checked }
  const told = {
    judgement,
    work: landing ? ('skipped' as const) : RESULT[work],
    check: goesOn ? RESULT[check] : ('skipped' as const),
  }
  const settled = await settleFor(as('settle'), run, { told, onward: true, isCancelled: () => false })
  if (settled.is === 'settled') await dispatchAll(as('settle'), run.loop, settled.asked)
  return { begun, worked, checked, settled }
}

/** Whatever was asked for, until nothing is. @returns how often it ran. */
export async function untilQuiet(
  world: World,
  run: RunSettings,
  from = 100,
  fates: Fates = {},
): Promise<number> {
  const begun = new Set<string>()
  for (let number = from; ; number++) {
    const { lanes } = world.checkpoint()
    const waiting = Object.entries(lanes).flatMap(([lane, { state }]) =>
      state.at === 'dispatched' && !begun.has(state.nonce) ? [{ lane, nonce: state.nonce }] : [],
    )
    const [asked] = waiting
    if (asked === undefined || number > from + 50) return number - from
    begun.add(asked.nonce)
    await walledRun(world, run, { self: `gh:${number}.1`, asked, ...fates })
  }
}

/** A run of which one job dies at one call, or is only counted. @returns how many calls that job has made. */
export async function dyingRun(
  world: World,
  run: RunSettings,
  { job, death, ...asked }: { self: string; asked: Asked; job: Job; death: Death | undefined },
): Promise<number> {
  let calls = () => 0
  const dress: Fates['dress'] = (name, ports) => {
    if (name !== job) return ports
    const made = mortal(ports, death)
    const before = calls
    calls = () => before() + made.calls()
    return made.ports
  }
  try {
    await walledRun(world, run, { ...asked, dress })
  } catch (error) {
    if (!(error instanceof Died)) throw error
  }
  return calls()
}

/** Whatever ran is found to be over, and ticks carry the loop on. */
export async function healed(world: World, run: RunSettings): Promise<void> {
  for (let round = 0; round < 6 && world.checkpoint().status === 'running'; round++) {
    for (const { state } of Object.values(world.checkpoint().lanes))
      if (state.at === 'running') world.relay.states.set(state.run, { is: 'over', how: 'runner_lost' })
      else if (state.at === 'dispatched') world.relay.states.set(state.nonce, { is: 'none' })
    world.clock.pass(600 * MINUTE)
    await tickOf(world, run, `gh:${20 + round}.1`)
    await untilQuiet(world, run, 100 * (round + 1))
  }
}

/** A tick by a run of its own; what it asks for is dispatched. */
export async function tickOf(world: World, run: RunSettings, self: string): Promise<readonly Asked[]> {
  const ports = world.as(self)
  const known = await restore(ports)
  if (known === undefined) throw new Error('there is no loop')
  const { asked } = await tick(ports, run, known)
  await dispatchAll(ports, run.loop, asked)
  return asked
}
