/** What `cms doctor` says: one finding for each thing that it looked at. */

/** Everything that is looked at; docs/doctor.md has a section for each. */
export const FINDING_IDS = [
  'git',
  'node',
  'agent-program',
  'loop-file',
  'commits',
  'remote',
  'token',
  'repository',
  'repository-moved',
  'archived',
  'fork',
  'actions-enabled',
  'workflow-file',
  'workflow-default-branch',
  'workflow-enabled',
  'action-step',
  'dispatch-inputs',
  'run-name',
  'concurrency',
  'other-jobs',
  'hand-off',
  'time-limits',
  'checkout',
  'permissions',
  'agent-key',
  'secrets',
  'pull-requests',
  'pull-request-checks',
  'push',
  'branch-in-the-way',
  'branch-rules',
  'schedule',
  'schedule-cost',
  'schedule-sleep',
  'workflow-files',
  'low-trust-events',
  'base',
] as const

export type FindingId = (typeof FINDING_IDS)[number]

/** The worst first. `unknown` is an answer: nobody could say. */
export const LEVELS = ['error', 'warning', 'unknown', 'note', 'ok'] as const

export type Level = (typeof LEVELS)[number]

export interface Finding {
  readonly id: FindingId
  readonly level: Level
  /** What is so. */
  readonly what: string
  /** Why it matters; empty where all is well. */
  readonly why: string
  /** The command to type or the page to open; empty where all is well. */
  readonly fix: string
}

/** All is well. */
export const fine = (id: FindingId, what: string): Finding => ({ id, level: 'ok', what, why: '', fix: '' })

/** How many there are of each level. */
export const countsOf = (findings: readonly Finding[]): Readonly<Record<Level, number>> => {
  const count = (level: Level) => findings.filter((one) => one.level === level).length
  return {
    error: count('error'),
    warning: count('warning'),
    unknown: count('unknown'),
    note: count('note'),
    ok: count('ok'),
  }
}

/** The worst first; within a level as they were found. */
export const sorted = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
