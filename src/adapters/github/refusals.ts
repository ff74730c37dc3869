/** What GitHub says when it will not start a run, and what a person must do about it. */

export interface Refusal {
  readonly status: number
  readonly message: string
  /** `cms.yml`: the workflow that was asked for. */
  readonly file: string
}

type Fix = string | ((refusal: Refusal) => string)

const INPUTS = 'as the workflow in the README does'

/** Ordered: the first row whose status (where given) and words fit. */
const KNOWN: readonly { readonly status?: number; readonly says?: RegExp; readonly fix: Fix }[] = [
  {
    says: /Resource not accessible by/i,
    fix: 'Give the workflow `permissions: { contents: write, actions: write }`; a token of your own needs "Actions: write".',
  },
  {
    says: /Event '?workflow_dispatch'? is not allowed/i,
    fix: 'A workflow execution rule of the organisation or enterprise forbids `workflow_dispatch`. Have it allowed, or set `continue: here`.',
  },
  {
    says: /does not have '?workflow_dispatch'? trigger/i,
    fix: ({ file }) =>
      `Add \`workflow_dispatch\` with the inputs loop, lane and nonce to \`on:\` in ${file} on this branch, ${INPUTS}. Broken YAML there reads the same.`,
  },
  {
    says: /No ref found for/i,
    fix: ({ file }) =>
      `The branch or tag this run came from is gone: deleted, or renamed. Go on from the default branch: \`gh workflow run ${file} -f resume=true\` (with \`-f loop=…\` for another loop than main).`,
  },
  {
    says: /Unexpected inputs provided/i,
    fix: ({ file }) =>
      `Declare the inputs loop, lane and nonce under \`on: workflow_dispatch\` in ${file}, ${INPUTS}.`,
  },
  {
    says: /Required input .*not provided/i,
    fix: ({ file }) => `Give that input a default in ${file}: the loop only fills in loop, lane and nonce.`,
  },
  {
    says: /disabled workflow|workflow is disabled/i,
    fix: ({ file }) =>
      `Enable the workflow: \`gh workflow enable ${file}\`, or "Enable workflow" on its page under Actions.`,
  },
  {
    says: /inputs are too large|only define up to/i,
    fix: ({ file }) => `Take inputs out of ${file}: GitHub takes 25 inputs and 65,535 characters at most.`,
  },
  {
    says: /Actions (has|have) been disabled|Actions is disabled/i,
    fix: 'Enable Actions for this repository under Settings → Actions → General.',
  },
  {
    says: /SAML|SSO/,
    fix: 'Authorise the token for the organisation (single sign-on), or use the job’s own token.',
  },
  {
    status: 401,
    fix: 'Check `github-token`: it is not valid any more. Leave it unset to use the job’s own token.',
  },
  {
    status: 403,
    fix: 'Give the workflow `permissions: { contents: write, actions: write }`, and see that no rule forbids it to start runs.',
  },
  {
    status: 404,
    fix: ({ file }) =>
      `Put ${file} on the default branch: only from there it can be started. If it is there, the token cannot see it: give it "Actions: write" on this repository.`,
  },
]

/** The way out of a refusal. GitHub's own words stand beside it, so an unknown one says no more than it knows. */
export function fixFor(refusal: Refusal): string {
  const row = KNOWN.find(
    ({ status, says }) =>
      (status ?? refusal.status) === refusal.status && (says?.test(refusal.message) ?? true),
  )
  const fix = row?.fix ?? 'GitHub’s words say what is wrong: mend that.'
  return typeof fix === 'string' ? fix : fix(refusal)
}
