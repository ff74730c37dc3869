/** The ways in which a value travels: whoever prints a secret seldom prints it as it is. */

/** A shorter line of a long value would be found in ordinary text. */
const SHORTEST_LINE = 16

/** Lines of base64 as tools wrap it: `base64` after 76 characters, PEM after 64. */
const WRAPS = [76, 64] as const

/**
 * The value, its long lines (keys are quoted line by line) and itself on one line; each as JSON once
 * and twice, in URLs and forms, in HTML, quoted for a shell, in base64 wherever it stands in the
 * encoded text, and in hex.
 */
export function spellings(secret: string): string[] {
  const value = secret.toWellFormed()
  const lines = value.split(/[\r\n]+/).map((line) => line.trim())
  const parts = new Set([value, value.trim(), ...lines.filter(({ length }) => length >= SHORTEST_LINE)])
  const texts = new Set([...parts, value.trim().replace(/\s+/g, ' ')])
  return [...new Set([...[...texts].flatMap(escaped), ...[...parts].flatMap(encoded)])]
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const codePoint = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string[] {
  const json = inJson(text)
  const uri = encodeURIComponent(text)
  // What RFC 3986 reserves, Python and Go encode too.
  const strict = uri.replace(/[!'()*]/g, percent)
  const form = new URLSearchParams({ v: text }).toString().slice(2)
  const urls = [uri, strict, form, encodeURI(text), ...[uri, strict].map((one) => one.replaceAll('%2F', '/'))]
  return [
    text,
    json,
    inJson(json),
    json.replaceAll('/', '\\/'),
    // Go keeps JSON harmless in HTML, Python in ASCII.
    json.replace(/[<>&]/g, codePoint),
    json.replace(/[^\0-\x7f]/g, codePoint),
    ...urls,
    ...urls.map((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    text.replace(/[&<>"']/g, (character) => HTML[character] ?? character),
    text.replaceAll("'", "'\\''"),
    text.replace(/[^\w\-.,:/@%+=\n]/g, '\\$&'),
  ]
}

function encoded(text: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(text))
  const binary = bytes.map((byte) => String.fromCharCode(byte)).join('')
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const whole = btoa(binary)
  // As git and actions/checkout send a token.
  const basic = btoa(`x-access-token:${binary}`)
  const wrapped = WRAPS.flatMap((width) =>
    whole.length > width ? (whole.match(new RegExp(`.{16,${width}}`, 'g')) ?? []) : [],
  )
  const base64 = [whole, basic, ...[0, 1, 2].map((before) => core(binary, before)), ...wrapped]
  return [
    ...base64,
    ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
    ...[whole, basic].map((one) => one.replace(/=+$/, '')),
    encodeURIComponent(whole),
    hex,
    hex.toUpperCase(),
  ]
}

/**
 * The characters of its base64 that are the same whatever stands around it, when so many bytes (of
 * three) stand before it.
 */
function core(binary: string, before: number): string {
  const text = btoa('\0'.repeat(before) + binary)
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + binary.length) * 8) / 6))
}
