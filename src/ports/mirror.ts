/** A state commit that a spare is kept of. */
export interface Mirrored {
  readonly loop: string
  readonly seq: number
  /** The state commit. */
  readonly tag: string
}

/** What was found of a loop outside git. */
export interface Spare {
  /** The state commit it was made of. */
  readonly tag: string
  /** `checkpoint.json` of that commit: valid, and of the loop that was asked for. */
  readonly text: string
}

/**
 * Where a spare of the newest checkpoint is kept outside git. Git is the truth: this is asked only when
 * git has nothing. Methods never throw; trouble is the answer of one who has nothing.
 */
export interface Mirror {
  /** @returns whether a spare was written now. */
  save(state: Mirrored): Promise<boolean>
  /**
   * Some spare of a loop. Not always the newest: entries are seen minutes after they are written, and
   * some never. Whoever could write where it is kept could have written it.
   */
  find(loop: string): Promise<Spare | undefined>
}
