/** The repository the loop works on: where its work starts from. */
export interface Origin {
  /**
   * The branch and commit the work starts from.
   *
   * @param base a branch name; `undefined`: the branch that is checked out (or the detached HEAD).
   * @throws LoopError `unknown-base`, `no-commits`.
   */
  base(base: string | undefined): Promise<{ readonly ref: string; readonly commit: string }>
  /** Changes in the user's own tree: they are left alone, and that is said. */
  dirty(): Promise<boolean>
}
