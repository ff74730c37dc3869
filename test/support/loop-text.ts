/** Loop files as text, and what the reader makes of them. */
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import type { Mistake } from '../../src/core/mistake.ts'
import type { LoopConfig } from '../../src/core/settings.ts'

export const bytes = (text: string) => new TextEncoder().encode(text)

export function mistakes(text: string, options = {}): readonly Mistake[] {
  const checked = checkBytes(bytes(text), options)
  return checked.is === 'valid' ? [] : checked.mistakes
}

export function valid(text: string, options = {}): LoopConfig {
  const checked = checkBytes(bytes(text), options)
  if (checked.is === 'invalid') throw new Error(JSON.stringify(checked.mistakes))
  return checked.config
}

export const lines = (...text: string[]) => text.join('\n')
export const TASK = '\ntasks: [{ id: a, spec: x }]\n'
export const tasks = (...rows: string[]) =>
  lines('verify: ["true"]', 'tasks:', ...rows.map((row) => `  - { ${row} }`))
