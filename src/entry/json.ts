import { type Redact, redactJson } from '../core/secrets/redact.ts'

/** The one JSON document of a command with `--json`, without secrets. */
export const printJson = (value: unknown, redact: Redact): void => {
  process.stdout.write(`${JSON.stringify(redactJson(value, redact), null, 2)}\n`)
}
