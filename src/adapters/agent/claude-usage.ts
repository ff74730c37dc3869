/** What Claude Code used, from the totals it reports; never from single messages, which are not final. */
import type { Tokens } from '../../core/usage.ts'
import type { CostState, ModelUsages, Result } from './claude-events.ts'
import type { Cost } from './cost.ts'

/** `modelUsage` counts every request: subagents, compaction and cut ones too. */
export function costOf(totals: Result | CostState): Cost {
  const models = Object.entries(totals.modelUsage)
  const [dearest] = models.toSorted(([, a], [, b]) => b.costUSD - a.costUSD)
  const usd = models.length > 0 ? sum(models.map(([, usage]) => usage.costUSD)) : totalOf(totals)
  return {
    ...(usd === undefined || inventedPrice(totals)
      ? { usd: null, basis: 'unknown' }
      : { usd, basis: 'reported' }),
    tokens: tokensOf(totals.modelUsage),
    ...(dearest === undefined ? {} : { model: dearest[0] }),
  }
}

const totalOf = (totals: Result | CostState): number | undefined =>
  (totals.type === 'result' ? totals.total_cost_usd : totals.totalCostUSD) ?? undefined

/** For a model it has no price for, the program takes that of another one. */
const inventedPrice = (totals: Result | CostState): boolean =>
  (totals.type === 'cost-state' && totals.hasUnknownModelCost) ||
  Object.values(totals.modelUsage).some(({ costBasis }) => costBasis === 'unknown')

function tokensOf(models: ModelUsages): Tokens {
  const usages = Object.values(models)
  return {
    input: sum(usages.map((usage) => usage.inputTokens)),
    cache_read: sum(usages.map((usage) => usage.cacheReadInputTokens)),
    cache_write: sum(usages.map((usage) => usage.cacheCreationInputTokens)),
    output: sum(usages.map((usage) => usage.outputTokens)),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
