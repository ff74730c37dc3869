/** The input of a seed: always the same, in every process. */
import { chanceOf } from '../support/chance.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateValue } from './mutate-value.ts'
import type { Form } from './target.ts'

/** One in fifty is a valid input as it stands: it must be accepted, and tells that the laws can hold. */
const AS_IT_STANDS = 0.02

/** Inputs of a corpus are taken apart once: changes never touch the value they start from. */
const taken = new WeakMap<Buffer, { readonly value: unknown }>()

function take(form: Form, input: Buffer): unknown {
  const known = taken.get(input)
  if (known !== undefined) return known.value
  const value = form.take(input)
  taken.set(input, { value })
  return value
}

export function inputOf(corpus: readonly Buffer[], form: Form, seed: number): Buffer {
  const chance = chanceOf(seed)
  const input = chance.one(corpus)
  const donor = chance.one(corpus)
  if (chance.is(AS_IT_STANDS)) return input
  const kind = chance.fraction()
  const value = kind < 0.75 ? take(form, input) : undefined
  let changed = input
  if (value !== undefined) {
    const parts = chance.is(0.5) ? value : take(form, donor)
    let next: unknown = value
    for (let n = chance.one([1, 1, 1, 2, 3, 5]); n > 0; n--) next = mutateValue(next, chance, parts)
    changed = form.print(next, chance)
  }
  if (value !== undefined && kind < 0.55) return changed
  for (let n = chance.one([1, 1, 2, 3, 6]); n > 0; n--)
    changed = mutateBytes(changed, chance, donor, form.words)
  return changed
}
