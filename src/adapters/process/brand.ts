/**
 * A mark that a process cannot take off: an odd limit on a resource that nobody uses.
 *
 * The variable of `sweep.ts` is gone once a program clears its environment or writes its title over it. A
 * hard limit is inherited by every child, whatever it does to itself, can be read by anybody, and without
 * rights never be raised again. The one taken counts the time of real-time scheduling, and is set to
 * hundreds of thousands of years. Linux with util-linux; elsewhere there is the variable alone.
 *
 *   2^60 + hash of the owner (36 bits) + hash of the mark (24 bits)
 */
import { createHash } from 'node:crypto'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const OWNER_BITS = 36n
const MARK_BITS = 24n
const FIRST = 1n << (OWNER_BITS + MARK_BITS)

/** What `owner` marked as `mark` is branded with. */
export const brandOf = (owner: string, mark: string): bigint =>
  FIRST + (hash(owner, OWNER_BITS) << MARK_BITS) + hash(mark, MARK_BITS)

/** Whether a brand is one of `brandOf(owner, …)`. */
export const isOfOwner = (brand: bigint, owner: string): boolean =>
  brand >> MARK_BITS === brandOf(owner, '') >> MARK_BITS

const hash = (text: string, bits: bigint): bigint =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`) % (1n << bits)

/** The brand of a process, if it has one and is of our user: what became another's is not ours to end. */
export function brandAt(pid: string): bigint | undefined {
  try {
    const [, hard = ''] =
      /^Max realtime timeout +\S+ +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1')) ?? []
    const brand = BigInt(hard)
    if (brand < FIRST || brand >= FIRST << 1n) return undefined
    return statSync(`/proc/${pid}`).uid === process.getuid?.() ? brand : undefined
  } catch {
    return undefined
  }
}

const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit']
let found: string | undefined | null = null

/** The program that brands; `undefined` where there is none, or where we are branded ourselves. */
function brander(): string | undefined {
  if (found === null) found = isUnlimited() ? PRLIMIT.find(isProgram) : undefined
  return found
}

const isUnlimited = (): boolean => {
  try {
    return /^Max realtime timeout +unlimited +unlimited /m.test(readFileSync('/proc/self/limits', 'latin1'))
  } catch {
    return false
  }
}

interface Start {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The same program, branded where that can be; one that is not there is started as it is, and fails as ever. */
export function branded({ file, args, env }: Start, brand: bigint): Pick<Start, 'file' | 'args'> {
  const by = brander()
  if (by === undefined || !isThere(file, env['PATH'] ?? '')) return { file, args }
  return { file: by, args: [`--rttime=${brand}:${brand}`, '--', file, ...args] }
}

const isThere = (file: string, path: string): boolean =>
  file.includes('/') ? isProgram(file) : path.split(delimiter).some((folder) => isProgram(join(folder, file)))

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
