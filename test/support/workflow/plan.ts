/** A workflow with everything it calls, read and checked before its run begins. */
import type { Rights } from '../github-rights.ts'
import { refuseExcess, rightsIn } from './rights.ts'
import { located, type Repositories, type Source } from './source.ts'
import { at, type JobSpec, StartupFailure, type WorkflowFile, workflowFile } from './workflow-file.ts'

export interface Planned {
  readonly file: WorkflowFile
  readonly jobs: readonly PlannedJob[]
}

export interface PlannedJob {
  readonly spec: JobSpec
  readonly rights: Rights
  /** The workflow that the job is a call of. */
  readonly called: Planned | undefined
}

export interface PlanOptions {
  readonly repositories: Repositories
  /** Where no file says anything. */
  readonly defaultRights: Rights
}

const MOST_LEVELS = 10

/**
 * Plans a workflow. Throws `StartupFailure` where GitHub would not begin the run.
 *
 * @param ceiling what the caller may give; `undefined` for a workflow that nobody calls.
 */
export async function plan(
  source: Source,
  path: string,
  options: PlanOptions,
  ceiling?: Rights,
  level = 1,
): Promise<Planned> {
  if (level > MOST_LEVELS) throw new StartupFailure(`${path}: workflows call each other ${level} deep`)
  const file = await workflowFile(source, path, options.repositories)
  const own = at(file.tree, 'permissions')
  const usual = own === undefined ? (ceiling ?? options.defaultRights) : rightsIn(own)
  const jobs = file.jobs.map(async (spec): Promise<PlannedJob> => {
    const written = at(spec.tree, 'permissions')
    const rights = written === undefined ? usual : rightsIn(written)
    if (ceiling !== undefined) refuseExcess(spec.id, rights, ceiling)
    if (spec.model.type === 'job') return { spec, rights, called: undefined }
    const callee = located(spec.model.ref.value, source, options.repositories)
    return { spec, rights, called: await plan(callee.source, callee.path, options, rights, level + 1) }
  })
  return { file, jobs: await Promise.all(jobs) }
}
