/** Changes of a value that know its structure: one place in it is left out, doubled, moved or made something else. */
import type { Choosing } from '../support/chance.ts'

/** Numbers and words as JSON would write them, though no value prints like that: see `printJson`. */
const RAW = ['1e400', '-1e400', '-0', '1E+2', '0.1e-7', '01', 'NaN', '1e-400', '9007199254740993', '']

// biome-ignore format: one row, one kind
const OTHERS: readonly unknown[] = [
  null, true, false, 0, -1, 1, 1.5, -0, 255, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308, -1e308, 5e-324,
  '', ' ', '0', '1', 'x', 'null', 'true', '~', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z',
  '-1', '1e9', '../..', 'refs/heads/main', 'a'.repeat(40), 'a'.repeat(41), 'A'.repeat(40), 'a-b', 'plan', 'all',
  [], {}, [null], [[]], [{}], { a: 1 }, [0], [''], { '': '' },
]

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  '0',
  '-1',
  'then',
]

// biome-ignore format: one row, one kind
const PIECES = [
  '\u0000', '\ud800', '\udc00', '\ufeff', '\u202e', '\u2028', '\u200b', '\u001b[31m', '\r', '\r\n', '\n', '\t', '\\', '"', "'", '`',
  '😀', 'é', 'e\u0301', '﷽', '<!--', '-->', '${x}', '::error::', '##[error]', '***', '…', '|', '@x', '{', '[', '# ', '\n\n', '%00',
]

interface Walk {
  /** Places until the one that is meant. */
  left: number
  readonly chance: Choosing
  /** Parts of it are put elsewhere. */
  readonly donor: unknown
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null
const childrenOf = (value: unknown): readonly unknown[] => (isContainer(value) ? Object.values(value) : [])

/** Places in a value, itself among them. */
export const placesIn = (value: unknown): number =>
  childrenOf(value).reduce<number>((sum, child) => sum + placesIn(child), 1)

/** The value at a place, counted from 0 in the order of the text. */
export function placeOf(value: unknown, place: number): unknown {
  if (place === 0) return value
  let left = place - 1
  for (const child of childrenOf(value)) {
    const size = placesIn(child)
    if (left < size) return placeOf(child, left)
    left -= size
  }
  return undefined
}

/** The same value with one place changed. @param donor whose parts may be put into it. */
export function mutateValue(value: unknown, chance: Choosing, donor: unknown): unknown {
  const [changed] = at(value, { left: chance.upTo(0, placesIn(value) - 1), chance, donor }, true)
  return changed
}

/** What stands in the place of a value: nothing, itself, or several. */
function at(value: unknown, walk: Walk, isWhole = false): readonly unknown[] {
  if (walk.left-- === 0) return changed(value, walk, isWhole)
  if (!isContainer(value) || walk.left < 0) return [value]
  if (Array.isArray(value)) return [value.flatMap((one: unknown) => at(one, walk))]
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const isHere = walk.left === 0
    const many = at(one, walk)
    const named = isHere && walk.chance.is(0.15) ? otherName(Object.keys(value), walk) : key
    return many.map((each, n): [string, unknown] => [n === 0 ? named : `${named}${n + 1}`, each])
  })
  return [Object.fromEntries(entries)]
}

const otherName = (keys: readonly string[], { chance }: Walk): string =>
  chance.one([chance.one(NAMES), chance.one([...keys, 'x']), `${chance.one([...keys, ''])}x`])

function changed(value: unknown, { chance, donor }: Walk, isWhole: boolean): readonly unknown[] {
  const kind = chance.upTo(0, 11)
  if (kind === 0 && !isWhole) return []
  if (kind === 1 && !isWhole) return [value, value]
  if (kind === 2 && !isWhole) return Array.from({ length: chance.one([3, 3, 10, 10, 40, 120]) }, () => value)
  if (kind <= 4) return [chance.one(OTHERS)]
  if (kind === 5) return [placeOf(donor, chance.upTo(0, placesIn(donor) - 1))]
  if (kind === 6) return [`§${chance.one(RAW)}§`]
  return [sameKind(value, chance, donor)]
}

/** Still of its kind, and seldom what it should be. */
function sameKind(value: unknown, chance: Choosing, donor: unknown): unknown {
  if (typeof value === 'string') return otherText(value, chance, donor)
  if (typeof value === 'number')
    return chance.one([value + 1, value - 1, -value, value * 10, value + 0.5, value * 1e6, 1 / (value + 0.1)])
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value
    return chance.is(0.5) ? list.toReversed() : list.slice(chance.upTo(0, list.length))
  }
  if (!isContainer(value)) return chance.one(OTHERS)
  const entries = Object.entries(value)
  const name = chance.one(NAMES)
  return Object.fromEntries(
    chance.is(0.3) ? entries.toReversed() : [...entries, [name, placeOf(donor, chance.upTo(0, 30))]],
  )
}

function otherText(text: string, chance: Choosing, donor: unknown): string {
  const from = chance.upTo(0, text.length)
  const to = Math.min(text.length, from + chance.upTo(0, 8))
  const cut = (piece: string): string => text.slice(0, from) + piece + text.slice(to)
  switch (chance.upTo(0, 6)) {
    case 0:
      return cut('')
    case 1:
      return cut(text.slice(from, to).repeat(chance.one([2, 3, 50])))
    case 2:
      return text.repeat(chance.one([2, 2, 20, 20, 300])).slice(0, 70_000)
    case 3:
      return chance.one(PIECES).repeat(chance.one([1, 1, 1, 1, 1, 400, 2_000]))
    case 4: {
      const other = placeOf(donor, chance.upTo(0, placesIn(donor) - 1))
      return typeof other === 'string' ? other : text.toUpperCase()
    }
    default:
      return cut(chance.one(PIECES))
  }
}

/** JSON, in which `"§…§"` stands for a word that no value prints as. */
export const printJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? 'undefined').replaceAll(/"§([^"§]*)§"/g, '$1')
