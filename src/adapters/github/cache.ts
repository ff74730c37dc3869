/** The Actions cache, as the rest of the code sees it. */

export interface CacheRequest {
  /**
   * Absolute. Their names below the folder they have in common are part of the entry's version: the
   * same ones, in the same order, for saving and restoring.
   */
  readonly paths: readonly string[]
  readonly key: string
}

/** A spare for what can be had again. Trouble with it is an answer, never an error. */
export interface ActionsCache {
  /**
   * @returns the key of the entry that was unpacked; `undefined`: none, or it could not be had. Then
   * some of it may be there.
   */
  restore(request: CacheRequest & { readonly prefixes?: readonly string[] }): Promise<string | undefined>
  /** @returns whether it was written. Keys are immutable: one that exists is not written again. */
  save(request: CacheRequest): Promise<boolean>
}

/** Whether this runner has a cache service at all, told from its environment. */
export const hasCacheService = (env: Readonly<Record<string, string | undefined>>): boolean =>
  Boolean((env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL']) && env['ACTIONS_RUNTIME_TOKEN'])
