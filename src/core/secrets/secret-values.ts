/**
 * Which values of the environment are secrets. A name says so; but a value that is a word, a number
 * or a path (`TOKEN_TYPE=bearer`) would be cut out of every text, and protects nothing.
 */
import { SHORTEST } from './needles.ts'

/** Names of variables whose values are secrets by the look of it. */
const SECRET_NAME =
  /TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|WEBHOOK|CONNECTION_?STRING|(?:^|_)(?:PASS|PAT|DSN)$/i

/** Values of the variables that are named like secrets, and passwords in addresses under any name. */
export const secretsIn = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables)
    .flatMap(([name, value]) => [...(SECRET_NAME.test(name) ? [value] : []), ...passwordIn(value)])
    .filter((value) => !isPlain(value.trim()))

/** `postgres://app:password@host`: the password, also as whoever uses it decodes it. */
function passwordIn(value: string): string[] {
  const [, password] = /^[a-z][\w+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i.exec(value.trim()) ?? []
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** One word: `main`, `Bearer`, `RSA`, `createdAt`. */
const WORD = /^(?:[A-Za-z]?[a-z]{0,12}(?:[A-Z][a-z]{1,12}){0,2}|[A-Z]{1,12}|\d{1,4})$/
/** In paths and addresses words have versions: `oauth2`, `id_ed25519`. */
const NAME = /^[A-Za-z]{0,20}\d{0,5}$/
/** A number, a date, a time, a version; longer ones may be numbers of accounts. */
const NUMBER = /^[-+]?[\d.,:_/-]{1,15}$/
const PLACE =
  /^(?:(?:~|\.{1,2})\/|\/(?:home|Users|root|tmp|var|opt|etc|usr|run|mnt|srv|data|app|github|__\w|private|workspaces?)\/|[A-Za-z]:\\)[\w.@\\/ -]*$|^[a-z][a-z+]*:\/\/[\w.:-]+(?:\/[\w./-]*)?$/

/** A word and a number, as people make up passwords for tests. */
const MADE_UP = /^[A-Za-z]{1,12}\W?\d{0,4}\W?$/

/** Four words and more are a passphrase. */
const MOST_WORDS = 3

function isPlain(value: string): boolean {
  if (value.length < SHORTEST || NUMBER.test(value)) return true
  const words = value.split(/[\s._/\\:@-]+/).filter((word) => word !== '')
  if (PLACE.test(value)) return words.every((word) => NAME.test(word))
  return words.length <= MOST_WORDS && words.every((word) => WORD.test(word))
}

const SHORTEST_IN_FILE = 8

/**
 * Whether a value that stands in a file can only be the secret. `hunter2` and `postgres1` stand in
 * many files that nobody has copied a secret into.
 */
export function isUnmistakable(value: string): boolean {
  const text = value.trim()
  return text.length >= SHORTEST_IN_FILE && !isPlain(text) && !MADE_UP.test(text)
}
