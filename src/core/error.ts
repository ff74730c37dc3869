/**
 * Errors a person may have to act on.
 *
 * Every one has a stable `code` (an anchor in docs/errors.md, safe to match on), says what
 * happened in `message`, and says what to do next in `hint`. Anything else that is thrown is
 * a bug and keeps its stack.
 */
import { printable } from './text.ts'

export const HINTS = {
  'no-loop-file': 'Run `cms init` to write .cms/loop.yml, or name another file with --file.',
  'bad-loop-file': 'Mend the lines named above, then run `cms validate`.',
  'bad-input': 'Run the command with --help to see what it takes.',
  'unknown-format':
    'Name one with --from: agent-teams, prd, task-master, spec-kit, checklist or github-issues; docs/exchange.md shows each.',
  'bad-source': 'Name a file or a folder with a list of tasks in it; docs/exchange.md shows which are known.',
  'task-taken':
    'Give the new ones other ids (--prefix x-), or keep those of the loop file as they are (--skip-existing).',
  'team-taken': 'Write under another name (--team <name>), or replace what is there (--force).',
  'not-a-repository': 'Run the command inside a git repository, or run `git init` first.',
  'bare-repository': 'Run the command in a checkout with a working tree, not in a bare repository.',
  'no-commits': 'Make a first commit: the loop starts its work branch from one.',
  'unknown-base':
    'Name an existing branch as `base:` in the loop file, or check out the one you mean. On Actions give actions/checkout `fetch-depth: 0`: it fetches only the branch of the run.',
  'git-missing': 'Install git 2.38 or newer and make sure it is on the PATH.',
  'git-too-old': 'Install git 2.38 or newer: merging without history needs it.',
  'git-failed': 'The command and what git said are above. Run it by hand to see more.',
  'ref-in-the-way': 'Rename or delete the branch that is in the way: `git branch -m cms old-cms`.',
  'no-remote': 'Add a remote (`git remote add origin …`), or run with --local.',
  'two-loops': 'Say which one you mean: --local or --remote.',
  'no-loop': 'Run `cms run` to start a loop here, or name another with --loop.',
  'loop-busy':
    'Another process is working on this loop. Wait for it, or end that process; `cms status` shows it.',
  'checkpoint-newer': 'Install the version of cms-iterate that wrote it, or a newer one.',
  'checkpoint-invalid':
    'Put back a good commit of the state branch (`git log`), or delete that branch: what the work branch shows as done stays done.',
  'work-checked-out':
    'Check out another branch there first (`git switch -`): its files would stay behind, as if you had undone the work.',
  'not-allowed': '`cms status` shows where things stand.',
  'unknown-task': '`cms status` lists the tasks.',
  'unknown-message': '`cms message` lists the messages.',
  'unknown-lesson': '`cms lessons` lists them.',
  'lost-race':
    'Another run keeps saving first. Nothing was lost: start again and it continues from the newer checkpoint.',
  'push-refused':
    'The remote refused the push. Check that the token may write contents and that no rule protects branches under cms/.',
  'branch-protected':
    'Exempt `cms/**` from the rule, or give the token of an App that may bypass it as `github-token`.',
  'workflow-refused':
    'Give the token of an App with the permission "Workflows: write" as `github-token`, or leave files in .github/workflows to people.',
  'auth-failed': 'Check the token: it must be valid and allowed to read and write this repository.',
  'artifact-failed':
    'The artifact service of GitHub did not do what was asked. Nothing is lost: the next run goes on. On a server of your own, use the form with one job.',
  'parcel-too-large': 'Have the task change less at once, or use the form with one job.',
  'start-refused': 'What GitHub said is above. Start the run by hand: `gh workflow run <file>`.',
  'remote-unreachable':
    'The remote did not answer. Check the network and the URL, then run again: nothing was lost.',
  'read-only':
    'Give this user the right to write there, or run as one who has it. CMS_HOME names another folder for workspaces.',
  'disk-full': 'Free some space, then run again: the last saved state is intact.',
  'agent-missing':
    'Install the agent and make sure it is on the PATH, or choose another with `agent:` in the loop file.',
  'agent-unavailable':
    'Trying again later may help. If it stays so, install the agent in a step before this one.',
  'not-ready': 'Run `cms doctor` in a clone: it names all that stands in the way, each with its fix.',
  'agent-unknown': 'Use one of the agents named in the README, for example `agent: claude`.',
  'bad-checkout': 'Add actions/checkout before this action, with `persist-credentials: false`.',
  'unsafe-folder': 'Set CMS_HOME to a folder of your own.',
  'node-too-old': 'Install Node 24 or newer.',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof HINTS

/** Where a file of the user's says something. */
export interface Place {
  /** Relative to the root of the repository. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

export interface LoopErrorOptions extends ErrorOptions {
  /** Replaces the general hint by one that fits the case exactly. */
  readonly hint?: string
  /** A program was ended because it took too long. */
  readonly timedOut?: true
  /** A program was ended from outside: what it was asked for has no part in it. */
  readonly killed?: true
  readonly place?: Place
}

export class LoopError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly timedOut: boolean
  readonly killed: boolean
  readonly place: Place | undefined

  constructor(code: ErrorCode, message: string, options: LoopErrorOptions = {}) {
    super(message, options)
    this.name = 'LoopError'
    this.code = code
    this.hint = options.hint ?? HINTS[code]
    this.timedOut = options.timedOut === true
    this.killed = options.killed === true
    this.place = options.place
  }
}

/** What happened, then the way out; what it quotes may be a stranger's. */
export const explain = (error: LoopError): string =>
  printable(`${error.message}\n  fix: ${error.hint} [${error.code}]`)

/** A type error here means a union gained a member that some switch does not know. */
export function unreachable(value: never): never {
  throw new Error(`unhandled: ${JSON.stringify(value)}`)
}
