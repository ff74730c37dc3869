/** All that is fuzzed. */
import type { Target } from './target.ts'
import { bundleTarget } from './targets/bundle.ts'
import { checkpointTarget } from './targets/checkpoint.ts'
import { exchangeTarget } from './targets/exchange.ts'
import { loopFileTarget } from './targets/loop-file.ts'
import { outboxTarget } from './targets/outbox.ts'
import { streamTarget } from './targets/stream.ts'
import { textsTarget } from './targets/texts.ts'
import { toolsTarget } from './targets/tools.ts'
import { handoverTarget, needsTarget } from './targets/walled.ts'

export const TARGETS: readonly Target[] = [
  checkpointTarget(),
  loopFileTarget(),
  outboxTarget(),
  exchangeTarget(),
  streamTarget(),
  bundleTarget,
  handoverTarget(),
  needsTarget(),
  textsTarget,
  toolsTarget,
]

/** @throws Error when there is none. */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((target) => target.name === name)
  if (found === undefined)
    throw new Error(`there is no target "${name}"; there are ${TARGETS.map((one) => one.name).join(', ')}`)
  return found
}
