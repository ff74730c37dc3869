/** Changes of bytes that know nothing of what they mean. */
import type { Choosing } from '../support/chance.ts'
import { LARGE } from './target.ts'

const TELLING = Buffer.from('{}[]",:\\/-+.eE0123456789 \t\r\n\0#&*!|>?%@`\'~<=\x80\xff\xc3\xed', 'latin1')

type Change = (input: Buffer, chance: Choosing, donor: Buffer, words: readonly string[]) => Buffer

const replaced = (input: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, from), by, input.subarray(to)])

function range(input: Buffer, chance: Choosing): readonly [from: number, to: number] {
  const from = chance.upTo(0, input.length)
  return [from, Math.min(input.length, from + chance.one([1, 1, 2, 4, 16, 64, 512]))]
}

const CHANGES: readonly Change[] = [
  // A bit.
  (input, chance) => {
    const at = chance.upTo(0, Math.max(0, input.length - 1))
    return replaced(input, at, at + 1, Buffer.of((input[at] ?? 0) ^ (1 << chance.upTo(0, 7))))
  },
  // A byte that means something.
  (input, chance) => {
    const at = chance.upTo(0, input.length)
    return replaced(input, at, at + chance.upTo(0, 1), Buffer.of(chance.one([...TELLING])))
  },
  // A part less.
  (input, chance) => replaced(input, ...range(input, chance), Buffer.of()),
  // A part again, once or often.
  (input, chance) => {
    const [from, to] = range(input, chance)
    const part = input.subarray(from, to)
    const often = chance.one([1, 1, 2, 10, 200])
    return replaced(input, to, to, Buffer.concat(Array.from({ length: often }, () => part)))
  },
  // A part of another input.
  (input, chance, donor) => {
    const [from] = range(input, chance)
    return replaced(input, from, from, donor.subarray(...range(donor, chance)))
  },
  // The end of another input.
  (input, chance, donor) =>
    Buffer.concat([
      input.subarray(0, chance.upTo(0, input.length)),
      donor.subarray(chance.upTo(0, donor.length)),
    ]),
  // Cut off.
  (input, chance) => input.subarray(0, chance.upTo(0, input.length)),
  // A word.
  (input, chance, _, words) => replaced(input, ...range(input, chance), Buffer.from(chance.one(words))),
  // Two parts in each other's place.
  (input, chance) => {
    const [a, b, c] = [0, 0, 0].map(() => chance.upTo(0, input.length)).toSorted((x, y) => x - y)
    return Buffer.concat([
      input.subarray(0, a),
      input.subarray(b, c),
      input.subarray(a, b),
      input.subarray(c),
    ])
  },
]

export function mutateBytes(
  input: Buffer,
  chance: Choosing,
  donor: Buffer,
  words: readonly string[],
): Buffer {
  return chance.one(CHANGES)(input, chance, donor, words).subarray(0, LARGE)
}
