/** Whether and how a run's own loop file takes the place of the settings in force. */
import type { Checkpoint } from './checkpoint.ts'
import type { Event } from './event.ts'
import type { LoopConfig, Settings } from './settings.ts'

/** Caps from flags and inputs: they only narrow what the loop file allows. */
export interface Narrow {
  readonly usd?: number
  readonly iterations?: number
  readonly parallel?: number
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

function narrowed(settings: Settings, narrow: Narrow): Settings {
  const usd = least(settings.budget.usd, narrow.usd)
  const iterations = least(settings.budget.iterations, narrow.iterations)
  return {
    ...settings,
    parallel: least(settings.parallel, narrow.parallel) ?? 1,
    budget: {
      ...settings.budget,
      ...(usd === undefined ? {} : { usd }),
      ...(iterations === undefined ? {} : { iterations }),
    },
  }
}

/** The loop file as a run sees it: narrowed, and with a digest that tells so. */
export function effective(config: LoopConfig, narrow: Narrow): LoopConfig {
  const caps = Object.entries(narrow).filter(([, value]) => value !== undefined)
  const mark = caps.length === 0 ? '' : `+${caps.map(([key, value]) => `${key}=${value}`).join(',')}`
  return { ...config, settings: narrowed(config.settings, narrow), digest: `${config.digest}${mark}` }
}

/** `gh:123.1` → 123: runs on Actions are numbered in the order they were made. */
const runNumber = (run: string): number => Number(/^gh:(\d+)/.exec(run)?.[1] ?? Number.NaN)

/** Only runs on Actions can be told apart by age: a loop started from a terminal goes on there. */
const isOlder = (run: string, than: string): boolean => runNumber(run) < runNumber(than)

/** The event that applies a loop file; none when it is in force already or comes from an older run. */
export function configEvents(
  checkpoint: Checkpoint,
  config: LoopConfig | undefined,
  run: string,
  at: string,
): Event[] {
  if (config === undefined || config.digest === checkpoint.config.digest) return []
  if (isOlder(run, checkpoint.config.run)) return []
  const { digest, goal, settings, tasks } = config
  return [{ type: 'config_applied', at, run, digest, goal, settings, tasks }]
}
