/** What is known before anything is judged. */
import type { LoopConfig } from '../settings.ts'

/** What came of one question. */
export type Answer<T> =
  | { readonly is: 'known'; readonly value: T }
  /** It was asked, and nobody could say. */
  | { readonly is: 'unknown'; readonly because: string }
  /** Nobody was asked: there is no token, or nothing to ask about. */
  | { readonly is: 'unasked' }

export const UNASKED = { is: 'unasked' } as const

/** One repository on a GitHub. */
export interface GithubRepository {
  readonly owner: string
  readonly repo: string
  /** `https://github.com` */
  readonly serverUrl: string
}

/** What GitHub says of the repository itself. */
export interface RepositoryFacts {
  /** `owner/repo`, as it is called now. */
  readonly fullName: string
  readonly defaultBranch: string
  readonly isPrivate: boolean
  readonly isFork: boolean
  readonly isArchived: boolean
}

export type RepositoryAnswer =
  | Answer<RepositoryFacts>
  /** GitHub does not take the token. */
  | { readonly is: 'rejected'; readonly because: string }
  /** There is no such repository, or the token may not see it. */
  | { readonly is: 'unseen' }

/** GitHub's own word for the state of a workflow; `absent`: it knows none of this name. */
export type WorkflowState =
  | 'active'
  | 'disabled_manually'
  | 'disabled_inactivity'
  | 'disabled_fork'
  | 'deleted'
  | 'absent'

/** What a token may do where a workflow says nothing. */
export interface TokenDefaults {
  readonly mayWrite: boolean
  readonly mayOpenPulls: boolean
}

/** Types of the rules that hold for a branch, whether it exists or not. */
export interface BranchRules {
  readonly branch: string
  readonly types: readonly string[]
}

/** What GitHub was asked about the repository. */
export interface GithubFacts {
  readonly repository: RepositoryAnswer
  readonly workflow: Answer<WorkflowState>
  readonly actionsEnabled: Answer<boolean>
  readonly tokenDefaults: Answer<TokenDefaults>
  /** Names of the secrets a run of this repository can have. */
  readonly secrets: Answer<ReadonlySet<string>>
  readonly rules: Answer<readonly BranchRules[]>
}

/** What the remote says of itself over git. */
export interface RemoteBranches {
  readonly defaultBranch: string | undefined
  /** The commit of the default branch. */
  readonly head: string | undefined
  /** Of the branches that were asked for, those that are there. */
  readonly names: readonly string[]
}

/** What became of a push that changes nothing. */
export type DryPush = { readonly is: 'taken' } | { readonly is: 'refused'; readonly because: string }

export interface GitFacts {
  /** `2.43.0`; `undefined`: not said. */
  readonly version: string | undefined
  readonly hasCommits: boolean
  readonly branches: Answer<RemoteBranches>
  readonly push: Answer<DryPush>
  /** The text of the workflow on the default branch; `undefined`: it is not there. */
  readonly workflowThere: Answer<string | undefined>
}

/** The loop file, as far as it can be read. */
export type LoopFileFacts =
  | { readonly is: 'valid'; readonly config: LoopConfig }
  | { readonly is: 'missing'; readonly path: string }
  | { readonly is: 'invalid'; readonly path: string; readonly because: string }

/** The program of one agent. */
export interface ProgramFacts {
  readonly agent: string
  readonly file: string
  /** What it says of its version; `undefined`: it is not there. */
  readonly version: string | undefined
  /** The version that was tested, and the package it is in. */
  readonly tested?: { readonly version: string; readonly package: string } | undefined
}

/** One file of `.github/workflows`. */
export interface WorkflowFile {
  /** Its name in that folder. */
  readonly file: string
  readonly text: string
  /** Its parsed text, or why there is none. */
  readonly parsed: { readonly value: unknown } | { readonly because: string }
}

/** What a run on Actions knows of itself. */
export interface RunFacts {
  /** The id of its job in the workflow. */
  readonly job: string
  /** `refs/heads/main` */
  readonly ref: string
  readonly defaultBranch: string | undefined
  /** Whether `github-token` has been given a token of its own. */
  readonly hasOwnToken: boolean
  /** Whether Claude Code will find a key; `undefined`: this job does not see it. */
  readonly hasKey: boolean | undefined
  /** Names of the variables that have a value; `undefined`: this job does not see those of the agent. */
  readonly keyNames: readonly string[] | undefined
  /** Whether the checkout left its token where the agent can read it. */
  readonly hasCredentials: boolean
  /** Whether the repository lies at the root of the workspace. */
  readonly isAtRoot: boolean
}

export interface Facts {
  readonly loop: string
  readonly loopFile: LoopFileFacts
  /** What Node says of its version. */
  readonly node: string
  readonly programs: readonly ProgramFacts[]
  /** `undefined`: there is none. */
  readonly remote: { readonly name: string; readonly url: string } | undefined
  /** `undefined`: the remote is not on a GitHub. */
  readonly place: GithubRepository | undefined
  /** Whether there is a token for that GitHub. */
  readonly hasToken: boolean
  /** Every workflow of the checkout. */
  readonly workflows: readonly WorkflowFile[]
  /** The one a person has named, or the one that runs. */
  readonly named: string | undefined
  readonly github: GithubFacts
  readonly git: GitFacts
  /** `undefined` in a clone. */
  readonly run: RunFacts | undefined
}

/** `owner/repo` */
export const slugOf = ({ owner, repo }: GithubRepository): string => `${owner}/${repo}`

/** A page of the repository, by its path below it. */
export const pageOf = (place: GithubRepository | undefined, path: string): string =>
  place === undefined ? path : `${place.serverUrl}/${slugOf(place)}/${path}`

/** ` --repo owner/repo`, for commands of `gh`. */
export const repoFlag = (place: GithubRepository | undefined): string =>
  place === undefined ? '' : ` --repo ${slugOf(place)}`

/** Its name, where anybody knows it. */
export function defaultBranchOf({ github, git, run }: Facts): string | undefined {
  if (github.repository.is === 'known') return github.repository.value.defaultBranch
  if (git.branches.is === 'known') return git.branches.value.defaultBranch
  return run?.defaultBranch
}

/** Whether minutes cost anything, as far as that is known. */
export const isPrivate = ({ github: { repository } }: Facts): boolean | undefined =>
  repository.is === 'known' ? repository.value.isPrivate : undefined

/** The settings of the loop file, where it can be read. */
export const configOf = ({ loopFile }: Facts): LoopConfig | undefined =>
  loopFile.is === 'valid' ? loopFile.config : undefined

/** A word for a shell: whatever is in it is not obeyed. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./@:+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
