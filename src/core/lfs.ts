/** Pointers of Git LFS: a few lines in the place of a large file, whose content is kept elsewhere. */
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[a-z0-9.-]+ .*\n)*oid sha256:[0-9a-f]{64}\n/

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer is shorter. Bytes. */
const POINTER_BYTES = 1_024

export const isPointer = (text: string): boolean => text.length < POINTER_BYTES && POINTER.test(text)

/**
 * Pointers that were written: the harness moves commits, not what large files hold, and whoever checks
 * out such a commit gets an error. One that was there before, under whatever name, is no matter.
 *
 * @param before what the base held in the places of all that was changed, by path.
 */
export function strayPointers(
  after: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): readonly string[] {
  const known = new Set(before.values())
  return [...after].flatMap(([path, text]) => (isPointer(text) && !known.has(text) ? [path] : []))
}
