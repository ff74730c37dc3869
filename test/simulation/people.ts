/** What people do to a loop and its branches, while nobody asked them to, and when it asks for them. */
import { tellLoop, type Word } from '../../src/app/people.ts'
import { LoopError } from '../../src/core/error.ts'
import { MINUTE } from '../../src/core/time.ts'
import { REFS } from '../support/world.ts'
import { Computer } from './computer.ts'
import type { FaultName, Phase } from './faults.ts'
import type { RunRecord } from './platform.ts'
import { Process } from './process.ts'
import type { Runs } from './runs.ts'
import type { Terminal } from './terminal.ts'
import type { Universe } from './universe.ts'

interface Reach {
  readonly universe: Universe
  readonly runs: Runs
  readonly terminal: Terminal | undefined
}

export class People {
  readonly #universe: Universe
  readonly #runs: Runs
  readonly #terminal: Terminal | undefined
  #pushes = 0

  constructor({ universe, runs, terminal }: Reach) {
    this.#universe = universe
    this.#runs = runs
    this.#terminal = terminal
  }

  /** Looks in now and then, for as long as there is trouble. */
  begin(): void {
    const { timeline, dice } = this.#universe
    if (dice.isOver) return
    this.#meddle()
    timeline.at(timeline.now + dice.course.upTo(10, 60) * MINUTE, () => this.begin())
  }

  /** Who sees a run fail may start another. */
  mayPress(): void {
    const { timeline, dice } = this.#universe
    if (dice.course.is(0.5)) timeline.at(timeline.now + dice.course.upTo(1, 5) * MINUTE, () => this.press())
  }

  /** While a run makes a call: more often where runs make few. */
  mayMeddle(phase: Phase): void {
    const { dice } = this.#universe
    if (!dice.isOver && dice.course.is(SHORT.has(phase) ? 0.06 : 0.02)) this.#meddle()
  }

  /** "Run workflow", or `cms run`. */
  press(wish: { readonly resume?: boolean; readonly stop?: boolean } = {}): void {
    const { platform } = this.#universe
    if (this.#terminal === undefined) this.#start(platform.create(), wish)
    else if (wish.resume === true) this.tell({ say: 'resume' })
    else if (wish.stop === true) this.tell({ say: 'stop', because: 'enough' })
    else if (this.#terminal.active === 0) this.#terminal.start()
  }

  #start(record: RunRecord, wish: { readonly resume?: boolean; readonly stop?: boolean }): void {
    if (wish.stop === true) this.#universe.laws.witness.stops.add(record.self)
    this.#runs.start(record, { event: 'workflow_dispatch', ...wish })
  }

  /** `cms stop`, `cms retry` and the like, at a desk. */
  tell(word: Word): void {
    const universe = this.#universe
    const said = async ({ ports, self }: Process) => {
      if (word.say === 'stop') universe.laws.witness.stops.add(self)
      try {
        await tellLoop(ports, word)
      } catch (error) {
        if (!(error instanceof LoopError)) throw error
        universe.say(`a person is told: ${error.message}`)
      }
    }
    universe.say(`a person says ${word.say}`)
    const saying = this.#terminal?.say(said) ?? this.#atDesk(said)
    saying.catch((error: unknown) => universe.fail(error))
  }

  async #atDesk(said: (process: Process) => Promise<unknown>): Promise<void> {
    const universe = this.#universe
    const desk = new Process({ universe, computer: new Computer(universe), self: DESK, phase: 'between' })
    await Promise.race([said(desk), desk.gone])
    desk.kill()
  }

  /** Puts the branches back as the page asks for. */
  putBack(): void {
    const { repository, checkpoint } = this.#universe
    if (checkpoint === undefined) return
    const { head } = checkpoint.work
    if (repository.refs.get(REFS.work) !== head && checkpoint.hold !== null) {
      this.#universe.say('a person puts the work branch back')
      this.#universe.laws.branch.movedByPeople()
      repository.refs.set(REFS.work, head)
    }
  }

