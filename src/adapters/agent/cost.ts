/** Cost and its basis: what a program reports, what we compute from tokens, or unknown; never a made-up 0. */
import { NO_TOKENS, type Tokens, type Usage } from '../../core/usage.ts'
import { priceOf } from './prices.ts'

/** What an attempt cost, without the time that it took. */
export type Cost = Pick<Usage, 'usd' | 'basis' | 'tokens' | 'model'>

export const UNKNOWN_COST: Cost = { usd: null, basis: 'unknown', tokens: NO_TOKENS }
export const NO_COST: Cost = { usd: 0, basis: 'reported', tokens: NO_TOKENS }

/** @param model what was used, as far as it is known; only known models have a price. */
export function computedCost(tokens: Tokens, model: string | undefined): Cost {
  const usd = priceOf(model, tokens)
  const named = model === undefined ? {} : { model }
  return usd === undefined
    ? { usd: null, basis: 'unknown', tokens, ...named }
    : { usd, basis: 'computed', tokens, ...named }
}

export const add = (a: Tokens, b: Tokens): Tokens => ({
  input: a.input + b.input,
  cache_read: a.cache_read + b.cache_read,
  cache_write: a.cache_write + b.cache_write,
  output: a.output + b.output,
})
