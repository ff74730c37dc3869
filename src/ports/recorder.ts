/** Called with what a program prints, as it comes. */
export type Hear = (chunk: Uint8Array, from: 'stdout' | 'stderr') => void

/** Everything that was printed in one attempt: by setup, by the agent, by what verifies it. */
export interface Recording extends Disposable {
  /** Heads what is heard next. */
  title(text: string): void
  readonly hear: Hear
}

/** Keeps what programs print, whole, for people who look for a cause. Costs no attempt anything but time. */
export interface Recorder {
  /** Never throws: what cannot be kept is not kept. */
  open(attempt: { readonly loop: string; readonly task: string; readonly iteration: number }): Recording
  /** The folder where something was kept; `undefined` when nothing was. */
  folder(): string | undefined
}
