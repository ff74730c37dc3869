/** Kinds of secrets whose shape alone gives them away, as far as the library does not know them. */
import type { Range } from './needles.ts'

export interface Found extends Range {
  /** Nothing that belongs into a file looks like this; else it may be harmless, and is only not shown. */
  readonly certain: boolean
}

/** Where a text holds what looks like a secret. */
export type Detect = (text: string) => readonly Found[]

type Shape = readonly [pattern: RegExp, certain: boolean]

/** A group, where there is one, is the secret; what stands around it stays. */
const SHAPES: readonly Shape[] = [
  // GitHub. Installation tokens are `ghs_<app>_<JWT>`: some 520 characters, with dots and dashes.
  [/gh[opsur]_[A-Za-z0-9._-]{30,}/g, true],
  [/github_pat_[A-Za-z0-9_]{22,}/g, true],
  // Anthropic: `sk-ant-api03-`, `sk-ant-oat01-` (OAuth), and what comes next.
  [/sk-ant-[a-z]{3,8}\d{2}-[A-Za-z0-9_-]{20,}/g, true],
  // OpenAI and those who took over its shape.
  [/\bsk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{32,}/g, true],
  [/\bsk-[A-Za-z0-9]{32,}/g, true],
  [/\bsk-[A-Za-z0-9_-]{32,}/g, false],
  // Google: API keys, OAuth tokens, client secrets.
  [/AIza[0-9A-Za-z_-]{35}/g, true],
  [/\bya29\.[0-9A-Za-z_-]{20,}/g, true],
  [/GOCSPX-[0-9A-Za-z_-]{28}/g, true],
  [/\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g, true],
  // Azure: storage accounts, client secrets.
  [/AccountKey=([A-Za-z0-9+/]{86}==)/g, true],
  [/(?<![A-Za-z0-9_~-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}/g, true],
  [/\bpypi-AgE[A-Za-z0-9_-]{50,}/g, true],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, true],
  [/_authToken=([A-Za-z0-9_+/=.-]{8,})/g, false],
  // A key of which only the beginning, or an encrypted or unknown body is there.
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\.:,-]*/g, false],
  // JSON web tokens: half of all tests have one.
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g, false],
  [/authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token)\s{1,4}([A-Za-z0-9+/=._~-]{8,})/gi, false],
  [/x-api-key["']?\s{0,4}[:=]\s{0,4}["']?([A-Za-z0-9+/=._~-]{16,})/gi, false],
  [/:\/\/[^\s/:@"'<>`]{0,100}:((?![${%<*])[^\s/@"'<>`]{3,200})@/g, false],
]

export const shapesIn: Detect = (text) => [...shaped(text), ...endsOfKeys(text)]

const shaped: Detect = (text) =>
  SHAPES.flatMap(([pattern, certain]) =>
    Array.from(text.matchAll(pattern), ({ 0: whole, 1: secret = whole, index }) => {
      const start = index + whole.lastIndexOf(secret)
      return { start, end: start + secret.length, certain }
    }),
  )

/** The largest key that people use, and its line ends. */
const LONGEST_KEY = 16_384

/** The end of a private key whose beginning was cut off. */
const endsOfKeys: Detect = (text) =>
  Array.from(text.matchAll(/-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----/g), ({ 0: last, index }) => {
    let start = index
    while (start > 0 && index - start < LONGEST_KEY && /[A-Za-z0-9+/=\s\\]/.test(text.charAt(start - 1)))
      start -= 1
    return { start, end: index + last.length, certain: false }
  })
