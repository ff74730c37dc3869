/** What is fuzzed: a reader of bytes that strangers wrote, and the laws that hold whatever they wrote. */
import type { Choosing } from '../support/chance.ts'

/** What the reader made of an input. */
export type Verdict = 'accepted' | 'rejected'

/** How inputs are taken apart and put together, for changes that know where they are. */
export interface Form {
  /** A value of lists, objects, texts and numbers; `undefined` when the input has not this form. */
  take(input: Buffer): unknown
  print(value: unknown, chance: Choosing): Buffer
  /** Words that mean something to the reader. */
  readonly words: readonly string[]
}

/** A target with what it needs in place. */
export interface Opened extends AsyncDisposable {
  /** Inputs that are accepted, from which all others are made. The same in every process. */
  readonly corpus: readonly Buffer[]
  /** @throws Violation of a law; whatever else it throws is a violation, too. */
  judge(input: Buffer): Verdict | Promise<Verdict>
}

export interface Target {
  readonly name: string
  /** Inputs of a whole run, for each hundred thousand that are asked for. */
  readonly share: number
  readonly form: Form
  /** Inputs of a megabyte, each the worst that somebody could think of. */
  hostile(): Readonly<Record<string, Buffer>>
  open(): Promise<Opened>
}

/** A law that an input has broken. */
export class Violation extends Error {
  readonly law: string

  constructor(law: string, message: string) {
    super(message)
    this.name = 'Violation'
    this.law = law
  }
}

/** @throws Violation unless it holds. */
export function holds(law: string, isSo: boolean, message: string | (() => string) = ''): asserts isSo {
  if (!isSo) throw new Violation(law, typeof message === 'string' ? message : message())
}

/** Of larger inputs only what a loop does with them is done: what laws cost on top is not theirs. */
export const LARGE = 262_144

/** Of a reader that needs nothing around it. */
export const pure = (corpus: readonly (string | Buffer)[], judge: Opened['judge']): Opened => ({
  corpus: corpus.map((one) => Buffer.from(one)),
  judge,
  [Symbol.asyncDispose]: async () => {},
})
