/** The secret of a hostile world, and where it has come through. */
import { randomText } from '../secret-kinds.ts'

/** A value that programs are given by its name, and that must be nowhere afterwards. */
export const SECRET = randomText(24)

/** What of its base64 is the same whatever stands behind it, with so many bytes before it. */
function base64After(bytes: number): string {
  const text = Buffer.concat([Buffer.alloc(bytes), Buffer.from(SECRET)]).toString('base64')
  return text.slice(bytes === 0 ? 0 : bytes + 1, Math.floor(((bytes + SECRET.length) * 8) / 6))
}

const hex = Buffer.from(SECRET).toString('hex')
const spellings = [SECRET, hex, hex.toUpperCase(), ...[0, 1, 2].map(base64After)]

/** The places that have it, in whatever spelling we look for. */
export const placesOfSecret = (places: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    spellings.some((spelling) => text.includes(spelling)) ? [place] : [],
  )
