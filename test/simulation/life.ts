/** One life of a loop: days of trouble, then days without, then people who do what the loop asks for. */
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { REFS } from '../support/world.ts'
import { isSound } from './agents.ts'
import type { Happened } from './dice.ts'
import { Broken } from './laws/broken.ts'
import { People } from './people.ts'
import { Runs } from './runs.ts'
import { isQuiet, type Scenario } from './scenario.ts'
import { Terminal } from './terminal.ts'
import { Universe } from './universe.ts'

export interface Lived {
  readonly scenario: Scenario
  /** Iterations that were begun, over all epochs. */
  readonly iterations: number
  readonly commits: number
  readonly happened: readonly Happened[]
  readonly failure: Error | undefined
  readonly story: readonly string[]
  /** How the loop stood when trouble had ceased and nobody had helped. */
  readonly alone: Checkpoint['status'] | 'nothing'
}

export interface Watching {
  /** Keeps what happened, line by line. */
  readonly isTold?: boolean
  /** A law beside all others, of what has happened; throws where it does not hold. */
  readonly law?: (happened: readonly Happened[]) => void
}

/** Lives the life of a scenario: always the same one. */
export const live = (scenario: Scenario, watching: Watching = {}): Promise<Lived> =>
  new Life(scenario, watching).run()

/** How a loop can stand when nothing more happens by itself. */
const ENDS: ReadonlySet<Checkpoint['status']> = new Set(['done', 'paused', 'budget_exhausted', 'needs_human'])
/** How often the schedule starts a run, ms. */
const CRON = 3 * HOUR
/** So long after trouble has ceased a loop has come to an end, or says who must do what, ms. */
const PATIENCE = 12 * DAY
/** Nothing more is expected of a loop that has stood still for so long, ms. */
const BORED = 5 * HOUR
/** Words of people, until all is done. */
const ROUNDS = 16

class Life {
  readonly #universe: Universe
  readonly #runs: Runs
  readonly #terminal: Terminal | undefined
  readonly #people: People
  #alone: Lived['alone'] = 'nothing'

  readonly #law: Watching['law']

