/** What the main step leaves for the post step, in the runner's own file for that. */
import * as core from '@actions/core'
import type { RefsKind } from '../../core/refs.ts'
import { MINUTE } from '../../core/time.ts'
import type { Usage } from '../../core/usage.ts'

/** What the main step is about. The post step reads no file that an agent could have written since. */
export interface About {
  readonly loop: string
  readonly refs: RefsKind
  readonly onward: 'dispatch' | 'here' | 'stop'
  /** The variable with the address that is told of the end. */
  readonly notify?: string | undefined
  /** When the job ends, epoch ms. */
  readonly ends: number
  /** How long the job may take. */
  readonly minutes: number
}

/** Attempts are planned so that they end so long before the job: what interrupts us later is its limit, ms. */
const MARGIN = 10 * MINUTE

/**
 * Whether an interruption at a moment (epoch ms) was a person's: well before the job had to end. Ours
 * is rarely the first step, so the job began earlier than we know.
 */
export const isPersons = (
  at: number,
  {
    ends = Number.POSITIVE_INFINITY,
    minutes,
  }: { readonly ends?: number | undefined; readonly minutes: number },
): boolean => at < ends - Math.min(MARGIN, (minutes * MINUTE) / 6)

export const leave = {
  /** Before anything of the loop is changed. */
  about(about: About): void {
    core.saveState('about', JSON.stringify(about))
  },
  /** @param tag the state commit. */
  found(tag: string | undefined): void {
    core.saveState('found', tag ?? '')
  },
  spent(iteration: number, usage: Usage): void {
    core.saveState('spent', JSON.stringify({ iteration, usage }))
  },
  /** At once, because there may be no time later. */
  interrupted(at: number): void {
    core.saveState('interrupted', String(at))
  },
  finished(): void {
    core.saveState('finished', 'true')
  },
}

/** Whether the main step came so far as to leave anything, and whether it did all it had to do. */
export const cameFar = (): boolean => core.getState('about') !== ''
export const isFinished = (): boolean => core.getState('finished') === 'true'
