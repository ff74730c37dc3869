/**
 * What one seed decides. Every fault has a stream of its own, and each of its occasions a number: one that is
 * left out changes nothing about what the others roll. That is what makes a failing life shrink.
 */
import { type Choosing, chanceOf } from '../support/chance.ts'
import { FAULT_NAMES, FAULTS, type FaultName, type Phase } from './faults.ts'

/** A fault that happened: `machine gone#3` is what its third occasion brought. */
export interface Happened {
  readonly key: string
  readonly fault: FaultName
  /** Where it struck: a deed of people strikes every run that is under way. */
  readonly phases: readonly Phase[]
}

export interface Loaded {
  readonly seed: number
  /** Faults that may happen at all. */
  readonly faults: ReadonlySet<FaultName>
  /** Occasions that pass without harm. */
  readonly spared: ReadonlySet<string>
}

export class Dice {
  /** Everything that is no fault: how long things take, what agents write. */
  readonly course: Choosing
  readonly happened: Happened[] = []
  readonly #loaded: Loaded
  readonly #streams = new Map<FaultName, Choosing>()
  readonly #occasions = new Map<FaultName, number>()
  #isOver = false

  constructor(loaded: Loaded) {
    this.#loaded = loaded
    this.course = chanceOf(loaded.seed)
  }

  /** Nothing goes wrong from now on. */
  stop(): void {
    this.#isOver = true
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether a fault happens on this occasion. */
  strikes(fault: FaultName, ...phases: readonly Phase[]): boolean {
    if (this.#isOver || !this.#loaded.faults.has(fault)) return false
    const occasion = (this.#occasions.get(fault) ?? 0) + 1
    this.#occasions.set(fault, occasion)
    if (!this.#stream(fault).is(FAULTS[fault].share)) return false
    const key = `${fault}#${occasion}`
    if (this.#loaded.spared.has(key)) return false
    this.happened.push({ key, fault, phases })
    return true
  }

  #stream(fault: FaultName): Choosing {
    const found =
      this.#streams.get(fault) ?? chanceOf(this.#loaded.seed * 1_009 + FAULT_NAMES.indexOf(fault) + 1)
    this.#streams.set(fault, found)
    return found
  }
}
