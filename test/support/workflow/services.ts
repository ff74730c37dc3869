/** What jobs of all runs share, and what a test may watch and change in them. */
import type { ArtifactServer } from '../artifact-server.ts'
import type { FakeRun } from '../github-rest.ts'
import type { Rights } from '../github-rights.ts'
import type { GithubServer } from '../github-server.ts'
import type { Repositories } from './source.ts'
import type { Annotation } from './step-log.ts'
import type { Grace } from './step-process.ts'

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped'

/** A step that begins or has ended. */
export interface StepAt {
  readonly run: FakeRun
  readonly attempt: number
  /** As the API shows it: `caller / called`. */
  readonly job: string
  /** As the API shows it: `Run actions/checkout@v7`. */
  readonly step: string
  readonly id: string
  readonly phase: 'pre' | 'main' | 'post'
  readonly workspace: string
}

/** What became of a step. */
export interface StepReport extends Omit<StepAt, 'run'> {
  /** Before `continue-on-error`. */
  readonly outcome: Result
  readonly conclusion: Result
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly log: string
  readonly annotations: readonly Annotation[]
  /** The exit code of its process; `undefined`: a signal ended it, or it had none. */
  readonly code: number | undefined
  readonly ms: number
}

/** What became of a job, or is becoming of it. */
export interface JobReport {
  readonly name: string
  readonly attempt: number
  /** `undefined` while it runs. */
  readonly result: Result | undefined
  readonly outputs: Readonly<Record<string, string>>
  readonly steps: readonly StepReport[]
  /** All that its steps printed, and the runner's own words. */
  readonly log: string
  /** All summaries of its steps. */
  readonly summary: string
  readonly annotations: readonly Annotation[]
  readonly workspace: string
  readonly token: string
  readonly rights: Rights
}

/** A program that runs in place of a step's own, with its folder and environment. */
export interface Replacement {
  readonly argv: readonly [string, ...string[]]
  /** Added to the environment of the step. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Hooks {
  /** Called before a step begins; the step waits for it. */
  begin: (at: StepAt) => Promise<Replacement | undefined>
  end: (report: StepReport) => void
}

/** An action that is not run: the test says what comes out of it. */
export type Stub = (inputs: Readonly<Record<string, string>>) => Readonly<Record<string, string>>

export interface Services {
  readonly server: GithubServer
  readonly artifacts: ArtifactServer | undefined
  /** Actions and workflows of others. */
  readonly repositories: Repositories
  /** By `owner/name`. */
  readonly stubs: Readonly<Record<string, Stub>>
  readonly secrets: Readonly<Record<string, string>>
  readonly vars: Readonly<Record<string, string>>
  /** Added to the environment of JavaScript actions, as if by the runner. */
  readonly env: Readonly<Record<string, string>>
  /** Rights of a token where no file says anything. */
  readonly defaultRights: Rights
  /** How long a minute of `timeout-minutes` lasts, ms. */
  readonly minute: number
  readonly grace: Grace
  readonly hooks: Hooks
  /** For job folders and trees. */
  readonly folder: string
  /** In front of the PATH of every step. */
  readonly bin: string
  /** The time, as the API shows it: it passes as fast as `minute` says. */
  readonly now: () => string
}