  #meddle(): void {
    const { dice, file, checkpoint, phases } = this.#universe
    const is = (fault: FaultName) => dice.strikes(fault, ...phases)
    if (is('push')) this.#push()
    // Whoever has deleted it finds out that nothing happens any more.
    const isLost = this.#universe.repository.refs.get(REFS.state) === undefined
    if (isLost && dice.course.is(0.2)) this.press()
    if (is('edit file')) this.#universe.say(`a person edits the loop file: ${file.edit(dice.course)}`)
    if (is('broken file')) file.isBroken = !file.isBroken
    if (is('stop')) this.press({ stop: true })
    if (is('resume')) this.press({ resume: true })
    if (is('retry') && checkpoint !== undefined && checkpoint.remaining_tasks.length > 0)
      this.tell({
        say: dice.course.one(['retry', 'accept'] as const),
        task: dice.course.one(checkpoint.remaining_tasks).id,
      })
    if (is('second terminal')) this.#terminal?.start()
    if (is('re-run')) this.#runAgain()
    if (is('moved branch')) this.#moveWork()
    if (is('hand edit')) this.#spoil()
    if (is('roll back')) this.#rollBack()
    if (is('state deleted')) this.#lose()
  }

  #push(): void {
    const { repository, objects, dice, laws } = this.#universe
    const tip = repository.refs.get(REFS.work)
    if (tip === undefined) return
    const n = ++this.#pushes
    const path = dice.course.one(['shared.txt', `theirs-${n}.txt`])
    const tree = objects.writeTree(new Map([...objects.files(tip), [path, `theirs ${n}`]]))
    const commit = objects.writeCommit({ tree, parents: [tip], message: `theirs ${n}` })
    repository.refs.set(REFS.work, commit)
    laws.branch.pushed(commit)
    this.#universe.say(`a person pushes ${commit.slice(0, 7)}`)
  }

  #runAgain(): void {
    const { platform, dice } = this.#universe
    const over = [...platform.runs.values()].filter(({ isOver }) => isOver)
    if (over.length === 0) return
    const old = dice.course.one(over)
    const { lane, nonce } = old
    const request = lane === undefined || nonce === undefined ? undefined : { lane, nonce }
    this.#universe.say(`a person runs ${old.self} again`)
    this.#runs.start(platform.create(request, old))
  }

  #moveWork(): void {
    const { repository, dice, base, laws } = this.#universe
    if (!repository.refs.has(REFS.work)) return
    laws.branch.movedByPeople()
    this.#universe.say('a person moves the work branch')
    if (dice.course.is(0.5)) repository.refs.delete(REFS.work)
    else {
      const { objects } = this.#universe
      const tree = objects.writeTree(new Map([['else.txt', 'else']]))
      repository.refs.set(REFS.work, objects.writeCommit({ tree, parents: [base], message: 'elsewhere' }))
    }
  }

  /** A checkpoint that cannot be read, on top of the others. */
  #spoil(): void {
    const { repository, laws } = this.#universe
    const parent = repository.refs.get(REFS.state)
    if (parent === undefined) return
    laws.rewritten()
    const tag = `dead${String(repository.states.size).padStart(36, '0')}`
    repository.states.set(tag, {
      tag,
      at: '2026-11-23T12:00:00.000Z',
      message: 'edit',
      parent,
      text: '{"version":',
    })
    repository.refs.set(REFS.state, tag)
    this.#universe.say('a person spoils the checkpoint')
  }

  #rollBack(): void {
    const { repository, laws, dice } = this.#universe
    let tag = repository.refs.get(REFS.state)
    for (let n = dice.course.upTo(1, 8); n > 0 && tag !== undefined; n--)
      tag = repository.states.get(tag)?.parent
    if (tag === undefined) return
    laws.rewritten(this.#universe.file.first)
    repository.refs.set(REFS.state, tag)
    this.#universe.say('a person rolls the state back')
  }

  #lose(): void {
    const { repository, laws, file } = this.#universe
    laws.rewritten(file.first)
    repository.refs.delete(REFS.state)
    this.#universe.say('a person deletes the state branch')
  }
}

const SHORT: ReadonlySet<Phase> = new Set<Phase>(['restore', 'plan', 'post'])

/** A person's own machine. */
const DESK = 'local:desk:b00t:1:1'
