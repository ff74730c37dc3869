/** Names of the refs a loop owns. One place, because people and programs rely on them. */

export interface LoopRefs {
  readonly state: string
  readonly work: string
  /** Ends with `/`. */
  readonly salvage: string
  readonly archive: (epoch: number) => string
}

/** Where a loop may keep its state, the usual place first. */
export const REFS_KINDS = ['branches', 'hidden'] as const
export type RefsKind = (typeof REFS_KINDS)[number]

/**
 * `cms/<loop>/state`, `/work`, `/salvage/<task>/<attempt>`, `/archive/<epoch>`. With `hidden`,
 * state and salvage live under `refs/cms/`, where web pages and branch rules do not see them.
 */
export function loopRefs(loop: string, refs: RefsKind = 'branches'): LoopRefs {
  const visible = `refs/heads/cms/${loop}`
  const own = refs === 'hidden' ? `refs/cms/${loop}` : visible
  return {
    state: `${own}/state`,
    work: `${visible}/work`,
    salvage: `${own}/salvage/`,
    archive: (epoch) => `${visible}/archive/${epoch}`,
  }
}

/** `refs/heads/cms/main/work` → `cms/main/work`, as people type it. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/heads\//, '')
