/** A tool call that is refused: nothing was written. Its message says why, and what to do instead. */
export class Refused extends Error {
  override readonly name = 'Refused'
}