  constructor(scenario: Scenario, { isTold = false, law }: Watching) {
    this.#law = law
    const universe: Universe = new Universe(scenario, (record) => this.#runs.start(record), isTold)
    this.#universe = universe
    this.#runs = new Runs(universe)
    this.#terminal = scenario.form === 'terminal' ? new Terminal(universe) : undefined
    this.#people = new People({ universe, runs: this.#runs, terminal: this.#terminal })
    universe.onCall = (phase) => this.#people.mayMeddle(phase)
    universe.onGivenUp = () => this.#people.mayPress()
  }

  async run(): Promise<Lived> {
    const universe = this.#universe
    const { timeline, dice, scenario, laws, repository } = universe
    this.#people.press()
    if (this.#terminal === undefined) timeline.at(timeline.now + CRON, () => this.#cron())
    timeline.at(timeline.now + 5 * MINUTE, () => this.#people.begin())
    const until = timeline.now + scenario.days * DAY
    let since = timeline.now
    await this.#goOn(() => {
      if (!this.#isAtRest) since = timeline.now
      return timeline.now >= until || timeline.now - since > BORED
    })
    dice.stop()
    universe.file.isBroken = false
    universe.say('trouble ceases')
    await this.#comesToRest()
    this.#alone = universe.checkpoint?.status ?? 'nothing'
    // While its file is broken a loop cannot be begun; and only people begin one.
    const isBegun =
      universe.checkpoint !== undefined || !dice.happened.some(({ fault }) => fault === 'broken file')
    if (universe.failure === undefined && isQuiet(scenario) && isBegun)
      universe.judge(() => laws.holds.isDone(universe.checkpoint))
    await this.#helped()
    if (universe.failure === undefined) universe.judge(() => this.#isDone())
    return {
      ...{ scenario, iterations: laws.money.iterations, commits: repository.states.size, alone: this.#alone },
      ...{ happened: dice.happened, failure: universe.failure, story: universe.story },
    }
  }

  get #isAtRest(): boolean {
    const status = this.#universe.checkpoint?.status
    const works = this.#runs.active + this.#universe.platform.pending + (this.#terminal?.active ?? 0)
    return works === 0 && status !== undefined && ENDS.has(status)
  }

  async #goOn(isEnough: () => boolean): Promise<void> {
    const universe = this.#universe
    while (universe.failure === undefined && !isEnough() && (await universe.timeline.step()))
      universe.judge(() => this.#law?.(universe.dice.happened))
  }

  async #pass(ms: number): Promise<void> {
    const { timeline } = this.#universe
    let isOver = false
    timeline.at(timeline.now + ms, () => {
      isOver = true
    })
    await this.#goOn(() => isOver)
  }

  /** G3: without a person, unless the loop says that one is needed, or there is no loop that could say so. */
  async #comesToRest(): Promise<void> {
    const universe = this.#universe
    const { timeline } = universe
    const until = timeline.now + PATIENCE
    if (this.#terminal?.active === 0 && !this.#isAtRest) this.#people.press()
    const isLost = () =>
      universe.checkpoint === undefined && this.#runs.active + universe.platform.pending === 0
    await this.#goOn(() => this.#isAtRest || isLost() || timeline.now > until)
    if (universe.failure !== undefined || this.#isAtRest || isLost()) return
    const { checkpoint } = universe
    universe.fail(
      new Broken('G3 comes to an end', `after days it is ${checkpoint?.status}: ${checkpoint?.reason}`),
    )
  }

  async #helped(): Promise<void> {
    const universe = this.#universe
    // Whatever was pushed since is seen by a last look.
    this.#people.press()
    await this.#pass(10 * MINUTE)
    for (let round = 0; round < ROUNDS && universe.failure === undefined; round++) {
      const { checkpoint, file } = universe
      const isCurrent = checkpoint?.config.digest === file.config.digest
      if (checkpoint?.status === 'done' && isCurrent) return
      if (checkpoint?.status === 'budget_exhausted') file.uncap()
      this.#people.putBack()
      for (const { id, state } of checkpoint?.remaining_tasks ?? [])
        if (state.at === 'parked')
          this.#people.tell({ say: state.verdict === 'already_green' ? 'accept' : 'retry', task: id })
      if (checkpoint?.hold !== null && checkpoint !== undefined) this.#people.press({ resume: true })
      await this.#pass(10 * MINUTE)
      this.#people.press()
      await this.#pass(10 * MINUTE)
      await this.#comesToRest()
    }
  }

  /** Everything is done, once, and stands for what is on the branch. */
  #isDone(): void {
    const { checkpoint, file, repository, objects, laws } = this.#universe
    if (checkpoint?.status !== 'done')
      throw new Broken('G3 done at last', `with all help it is ${checkpoint?.status}: ${checkpoint?.reason}`)
    const done = new Set(checkpoint.completed_tasks.map(({ id }) => id))
    const missing = file.config.tasks.find(({ id }) => !done.has(id))
    if (missing !== undefined) throw new Broken('G2 complete', `${missing.id} is not done`)
    const tip = repository.refs.get(REFS.work)
    // Nobody needs the branch of finished work; people may have deleted it.
    const isGone = tip === undefined && laws.branch.isMovedByPeople
    if (tip !== checkpoint.work.head && !isGone)
      throw new Broken('G1 work ref', `${tip} is not ${checkpoint.work.head}`)
    const files = objects.files(checkpoint.work.head)
    if (!isSound(files)) throw new Broken('G6 green', 'the branch is red')
    const absent = checkpoint.completed_tasks.find(
      ({ id, commit }) =>
        commit !== null &&
        objects.commit(commit)?.message.includes(`Cms-Task: ${id}`) &&
        !files.has(`${id}.txt`),
    )
    if (absent !== undefined) throw new Broken('G1 files', `${absent.id} has left no file`)
  }

  #cron(): void {
    const { timeline, dice, platform, phases } = this.#universe
    timeline.at(timeline.now + CRON, () => this.#cron())
    if (dice.strikes('tick missing', ...phases)) return
    const late = dice.strikes('tick late', ...phases) ? dice.course.upTo(1, 6) * HOUR : 0
    timeline.at(timeline.now + late, () => this.#runs.start(platform.create(), { event: 'schedule' }))
  }
}
