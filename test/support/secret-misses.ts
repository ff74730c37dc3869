/**
 * What is known not to be recognised, by the names that SECURITY.md gives it. Nothing may rely on these being
 * found; a change that finds one takes its row out, here and there.
 */
import { deflateRawSync } from 'node:zlib'

type Disguise = (secret: string) => string

const bytes = (text: string) => Buffer.from(text)

/** Each makes something else of a secret that the run was given. */
// biome-ignore format: one row, one disguise
export const MISSES: readonly (readonly [name: string, disguise: Disguise])[] = [
  ['reversed',                                 (secret) => secret.split('').toReversed().join('')],
  ['over several lines',                       (secret) => secret.replace(/^(.{9})(.{9})/, '$1\n$2\n')],
  ['with spaces or dashes in it',              (secret) => secret.replaceAll(/.{4}/g, '$& ').trim()],
  ['in other capitals',                        (secret) => (secret === secret.toUpperCase() ? secret.toLowerCase() : secret.toUpperCase())],
  ['in base64 twice',                          (secret) => bytes(bytes(secret).toString('base64')).toString('base64')],
  ['in hex of its base64',                     (secret) => bytes(bytes(secret).toString('base64')).toString('hex')],
  ['as numbers of its characters',             (secret) => [...bytes(secret)].join(' ')],
  ['in UTF-16, encoded',                       (secret) => Buffer.from(secret, 'utf16le').toString('base64')],
  ['compressed',                               (secret) => deflateRawSync(bytes(secret)).toString('base64')],
  ['encrypted',                                (secret) => Buffer.from(bytes(secret).map((byte) => byte ^ 0x5a)).toString('hex')],
  ['in letters moved on by thirteen',          (secret) => secret.replaceAll(/[a-z]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + (/[a-m]/i.test(letter) ? 13 : -13)))],
]

/** Not given to the run, and of no shape; or given, and too short. Their names in SECURITY.md. */
export const NOT_LOOKED_FOR = [
  'of no known shape, and not given to the run',
  'shorter than six characters',
] as const
