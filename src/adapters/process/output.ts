/** Keeping a little of a lot of output: both classes hold constant memory whatever comes in. */

/** Longer lines are cut: an event that large tells nothing we need. */
const LONGEST_LINE = 4 * 1024 * 1024
const NEWLINE = 0x0a

/** Cuts a byte stream into lines. The bytes a line has beyond the limit are dropped. */
export class Lines {
  readonly #each: (line: string) => void
  readonly #longest: number
  #parts: Buffer[] = []
  #size = 0

  constructor(each: (line: string) => void, longest = LONGEST_LINE) {
    this.#each = each
    this.#longest = longest
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at))
      this.#emit()
      from = at + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
  }

  /** The last line need not end in a newline. */
  end(): void {
    if (this.#size > 0) this.#emit()
  }

  #keep(bytes: Buffer): void {
    const room = this.#longest - this.#size
    if (room <= 0 || bytes.length === 0) return
    const part = bytes.subarray(0, room)
    this.#parts.push(part)
    this.#size += part.length
  }

  #emit(): void {
    // Nearly every line is in one piece: millions of them must not cost a copy each.
    const [only] = this.#parts
    const whole = only?.length === this.#size ? only : Buffer.concat(this.#parts, this.#size)
    const line = whole.toString('utf8')
    this.#parts = []
    this.#size = 0
    this.#each(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
}

/** The last `limit` bytes of what was pushed. */
export class Tail {
  readonly #limit: number
  #parts: Buffer[] = []
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  push(chunk: Buffer): void {
    // A copy: a slice would keep the whole chunk of the pipe alive.
    this.#parts.push(Buffer.from(chunk.subarray(-this.#limit)))
    this.#size += Math.min(chunk.length, this.#limit)
    if (this.#size > 2 * this.#limit || this.#parts.length > 256) this.#join()
  }

  text(): string {
    this.#join()
    const [bytes] = this.#parts
    return bytes === undefined ? '' : withoutHalfCharacter(bytes).toString('utf8')
  }

  #join(): void {
    const joined = Buffer.concat(this.#parts).subarray(-this.#limit)
    this.#parts = [joined]
    this.#size = joined.length
  }
}

/** Cutting by bytes may leave the end of a UTF-8 character at the front. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  let from = 0
  while (from < 3 && from < bytes.length && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1
  return bytes.subarray(from)
}
