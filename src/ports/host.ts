/** The machine this run is on: who we are, and what a dead run left here. */
export interface Host {
  /** Our own identity; the same for the life of the process (or of the job's attempt). */
  readonly self: string
  /** Whether a run is alive, as far as this machine can tell. */
  liveness(run: string): Promise<'alive' | 'dead' | 'elsewhere'>
  /** Ends every process that a dead run of this loop left on this machine. @returns how many. */
  clear(loop: string, run: string): Promise<number>
}
