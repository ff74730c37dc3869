/** Makes an input that breaks a law as small as it gets, with the law still broken. */
import { chanceOf } from '../support/chance.ts'
import { placesIn } from './mutate-value.ts'
import type { Form } from './target.ts'

export type Breaks = (input: Buffer) => Promise<boolean>

/** Looks that one input is worth. */
const MOST_LOOKS = 2_000
/** ms */
const MOST_TIME = 20_000

/** @param breaks whether an input still breaks the law. */
export async function shrink(input: Buffer, form: Form, breaks: Breaks): Promise<Buffer> {
  let looks = 0
  const until = performance.now() + MOST_TIME
  const counted: Breaks = async (one) =>
    ++looks <= MOST_LOOKS && performance.now() < until && (await breaks(one))
  const smaller = await shrinkValue(input, form, counted)
  return shrinkBytes(smaller, counted)
}

const FORMLESS = chanceOf(0)

/** Leaves out places of the value, large ones first, until none can be spared. */
async function shrinkValue(input: Buffer, form: Form, breaks: Breaks): Promise<Buffer> {
  let best = input
  for (let goesOn = true; goesOn; ) {
    goesOn = false
    const value = form.take(best)
    for (let place = 1, places = placesIn(value); place < places; ) {
      const current = form.take(best)
      const next = form.print(without(current, place), FORMLESS)
      if (next.length < best.length && (await breaks(next))) {
        best = next
        places = placesIn(form.take(best))
        goesOn = true
      } else place += 1
    }
  }
  return best
}

function without(value: unknown, place: number): unknown {
  let left = place
  const walk = (one: unknown): readonly unknown[] => {
    if (left-- === 0) return []
    if (typeof one !== 'object' || one === null || left < 0) return [one]
    if (Array.isArray(one)) return [one.flatMap(walk)]
    return [
      Object.fromEntries(
        Object.entries(one).flatMap(([key, part]) =>
          walk(part).map((kept): [string, unknown] => [key, kept]),
        ),
      ),
    ]
  }
  return walk(value)[0]
}

/** Cuts out halves, quarters and so on, down to single bytes. */
async function shrinkBytes(input: Buffer, breaks: Breaks): Promise<Buffer> {
  let best = input
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      const next = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (await breaks(next)) best = next
      else at += size
    }
  }
  return best
}
