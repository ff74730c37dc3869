/** Artifacts of workflow runs, as the rest of the code sees them: one file each, as it is. */

export interface ArtifactWanted {
  /** The name of the artifact, and of the file. */
  readonly name: string
  /** The run it belongs to, `gh:<run id>.<attempt>`. */
  readonly run: string
  /** An existing folder that it is put into. */
  readonly folder: string
  /** bytes; a larger one is not fetched. */
  readonly most: number
}

export type Fetched =
  /** The file. */
  { readonly is: 'here'; readonly file: string } | { readonly is: 'none' } | { readonly is: 'too_large' }

export interface Artifacts {
  /** Keeps a file as an artifact of this run, by the name of the file. @throws LoopError `artifact-failed` */
  send(file: string): Promise<void>
  /** @throws LoopError `artifact-failed` when nobody can say whether it is there. */
  fetch(wanted: ArtifactWanted): Promise<Fetched>
}
