/** What a project looks like from outside: enough to guess how it is set up and tested. */
export interface ProjectFacts {
  /** Names of the files and folders at its root. */
  readonly files: readonly string[]
  /** `scripts` of package.json. */
  readonly scripts: Readonly<Record<string, string>>
  /** Targets of the Makefile. */
  readonly targets: readonly string[]
  /** The default branch, where it can be told; else the one checked out. */
  readonly branch: string | undefined
  /** Texts of the workflows that are there, but for ours. */
  readonly workflows: readonly string[]
  /** The text of ours; empty where there is none. */
  readonly ours: string
}

/** The folder in which a loop is set up. */
export interface Project {
  facts(): Promise<ProjectFacts>
  /** Writes a new file, folders included. Never changes one that exists. */
  create(path: string, text: string): Promise<'written' | 'exists'>
}

export interface Question {
  readonly message: string
  readonly initial: string
  /** One of these; without it any text. */
  readonly choices?: readonly string[]
}

/** Asks a person; `undefined` when the person gave up. */
export type Ask = (question: Question) => Promise<string | undefined>
