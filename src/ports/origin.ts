/** The repository the loop works on: where its work starts from. */
export interface Origin {
  /**
   * The branch and commit the work starts from.
   *
   * @param base a branch name; `undefined`: the branch that is checked out (or the detached HEAD).
   * @throws LoopError `unknown-base`, also for a checked out branch of a loop; `no-commits`.
   */
  base(base: string | undefined): Promise<{ readonly ref: string; readonly commit: string }>
  /** The working tree of a person in which a branch is checked out; `undefined`: none. */
  checkedOut(branch: string): Promise<string | undefined>
  /** Whether the user's own tree has files that are not committed: they are left alone, and that is said. */
  dirty(): Promise<boolean>
}
