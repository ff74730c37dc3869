/** What came of a note. Its address is a secret, and no part of any answer. */
export type Notified =
  | { readonly is: 'sent' }
  /** The variable is empty or not there. */
  | { readonly is: 'unset' }
  | { readonly is: 'failed'; readonly because: string }

/** Tells people of an end state, by a webhook of theirs. */
export interface Notifier {
  /** @param variable the name of the variable that holds the address. Never throws. */
  send(variable: string, note: Readonly<Record<string, unknown>>): Promise<Notified>
}
