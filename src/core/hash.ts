/** FNV-1a, 64 bits, as 16 hex digits: tells texts apart. No defence against a forger. */
export function hash64(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

/**
 * A number in [0, 1) that a text decides, evenly: its hash, mixed once more (the last step of MurmurHash3), for its own
 * digits hardly differ where texts differ in their last characters alone.
 */
export function chanceFrom(text: string): number {
  let mixed = BigInt(`0x${hash64(text)}`)
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 33n)) * 0xff51afd7ed558ccdn)
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 33n)) * 0xc4ceb9fe1a85ec53n)
  return Number((mixed ^ (mixed >> 33n)) >> 11n) / 2 ** 53
}
