/** A program that speaks another language than the one we know is named, and never guessed at. */
import type { AgentExit, Machine } from '../../ports/agent.ts'
import type { Ending } from './ended.ts'
import type { JsonEvents } from './json-events.ts'

/** A program as its adapter knows it. */
export interface Known {
  /** For people: `Claude Code`. */
  readonly title: string
  /** The version that the adapter was tested with. */
  readonly tested: string
}

/** It ended by itself, having printed something of which nothing is known here. */
export function changedEvents(
  events: Pick<JsonEvents<unknown>, 'language'>,
  exit: AgentExit,
  sentence: (missing: string) => string,
): Ending | undefined {
  if (exit.ended !== 'by_itself') return undefined
  const because = sentence('printed no event that is known here')
  if (events.language === 'foreign') return { end: 'misconfigured', because }
  // Other text may be anybody's: it goes on to the next attempt, but is told all the same.
  return events.language === 'noise' && exit.code === 0 ? { end: 'no_result', because } : undefined
}

/** @returns what to say of a program that did something unknown; `what` goes on after its name. */
export const saysOf =
  ({ title, tested }: Known, machine: Machine | undefined) =>
  (what: string): string =>
    `${title}${machine?.version === undefined ? '' : ` (${firstWords(machine.version)})`} ${what}; this version of cms was tested with ${title} ${tested}`

const firstWords = (version: string): string => version.split('\n', 1).join('').slice(0, 60)
