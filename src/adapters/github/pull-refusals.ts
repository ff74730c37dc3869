/** What GitHub says when it will not open or change a pull request, and what follows from it. */

export interface PullRefusal {
  readonly status: number
  readonly message: string
}

export type PullAnswer =
  /** Only plans that have them may open drafts in private repositories. */
  | { readonly is: 'no_drafts' }
  | { readonly is: 'exists' }
  /** The branches do not differ. */
  | { readonly is: 'empty' }
  /** `fix`: what a person must do, a sentence. */
  | { readonly is: 'refused'; readonly fix: string }

interface Row {
  readonly status?: number
  readonly says?: RegExp
  readonly answer: PullAnswer
}

const refused = (fix: string): PullAnswer => ({ is: 'refused', fix })

/** Ordered: the first row whose status and words, where given, fit. */
const KNOWN: readonly Row[] = [
  { status: 422, says: /Draft pull requests are not supported/i, answer: { is: 'no_drafts' } },
  { status: 422, says: /A pull request already exists/i, answer: { is: 'exists' } },
  { status: 422, says: /No commits between/i, answer: { is: 'empty' } },
  {
    says: /not permitted to create or approve pull requests/i,
    answer: refused(
      'Under Settings → Actions → General → Workflow permissions, allow Actions to create pull requests (an organisation may have to allow it first)',
    ),
  },
  {
    says: /Resource not accessible by/i,
    answer: refused(
      'Give the workflow `permissions: pull-requests: write`; a token of your own needs "Pull requests: write"',
    ),
  },
  {
    says: /archived/i,
    answer: refused('The repository is archived and takes no changes: unarchive it'),
  },
  {
    says: /SAML|SSO/,
    answer: refused('Authorise the token for the organisation (single sign-on)'),
  },
  {
    says: /must be a collaborator|limited to (prior )?(contributors|collaborators)/i,
    answer: refused('The repository lets collaborators only open pull requests: use a token of one'),
  },
  {
    status: 422,
    says: /"field":"base"/,
    answer: refused(
      'The branch the work began from is not on GitHub: push it, or name another as `base:` in the loop file',
    ),
  },
  {
    status: 422,
    says: /"field":"head"/,
    answer: refused('The work branch is not on GitHub: a run puts it back, or `git push` it'),
  },
  {
    status: 422,
    says: /no history in common|different commit histories/i,
    answer: refused('The work began from a branch that was rewritten since: start the loop anew'),
  },
  {
    status: 422,
    says: /body is too long/i,
    answer: refused('Shorten what was written around the part of the loop'),
  },
  { status: 401, answer: refused('The token is not valid any more: check `github-token`') },
  {
    status: 403,
    answer: refused(
      'Give the workflow `permissions: pull-requests: write`, and see that no rule forbids it to open pull requests',
    ),
  },
  {
    status: 404,
    answer: refused(
      'The token cannot see pull requests of this repository: give it "Pull requests: write", and see that they are not switched off',
    ),
  },
]

/** What a refusal means. GitHub's own words stand beside the fix, so an unknown one says no more than it knows. */
export function pullAnswer({ status, message }: PullRefusal): PullAnswer {
  const row = KNOWN.find((one) => (one.status ?? status) === status && (one.says?.test(message) ?? true))
  return row?.answer ?? refused('Mend what GitHub names')
}
