/**
 * What holds after every change that is saved, whatever has gone wrong: the guarantees G1 to G8.
 *
 * The laws look at what is written on the refs, and at what the simulated world knows by itself: which agents
 * were started, what they cost, what people pushed. They share no code with what they judge but the schema.
 */
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { AttemptEnded, Event, LeaseLost, TaskLeased, UsageReported } from '../../src/core/event.ts'
import { LIMITS } from '../../src/core/limits.ts'
import type { Task } from '../../src/core/task.ts'
import type { Usage } from '../../src/core/usage.ts'
import type { Change } from '../../src/ports/state-store.ts'
import type { Files, Objects } from '../support/world-objects.ts'
import { isSound, SECRET } from './agents.ts'

/** A law that does not hold. */
export class Broken extends Error {
  readonly law: string

  constructor(law: string, what: string) {
    super(`${law}: ${what}`)
    this.name = 'Broken'
    this.law = law
  }
}

/** A change as it was saved. */
export interface Saved {
  readonly before: Checkpoint | undefined
  readonly after: Checkpoint
  readonly events: readonly Event[]
  readonly change: Change
  readonly text: string
  /** The run that saved it. */
  readonly self: string
}

interface Lease {
  readonly event: TaskLeased
  readonly fence: number
  readonly iteration: number
  readonly epoch: number
  charged: number
}

export class Laws {
  /** The work branch was where people put it. */
  isMovedByPeople = false
  /** `lane_begun` over all epochs. */
  iterations = 0
  readonly #objects: Objects
  readonly #nonces = new Set<string>()
  readonly #fences = new Map<number, Lease>()
  readonly #started = new Set<string>()
  /** By run and iteration: what was saved of it. */
  readonly #settled = new Map<string, string>()
  /** By fence: what the agent really cost, as far as it says. */
  readonly #spent = new Map<number, Usage>()
  /** Commits of people on the work branch. */
  readonly #pushed = new Set<string>()
  /** Tasks that a state put back by people may not know. */
  readonly #unknown = new Set<string>()
  #epoch = 0
  #attempts = 0
  #begun = 0
  #usd = 0
  /** Since people rewrote the state, what it counts is an estimate. */
  #isRewritten = false
  #line: { readonly head: string; readonly ids: ReadonlySet<string> } | undefined

  constructor(objects: Objects) {
    this.#objects = objects
  }

  get isRewritten(): boolean {
    return this.#isRewritten
  }

  /**
   * People put something else in the place of the state: what was counted before counts no more.
   *
   * @param unknown tasks that it may never have heard of: what of them has landed is taken for other people's,
   *   and they are done again once the loop file is read.
   */
  rewritten(unknown: ReadonlySet<string> = new Set()): void {
    this.#isRewritten = true
    for (const id of unknown) this.#unknown.add(id)
  }

  /** A commit of a person on the work branch; it must never be lost again. */
  pushed(commit: string): void {
    this.#pushed.add(commit)
  }

  /** People moved the work branch: their own commits may be gone. */
  moveByPeople(): void {
    this.#pushed.clear()
    this.isMovedByPeople = true
  }

