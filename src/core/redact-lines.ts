import type { Redact } from './redact.ts'

const BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const END = /-----END [A-Z ]*PRIVATE KEY-----/
/** What the inside of a key is made of: base64, and headers of old formats. */
const BODY = /^[A-Za-z0-9+/=\s]*$|^[A-Za-z-]+: \S/

/** Of a text that comes line by line: what lies between the first and the last line of a private key goes as well. */
export function lineRedactor(redact: Redact): Redact {
  let inKey = false
  return (line) => {
    const ends = END.test(line)
    const inside = inKey && (ends || BODY.test(line))
    inKey = !ends && (inside || BEGIN.test(line))
    return inside ? '***' : redact(line)
  }
}
