/** Whether and how a run's own loop file takes the place of the settings in force. */
import type { Checkpoint } from './checkpoint.ts'
import type { Event } from './event.ts'
import { laneWarnings, roomWarnings } from './quota.ts'
import type { LoopConfig, Settings } from './settings.ts'
import { epoch } from './time.ts'

/** What flags and inputs say: caps only narrow what the loop file allows; the number of lanes is no cap. */
export interface Narrow {
  readonly usd?: number
  readonly iterations?: number
  /** Takes the place of the loop file's: whoever starts lanes knows the machine they run on. */
  readonly parallel?: number
}

const CAPS = ['usd', 'iterations'] as const

function narrowed(settings: Settings, narrow: Narrow): Settings {
  const { budget, parallel } = settings
  const lower = CAPS.filter(
    (cap) => (narrow[cap] ?? Number.POSITIVE_INFINITY) < (budget[cap] ?? Number.POSITIVE_INFINITY),
  )
  return {
    ...settings,
    parallel: narrow.parallel ?? parallel,
    budget: { ...budget, ...Object.fromEntries(lower.map((cap) => [cap, narrow[cap]])) },
    ...(lower.length === 0 ? {} : { narrowed: lower }),
  }
}

/** The loop file as a run sees it: narrowed, and with a digest that tells so. */
export function effective(config: LoopConfig, narrow: Narrow): LoopConfig {
  const caps = Object.entries(narrow).filter(([, value]) => value !== undefined)
  const mark = caps.length === 0 ? '' : `+${caps.map(([key, value]) => `${key}=${value}`).join(',')}`
  const settings = narrowed(config.settings, narrow)
  const warnings = narrow.parallel === undefined ? config.warnings : rewarned(config, settings)
  return { ...config, settings, warnings, digest: `${config.digest}${mark}` }
}

/** What is said of the number of lanes is about the one that is in force. */
const rewarned = ({ warnings, settings: before }: LoopConfig, settings: Settings): string[] => {
  const old = laneWarnings(before)
  return [...warnings.filter((warning) => !old.includes(warning)), ...roomWarnings(settings)]
}

/** `gh:123.1` → 123: runs on Actions are numbered in the order they were made. */
const runNumber = (run: string): number => Number(/^gh:(\d+)/.exec(run)?.[1] ?? Number.NaN)

/**
 * Whether something newer is in force: by the number of the run on Actions, whose checkouts are as
 * old as the run; elsewhere by when the file was first seen to say this.
 */
function isOlder({ asOf }: LoopConfig, run: string, { run: other, at }: Checkpoint['config']): boolean {
  const [own, than] = [runNumber(run), runNumber(other)]
  if (!Number.isNaN(own) && !Number.isNaN(than)) return own < than
  return asOf !== undefined && asOf < epoch(at)
}

/** The event that applies a loop file; none when it is in force already or comes from an older run. */
export function configEvents(
  checkpoint: Checkpoint,
  config: LoopConfig | undefined,
  run: string,
  at: string,
): Event[] {
  if (config === undefined || config.digest === checkpoint.config.digest) return []
  if (isOlder(config, run, checkpoint.config)) return []
  const { digest, goal, settings, tasks } = config
  return [{ type: 'config_applied', at, run, digest, goal, settings, tasks }]
}