  saved(saved: Saved): void {
    const { before, after, events } = saved
    if (after.epoch !== this.#epoch) this.#newEpoch(after)
    if (before !== undefined) this.#grows(before, after)
    let standing = standingOf(before)
    for (const event of events) {
      this.#event(event, saved, standing)
      standing = standingAfter(event, standing)
    }
    this.#counts(after)
    this.#isOnTheBranch(after)
    this.#movesForward(saved)
    this.#keepsSecrets(saved)
    this.#staysSmall(saved)
    this.#saysWho(after)
    this.#boundsLanes(before, after)
  }

  /** The work ref alone was moved. */
  moved(from: string | undefined, to: string): void {
    if (from !== undefined && !this.#isAncestor(from, to)) throw new Broken('G1 forward', `${from} to ${to}`)
  }

  /** An agent is about to be started. */
  agentStarts(
    self: string,
    { task, iteration }: { readonly task: string; readonly iteration: number },
  ): number {
    const lease = [...this.#fences.values()].findLast(
      (one) => one.iteration === iteration && one.event.task === task && one.event.run === self,
    )
    if (lease === undefined)
      throw new Broken('G5 charged first', `${self} works on ${task}, and was never charged`)
    // A state that people put back gives out the same fences again.
    const key = this.#isRewritten ? `${lease.fence} ${self}` : String(lease.fence)
    if (this.#started.has(key)) throw new Broken('G2 once', `two agents for fence ${key}`)
    if (lease.event.landing === true) throw new Broken('landing', `an agent was started to land ${task}`)
    this.#started.add(key)
    return lease.fence
  }

  agentEnded(fence: number, usage: Usage): void {
    this.#spent.set(fence, usage)
  }

  /** A run is asked of the platform. */
  requested(nonce: string): void {
    if (!this.#nonces.has(nonce)) throw new Broken('written first', `nonce ${nonce} was never saved`)
  }

  /** A run says what became of its attempt. */
  told(self: string, iteration: number, verdict: string): void {
    const landed = this.#settled.get(`${self} ${iteration}`)
    if (landed !== undefined && landed !== verdict && !this.#isRewritten)
      throw new Broken(
        'G2 last',
        `${self} says ${verdict} of i${iteration}, which it has settled as ${landed}`,
      )
  }

  /** A run says that it was superseded. */
  superseded(self: string, did: { readonly saves: number; readonly agents: number }): void {
    if (did.saves > 0 || did.agents > 0)
      throw new Broken('G5 superseded', `${self} saved ${did.saves} changes`)
  }

  #newEpoch({ epoch }: Checkpoint): void {
    if (epoch < this.#epoch && !this.#isRewritten) throw new Broken('epoch', `${this.#epoch} to ${epoch}`)
    this.#epoch = epoch
    this.#attempts = 0
    this.#begun = 0
    this.#usd = 0
  }

  /** Nothing that is known is forgotten. */
  #grows(before: Checkpoint, after: Checkpoint): void {
    if (after.seq !== before.seq + 1) throw new Broken('seq', `${before.seq} to ${after.seq}`)
    if (before.epoch !== after.epoch) return
    const done = new Set(after.completed_tasks.map(({ id }) => id))
    const lost = before.completed_tasks.find(({ id }) => !done.has(id))
    if (lost !== undefined) throw new Broken('G2 forgotten', `${lost.id} was done`)
    const { ledger } = after
    if (ledger.iterations < before.ledger.iterations || ledger.attempts < before.ledger.attempts)
      throw new Broken('G2 ledger', 'it counts less than before')
  }

  #event(event: Event, saved: Saved, standing: Standing): void {
    const { before } = saved
    switch (event.type) {
      case 'lane_dispatched':
        if (this.#nonces.has(event.nonce)) throw new Broken('nonce', `${event.nonce} was used before`)
        this.#nonces.add(event.nonce)
        return mayGoOn(event, standing)
      case 'lane_begun':
        this.iterations += 1
        this.#begun += 1
        return
      case 'task_leased':
        return this.#leased(event, saved, standing)
      case 'attempt_ended':
        return this.#ended(event, before)
      case 'lease_lost':
        if (event.verdict === 'cancelled' && saved.after.hold === null)
          throw new Broken('obeys', 'a person has cancelled a run, and the loop goes on')
        return this.#lost(event)
      case 'usage_reported':
        return this.#reported(event)
      case 'recovered':
        if (!this.#isRewritten) throw new Broken('G2 readable', 'a checkpoint could not be read')
        return
      default:
        return
    }
  }

  #leased(event: TaskLeased, { before, after }: Saved, standing: Standing): void {
    mayGoOn(event, standing)
    const state = after.remaining_tasks.find(({ id }) => id === event.task)?.state
    if (state?.at !== 'leased') throw new Broken('lease', `${event.task} is not leased`)
    const { fence, iteration } = state.lease
    if (this.#fences.has(fence) && !this.#isRewritten)
      throw new Broken('fence', `${fence} was given out before`)
    const high = Math.max(0, ...this.#fences.keys())
    if (fence <= high && !this.#isRewritten) throw new Broken('fence', `${fence} after ${high}`)
    this.#fences.set(fence, { event, fence, iteration, epoch: after.epoch, charged: 0 })
    if (event.landing === true) return
    this.#attempts += 1
    const old = before?.remaining_tasks.find(({ id }) => id === event.task)
    if (old !== undefined && old.attempts_used >= after.config.settings.policy.attempts)
      throw new Broken('G4 attempts of a task', `${event.task} has used up ${old.attempts_used}`)
    if (before !== undefined) withinCaps(before, after, event)
  }

  #ended(event: AttemptEnded, before: Checkpoint | undefined): void {
    const task = before?.remaining_tasks.find(({ id }) => id === event.task)
    const lease = task?.state.at === 'leased' ? task.state.lease : undefined
    if (before === undefined && this.#isRewritten) return
    if (lease?.fence !== event.fence || lease.lane !== event.lane || lease.run !== event.run)
      throw new Broken('G5 fenced', `${event.task} is settled by one who does not hold it`)
    this.#charge(event.fence, event.usage.usd ?? lease.reserved_usd, false)
    this.#settled.set(`${event.run} ${event.iteration}`, event.verdict)
    const spent = this.#spent.get(event.fence)
    const isTrue = spent === undefined || event.usage.usd === null || spent.usd === event.usage.usd
    // An attempt of which nothing was heard is estimated; what was heard is charged.
    if (!isTrue && event.usage.basis === 'reported' && !this.#isRewritten)
      throw new Broken('G4 truth', `${event.task} cost ${spent.usd}, and ${event.usage.usd} was charged`)
    if (event.verdict === 'done' && event.commit !== undefined) this.#isGreen(event.commit)
  }

  #lost({ fence }: LeaseLost): void {
    this.#charge(fence, undefined, false)
  }

  #reported({ fence, usage }: UsageReported): void {
    this.#charge(fence, usage.usd ?? undefined, true)
  }

  /** What an attempt costs is charged once; a later word of its own takes the place of an estimate. */
  #charge(fence: number, usd: number | undefined, isLate: boolean): void {
    const lease = this.#fences.get(fence)
    if (lease === undefined) return
    const amount = usd ?? (isLate ? lease.charged : lease.event.reserved_usd)
    if (lease.epoch === this.#epoch) this.#usd += amount - lease.charged
    lease.charged = amount
  }

  #counts({ ledger }: Checkpoint): void {
    if (this.#isRewritten) return
    if (ledger.attempts !== this.#attempts)
      throw new Broken('G4 attempts', `${ledger.attempts} are counted, ${this.#attempts} were begun`)
    if (ledger.iterations !== this.#begun)
      throw new Broken('G4 iterations', `${ledger.iterations} are counted, ${this.#begun} were begun`)
    if (Math.abs(ledger.usd - this.#usd) > 1e-6)
      throw new Broken('G4 dollars', `${ledger.usd} are counted, ${this.#usd} were charged`)
  }

  /** G1: done in the checkpoint if and only if on the work branch. */
  #isOnTheBranch({ work, completed_tasks, remaining_tasks }: Checkpoint): void {
    const ids = this.#lineOf(work.head)
    const astray = completed_tasks.find(({ commit }) => commit !== null && !ids.has(commit))
    if (astray !== undefined)
      throw new Broken('G1 done', `${astray.id} is done as ${astray.commit}, which has not landed`)
    const open = new Set(remaining_tasks.map(({ id }) => id))
    for (const id of ids) {
      if (id === work.base) break
      const task = /^Cms-Task: (.+)$/m.exec(this.#objects.commit(id)?.message ?? '')?.[1]
      if (task !== undefined && open.has(task) && !this.#unknown.has(task))
        throw new Broken('G1 landed', `${task} has landed as ${id}, and is not done`)
    }
  }

  #lineOf(head: string): ReadonlySet<string> {
    if (this.#line?.head !== head) this.#line = { head, ids: new Set(this.#objects.line(head)) }
    return this.#line.ids
  }

  #isAncestor(old: string, tip: string): boolean {
    return this.#objects.line(tip).includes(old)
  }

  #movesForward({ change, after }: Saved): void {
    const { work } = change
    if (work === undefined) return
    this.moved(after.work.base === work.to ? undefined : work.from, work.to)
    const missing = [...this.#pushed].find((commit) => !this.#lineOf(work.to).has(commit))
    if (missing !== undefined && work.to !== after.work.base)
      throw new Broken('G1 of others', `the commit ${missing} of a person is gone`)
  }

  #isGreen(commit: string): void {
    const files: Files = this.#objects.files(commit)
    if (!isSound(files)) throw new Broken('G6 green', `${commit} is red`)
    const guarded = [...files.keys()].find((path) => path.startsWith('.github/'))
    if (guarded !== undefined) throw new Broken('G6 protected', `${commit} changes ${guarded}`)
    const leaky = [...files].find(([, text]) => text.includes(SECRET))
    if (leaky !== undefined) throw new Broken('G7 files', `${leaky[0]} holds a secret`)
  }

  #keepsSecrets({ text, change }: Saved): void {
    const page = change.files['README.md'] ?? ''
    if ([text, change.message, page].some((one) => one.includes(SECRET)))
      throw new Broken('G7 state', `a secret is written: ${change.message.slice(0, 80)}`)
  }

  /** G8: it grows with the tasks, and with nothing else. */
  #staysSmall({ after, text }: Saved): void {
    const most = SMALL.whole + SMALL.task * (after.remaining_tasks.length + after.completed_tasks.length)
    if (text.length > most) throw new Broken('G8 size', `${text.length} characters, and ${most} were enough`)
    if (after.messages.length > 200 || after.lessons.length > 500) throw new Broken('G8 lists', 'they grow')
  }

  /** G3: whoever stops says why, and what to do. */
  #saysWho({ status, reason, next, remaining_tasks, lanes }: Checkpoint): void {
    if (reason === '') throw new Broken('G3 reason', `it is ${status}, and does not say why`)
    if (['paused', 'needs_human', 'budget_exhausted'].includes(status) && next === '')
      throw new Broken('G3 next', `it is ${status}, and does not say what to type`)
    if (status === 'done' && remaining_tasks.length > 0) throw new Broken('G3 done', 'tasks are left')
    void lanes
  }

  #boundsLanes(before: Checkpoint | undefined, after: Checkpoint): void {
    const live = liveIn(after)
    const most = Math.max(after.config.settings.parallel, before === undefined ? 0 : liveIn(before))
    if (live > most) throw new Broken('lanes', `${live} are at work, ${most} may be`)
    if (live > LIMITS.lanes) throw new Broken('lanes', `${live} are at work`)
  }
}

/** Characters of a checkpoint: of itself, and of each task with three attempts in full. */
const SMALL = { whole: 40_000, task: 9_000 } as const

const liveIn = ({ lanes }: Checkpoint): number =>
  Object.values(lanes).filter(({ state }) => state.at !== 'idle').length

/** Whether anything may begin. */
interface Standing {
  readonly isHeld: boolean
  /** ISO 8601 */
  readonly waitsUntil: string | undefined
}

const standingOf = (checkpoint: Checkpoint | undefined): Standing => ({
  isHeld: checkpoint !== undefined && checkpoint.hold !== null,
  waitsUntil: checkpoint?.waiting?.until,
})

function standingAfter(event: Event, standing: Standing): Standing {
  if (event.type === 'loop_held') return { ...standing, isHeld: true }
  if (event.type === 'loop_resumed' || event.type === 'loop_started')
    return { isHeld: false, waitsUntil: undefined }
  if (event.type === 'wait_started') return { ...standing, waitsUntil: event.waiting.until }
  return standing
}

/** Nothing begins, and nothing is asked for, while the loop is held or waits. */
function mayGoOn({ type, at }: Event, { isHeld, waitsUntil }: Standing): void {
  if (isHeld) throw new Broken('held', `${type} while the loop is held`)
  if (waitsUntil !== undefined && Date.parse(waitsUntil) > Date.parse(at))
    throw new Broken('waits', `${type} at ${at}, before ${waitsUntil}`)
}

const leased = (checkpoint: Checkpoint): Task[] =>
  checkpoint.remaining_tasks.filter(({ state }) => state.at === 'leased')

/** G4: nothing is begun once what is used and what is set aside reach a cap. */
function withinCaps(before: Checkpoint, after: Checkpoint, { at, task }: TaskLeased): void {
  const { budget } = after.config.settings
  const { ledger } = before
  let [usd, minutes] = [0, 0]
  for (const { state } of leased(after)) {
    if (state.at !== 'leased' || (state.lease.at === at && isTask(after, state.lease.fence, task))) continue
    usd += state.lease.reserved_usd
    minutes += state.lease.reserved_minutes
  }
  void minutes
  const today = ledger.by_day[at.slice(0, 10)]?.usd ?? 0
  const over = (cap: number | undefined, used: number): boolean => cap !== undefined && used >= cap
  if (over(budget.usd, ledger.usd + usd))
    throw new Broken('G4 usd', `${task} is begun at $${ledger.usd} and $${usd}`)
  if (over(budget.usd_per_day, today + usd)) throw new Broken('G4 day', `${task} is begun at $${today} today`)
  if (over(budget.minutes, ledger.minutes))
    throw new Broken('G4 minutes', `${task} is begun at ${ledger.minutes}`)
  if (over(budget.iterations, ledger.iterations))
    throw new Broken('G4 iterations cap', `${task} is one too many`)
  if (over(budget.tokens, ledger.tokens.input + ledger.tokens.cache_write + ledger.tokens.output))
    throw new Broken('G4 tokens', `${task} is begun`)
  if (budget.deadline !== undefined && Date.parse(at) >= Date.parse(budget.deadline))
    throw new Broken('G4 deadline', `${task} is begun at ${at}`)
}

const isTask = (checkpoint: Checkpoint, fence: number, id: string): boolean =>
  leased(checkpoint).some(
    (task) => task.id === id && task.state.at === 'leased' && task.state.lease.fence === fence,
  )
