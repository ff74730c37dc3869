/** Where `cms doctor` gets its facts from. Nothing here changes anything, and nothing rejects. */
import type {
  Answer,
  BranchRules,
  DryPush,
  ProgramFacts,
  RemoteBranches,
  RepositoryAnswer,
  TokenDefaults,
  WorkflowFile,
  WorkflowState,
} from '../core/doctor/facts.ts'
import type { ResolvedAgent } from '../core/settings.ts'

/** What a GitHub says of one repository. One request for each question; rules take one a branch. */
export interface HostSettings {
  repository(): Promise<RepositoryAnswer>
  /** @param file its name under `.github/workflows`. */
  workflow(file: string): Promise<Answer<WorkflowState>>
  actionsEnabled(): Promise<Answer<boolean>>
  tokenDefaults(): Promise<Answer<TokenDefaults>>
  /** Names of secrets: of the repository, and those that its organisation shares with it. */
  secrets(): Promise<Answer<ReadonlySet<string>>>
  rules(branches: readonly string[]): Promise<Answer<readonly BranchRules[]>>
}

/** A clone, and its remote as git sees it. */
export interface CloneSurvey {
  /** Of git itself; `undefined`: it does not say. */
  version(): Promise<string | undefined>
  hasCommits(): Promise<boolean>
  /** The default branch of the remote, and which of these branches it has. */
  branches(names: readonly string[]): Promise<Answer<RemoteBranches>>
  /** The text of a file in a commit of this clone; `undefined`: it is not in it. */
  fileAt(commit: string, path: string): Promise<Answer<string | undefined>>
  /** Asks whether a push of HEAD to a branch would be taken, and changes nothing. */
  dryPush(branch: string): Promise<Answer<DryPush>>
}

/** Every workflow of a checkout, by name. */
export type ReadWorkflows = () => Promise<readonly WorkflowFile[]>

/** What the program of an agent says of itself. */
export type AskProgram = (agent: ResolvedAgent) => Promise<ProgramFacts | undefined>
