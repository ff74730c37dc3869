/**
 * Credentials of well-known kinds, by the rules of secretlint.
 *
 * Its own engine is asynchronous; every line of an agent passes here, so the rules are driven
 * directly, and made once.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { z } from 'zod'
import type { Detect, Found } from '../../core/secrets/secret-shapes.ts'

/**
 * Left out: comments in a text that would switch rules off are no word of ours, and the keys of
 * Google's service accounts are private keys, which have a rule of their own.
 */
const UNUSED = /-(?:filter-comments|gcp)$/
/** Passwords in addresses stand in every other compose file and test. */
const UNCERTAIN = /-(?:basicauth|database-connection-string)$/
/** Keys of Stripe's test mode open nothing. */
const HARMLESS = /^[sr]k_test_/

/** What a rule hands to its message: the secret has a name in capitals. */
const Data = z
  .record(z.string(), z.unknown())
  .transform((data) =>
    Object.entries(data).flatMap(([name, value]) =>
      /^[A-Z]+$/.test(name) && typeof value === 'string' ? [value] : [],
    ),
  )

interface Hit {
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly secret: string
}

let hits: Hit[] = []

const scanners = rules
  .filter(({ meta }) => !UNUSED.test(meta.id))
  .map((rule) =>
    rule.create(
      {
        sharedOptions: {},
        createTranslator: () => (messageId, data) => ({ message: '', messageId: String(messageId), data }),
        report({ message, range: [start, end] }) {
          hits.push({ rule: rule.meta.id, start, end, secret: Data.safeParse(message.data).data?.[0] ?? '' })
        },
        ignore() {},
      },
      {},
    ),
  )

/** No rule in use asks for more than the text. */
const unasked = (): never => {
  throw new Error('a rule of secretlint asks for what is not there')
}

export const detect: Detect = (text) => {
  hits = []
  const source = {
    content: text,
    contentType: 'text',
    hasBOM: false,
    ext: '',
    filePath: undefined,
    physicalFilePath: undefined,
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: unasked,
    rangeToLocation: unasked,
    positionToIndex: unasked,
    indexToPosition: unasked,
  } as const
  for (const scanner of scanners) void scanner.file?.(source)
  return hits.map((hit) => foundIn(text, hit))
}

/** The range of some rules begins at the name before the secret, and ends too early for it. */
function foundIn(text: string, { rule, start, end, secret }: Hit): Found {
  const at = secret === '' ? -1 : text.indexOf(secret, start)
  const range = at < 0 ? { start, end } : { start: at, end: at + secret.length }
  const certain = !UNCERTAIN.test(rule) && !HARMLESS.test(text.slice(range.start, range.end))
  return { ...range, certain }
}
