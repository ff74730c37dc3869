/** The Actions cache, as the rest of the code sees it. */

export interface CacheRequest {
  /** Absolute. The same strings, in the same order, for saving and restoring: they are part of the entry's version. */
  readonly paths: readonly string[]
  readonly key: string
}

/** A spare for what can be had again. Trouble with it is an answer, never an error. */
export interface ActionsCache {
  /** @returns the key of the entry that was unpacked; `undefined`: none, or it could not be had. */
  restore(request: CacheRequest & { readonly prefixes?: readonly string[] }): Promise<string | undefined>
  /** @returns whether the entry is there now. Keys are immutable: one that exists is not written again. */
  save(request: CacheRequest): Promise<boolean>
}
