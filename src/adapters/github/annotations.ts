/**
 * What GitHub shows above the log of a run. At most one error: the cause, beside it the way out,
 * and its place in a file where it has one. Everything else of a failure is in the summary.
 */
import * as core from '@actions/core'
import type { Place } from '../../core/error.ts'
import { plain } from './plain.ts'

/** Longer ones are no sentences any more. Characters. */
const LONGEST = 4_000

export const annotationOf = (place: Place | undefined): core.AnnotationProperties =>
  place === undefined ? {} : { file: place.file, startLine: place.line, startColumn: place.column }

/** The run is red. Whatever else is said to have made it so goes to the log only. */
export function fail(text: string, place?: Place): void {
  const shown = plain(text).slice(0, LONGEST)
  const isFirst = process.exitCode !== core.ExitCode.Failure
  process.exitCode = core.ExitCode.Failure
  if (isFirst) core.error(shown, annotationOf(place))
  else core.info(shown)
}
