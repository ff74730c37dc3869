/**
 * Takes secrets out of text: first the exact values this run was given, in the encodings they
 * travel in, then whatever looks like a credential of a well-known kind.
 */

export type Redact = (text: string) => string

const MASK = '***'
/** Shorter values would cut ordinary words out of every text. */
const SHORTEST = 6

/** Kinds whose shape alone gives them away. Installation tokens are long and have dots. */
const SHAPES: readonly RegExp[] = [
  /gh[opsur]_[A-Za-z0-9._-]{30,}/g,
  /github_pat_[A-Za-z0-9_]{22,}/g,
  /sk-ant-[a-z]{3}\d{2}-[A-Za-z0-9_-]{20,}/g,
  /\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}/g,
  /AIza[0-9A-Za-z_-]{35}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(authorization:\s*(?:basic|bearer|token)\s+)[A-Za-z0-9+/=._-]{8,}/gi,
]

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

function spellings(secret: string): string[] {
  const encoded = base64(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encoded,
    encoded.replace(/=+$/, ''),
    encoded.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    base64(`x-access-token:${secret}`),
  ]
}

/** A shorter line of a long value would cut ordinary text. */
const SHORTEST_LINE = 16

/** A value, without the space around it, and its long lines: keys are often quoted line by line. */
const parts = (secret: string): string[] => {
  const lines = secret.split('\n').map((line) => line.trim())
  return [secret, secret.trim(), ...lines.filter((line) => line.length >= SHORTEST_LINE)]
}

/** Makes the redactor of a run. Values shorter than six characters are not looked for. */
export function redactor(secrets: readonly string[]): Redact {
  const values = secrets.flatMap(parts).filter((s) => s.length >= SHORTEST)
  const exact = [...new Set(values.flatMap(spellings))].toSorted((a, b) => b.length - a.length)
  return (text) => {
    const without = exact.reduce((now, secret) => now.replaceAll(secret, MASK), text)
    return SHAPES.reduce((now, shape) => now.replace(shape, replaceMatch), without)
  }
}

const replaceMatch = (_match: string, prefix: unknown): string =>
  (typeof prefix === 'string' ? prefix : '') + MASK

/** Values of the variables that are named like secrets. */
export const secretsIn = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && !name.startsWith('CMS_') ? [value] : [],
  )

/** Names of variables whose values are secrets by the look of it. */
export const SECRET_NAME = /(TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE)/i
