/** Reads what the main step has left for the post step. */
import * as core from '@actions/core'
import { z } from 'zod'
import { REFS_KINDS } from '../../core/refs.ts'
import { Usage } from '../../core/usage.ts'
import { type About, isFinished, isPersons } from './step-state.ts'

const Told = z.object({
  loop: z.string(),
  refs: z.enum(REFS_KINDS),
  onward: z.enum(['dispatch', 'here', 'stop']),
  notify: z.string().optional(),
  ends: z.number(),
  minutes: z.number(),
})

const Spent = z.object({ iteration: z.int(), usage: Usage })

export interface LeftForPost {
  readonly about: About
  /** The state commit as the main step found it; `undefined` when there was none. */
  readonly found: string | undefined
  /** What its last attempt has used, where that was known. */
  readonly spent: z.infer<typeof Spent> | undefined
  /** It did all it had to do. */
  readonly isFinished: boolean
  /** The runner interrupted it, and that was no time limit. */
  readonly isCancelled: boolean
}

/** `undefined` when the main step did not come so far as to change anything. */
export function leftForPost(): LeftForPost | undefined {
  const about = read('about', Told)
  if (about === undefined) return undefined
  const interrupted = core.getState('interrupted')
  return {
    about,
    found: core.getState('found') || undefined,
    spent: read('spent', Spent),
    isFinished: isFinished(),
    isCancelled: interrupted !== '' && isPersons(Number(interrupted), about),
  }
}

function read<T>(name: string, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.safeParse(JSON.parse(core.getState(name) || 'null')).data
  } catch {
    return undefined
  }
}
