/** What this process may never show or store, as far as its surroundings tell. */
import { detect } from '../adapters/secrets/secretlint.ts'
import { redactor, type Secrets, spotter } from '../core/redact.ts'
import { secretsIn } from '../core/secret-values.ts'
import type { Variables } from './surroundings.ts'

/** @param given values that are secrets whatever they look like. */
export function secretsOf(env: Variables, given: readonly (string | undefined)[] = []): Secrets {
  const values = [...secretsIn(env), ...given.filter((value) => value !== undefined)]
  return { redact: redactor(values, detect), spots: spotter(values, detect) }
}
