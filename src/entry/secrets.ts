/** What this process may never show or store, as far as its surroundings tell. */
import { detect } from '../adapters/secrets/secretlint.ts'
import { redactor, type Secrets, spotter } from '../core/secrets/redact.ts'
import { secretsIn } from '../core/secrets/secret-values.ts'
import type { LoopConfig } from '../core/settings.ts'
import type { Variables } from './surroundings.ts'

/** The address that a loop file wants to be told of its end, where it is known here: whoever has it can post there. */
export const notifyAddress = (config: LoopConfig | undefined, env: Variables): string | undefined =>
  config?.settings.notify === undefined ? undefined : env[config.settings.notify]

/** @param given values that are secrets whatever they look like. */
export function secretsOf(env: Variables, given: readonly (string | undefined)[] = []): Secrets {
  const values = [...secretsIn(env), ...given.filter((value) => value !== undefined)]
  return { redact: redactor(values, detect), spots: spotter(values, detect) }
}
