/** A job that is about to run, with everything around it that its expressions may see. */
import type { FakeRun } from '../github-rest.ts'
import type { Rights } from '../github-rights.ts'
import type { JobView } from './job-view.ts'
import type { JobSpec, WorkflowFile } from './workflow-file.ts'

export interface JobFrame {
  readonly run: FakeRun
  readonly attempt: number
  /** The file that the job is in: the called one, where it is called. */
  readonly file: WorkflowFile
  readonly spec: JobSpec
  readonly view: JobView
  readonly rights: Rights
  /** Always the caller's. */
  readonly github: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, unknown>>
  readonly needs: Readonly<Record<string, unknown>>
  /** Of the file; given the token of the job, which every file may pass on. */
  readonly secrets: (token: string) => Readonly<Record<string, string>>
  /** Whether the job goes on although its run was cancelled: its `if` still holds. */
  readonly survivesCancel: () => boolean
}
