/** What a pull request is opened with. */
export interface PullRequestWanted {
  /** Branch with the work, as people type it. */
  readonly head: string
  /** Branch it is to be merged into; `HEAD` where the loop began on no branch. */
  readonly base: string
  readonly title: string
  /** The part of the body that is the loop's own. */
  readonly part: string
  readonly draft: boolean
}

/** Neither done nor settled. */
export type PullRequestTrouble =
  /** A definite no. `because` says what a person must do, in sentences. */
  | { readonly is: 'refused'; readonly because: string }
  /** The answer was lost or put off; a later try finds out. */
  | { readonly is: 'unknown'; readonly because: string }

export type PullRequestOpened =
  | { readonly is: 'open'; readonly number: number }
  /** The branches do not differ: there is nothing to review yet. */
  | { readonly is: 'empty' }
  /** Where this loop lives, there are no pull requests. */
  | { readonly is: 'nowhere' }
  | PullRequestTrouble

export type PullRequestUpdated =
  | { readonly is: 'updated' }
  /** People closed it without merging it; it was left as it is. */
  | { readonly is: 'closed' }
  /** `at`: ISO 8601. It was left as it is. */
  | { readonly is: 'merged'; readonly at: string }
  | PullRequestTrouble

/** The pull request of a loop. Nothing here ever throws, and no page is ever asked for twice. */
export interface PullRequests {
  /** The open one of these branches, with our part brought up to date, or a new one; never two. */
  open(wanted: PullRequestWanted): Promise<PullRequestOpened>
  /** Replaces our part of the body of one that is open; what people wrote around it stays. */
  update(number: number, part: string): Promise<PullRequestUpdated>
}
