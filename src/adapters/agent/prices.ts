/**
 * What models cost whose programs report tokens and no dollars: list prices for the first tier of
 * each, as the providers published them. Long prompts and other tiers cost more: what is computed
 * from sums is near the bill, and marked as computed. A model that is not here has no price.
 *
 * Source: the price lists of OpenAI and Google as collected in @pydantic/genai-prices 0.1.8 (2026-09-23).
 */
import type { Tokens } from '../../core/usage.ts'

/** US dollars for a million tokens. */
interface Price {
  readonly input: number
  readonly cache_read: number
  readonly cache_write: number
  readonly output: number
}

// biome-ignore format: one row, one model
const PRICES: ReadonlyMap<string, Price> = new Map<string, Price>([
  ['gpt-6-astra',            { input: 10,   cache_read: 1,     cache_write: 12.5,  output: 50 }],
  ['gpt-6-sol',              { input: 2,    cache_read: 0.2,   cache_write: 2.5,   output: 10 }],
  ['gpt-6-luna',             { input: 0.1,  cache_read: 0.01,  cache_write: 0.125, output: 0.5 }],
  ['gpt-5.6-sol',            { input: 4,    cache_read: 0.4,   cache_write: 5,     output: 20 }],
  ['gpt-5.6-terra',          { input: 2,    cache_read: 0.2,   cache_write: 2.5,   output: 12 }],
  ['gpt-5.6-luna',           { input: 0.2,  cache_read: 0.02,  cache_write: 0.25,  output: 1.2 }],
  ['gpt-5.5',                { input: 5,    cache_read: 0.5,   cache_write: 5,     output: 30 }],
  ['gpt-5.4',                { input: 2.5,  cache_read: 0.25,  cache_write: 2.5,   output: 15 }],
  ['gpt-5.3-codex',          { input: 1.75, cache_read: 0.175, cache_write: 1.75,  output: 14 }],
  ['gpt-5',                  { input: 1.25, cache_read: 0.125, cache_write: 1.25,  output: 10 }],
  ['gemini-3.8-flash',       { input: 0.75, cache_read: 0.075, cache_write: 0.75,  output: 3.75 }],
  ['gemini-3.7-flash',       { input: 0.75, cache_read: 0.075, cache_write: 0.75,  output: 3.75 }],
  ['gemini-3.6-flash',       { input: 0.75, cache_read: 0.075, cache_write: 0.75,  output: 3.75 }],
  ['gemini-3.5-flash',       { input: 1.5,  cache_read: 0.15,  cache_write: 1.5,   output: 9 }],
  ['gemini-3.1-pro-preview', { input: 2,    cache_read: 0.2,   cache_write: 2,     output: 12 }],
  ['gemini-3.1-flash-lite',  { input: 0.25, cache_read: 0.025, cache_write: 0.25,  output: 1.5 }],
  ['gemini-3-pro-preview',   { input: 2,    cache_read: 0.2,   cache_write: 2,     output: 12 }],
  ['gemini-3-flash-preview', { input: 0.5,  cache_read: 0.05,  cache_write: 0.5,   output: 3 }],
  ['gemini-2.5-pro',         { input: 1.25, cache_read: 0.125, cache_write: 1.25,  output: 10 }],
  ['gemini-2.5-flash',       { input: 0.3,  cache_read: 0.03,  cache_write: 0.3,   output: 2.5 }],
  ['gemini-2.5-flash-lite',  { input: 0.1,  cache_read: 0.01,  cache_write: 0.1,   output: 0.4 }],
])

const MILLION = 1_000_000

/** US dollars; `undefined` for a model that is not in the list by exactly this name. */
export function priceOf(model: string | undefined, tokens: Tokens): number | undefined {
  const price = model === undefined ? undefined : PRICES.get(model)
  if (price === undefined) return undefined
  const { input, cache_read, cache_write, output } = tokens
  return (
    (input * price.input +
      cache_read * price.cache_read +
      cache_write * price.cache_write +
      output * price.output) /
    MILLION
  )
}
