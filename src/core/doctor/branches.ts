/** What may be pushed: branches under cms/, and files that tokens may not push. */
import { guard } from '../guard.ts'
import { configOf, type Facts, pageOf, shellWord } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import { ownToken } from './rights.ts'
import type { Subject } from './subject.ts'

export const branchFindings = (facts: Facts, subject: Subject | undefined): Finding[] => [
  ...pushed(facts),
  ...inTheWay(facts),
  ...ruled(facts, subject),
  ...workflowFiles(facts, subject),
]

function pushed({ git: { push, branches }, remote, loop }: Facts): Finding[] {
  // A remote that does not answer at all is told once.
  if (push.is === 'unasked' || (push.is === 'unknown' && branches.is === 'unknown')) return []
  const name = shellWord(remote?.name ?? 'origin')
  const fix = `\`git push --dry-run ${name} HEAD:refs/heads/cms/${loop}/doctor\` shows the whole of it; \`gh auth setup-git\` gives git the login of gh.`
  if (push.is === 'unknown')
    return [
      {
        id: 'push',
        level: 'unknown',
        what: `Whether branches under cms/ may be pushed from here is not known: ${push.because}`,
        why: 'A loop that is run from here saves there. Runs on GitHub have a token of their own.',
        fix,
      },
    ]
  if (push.value.is === 'taken') return [fine('push', 'A push to a branch under cms/ would be taken.')]
  return [
    {
      id: 'push',
      level: 'error',
      what: `The remote does not take a push from here: ${push.value.because}`,
      why: '`cms run --remote`, `cms stop` and `cms resume` save to branches under cms/.',
      fix,
    },
  ]
}

function inTheWay({ git: { branches }, loop, remote }: Facts): Finding[] {
  if (branches.is !== 'known') return []
  const found = branches.value.names.filter((name) => name === 'cms' || name === `cms/${loop}`)
  const [name] = found
  if (name === undefined)
    return [fine('branch-in-the-way', 'No branch stands in the way of those of the loop.')]
  const to = shellWord(remote?.name ?? 'origin')
  return [
    {
      id: 'branch-in-the-way',
      level: 'error',
      what: `There is a branch ${name} on the remote.`,
      why: `Git cannot have cms/${loop}/state beside it: the loop cannot be saved.`,
      fix: `\`git fetch ${to} ${name} && git push ${to} FETCH_HEAD:refs/heads/old-${name.replaceAll('/', '-')} :refs/heads/${name}\``,
    },
  ]
}

/** Rules that a push of the loop cannot keep, and why. */
const BLOCKING: Readonly<Record<string, string>> = {
  creation: 'no branch may be made',
  update: 'no branch may be changed',
  required_signatures: 'commits have to be signed, and those of the loop are not',
  pull_request: 'changes have to come by pull request',
  required_status_checks: 'checks have to be green before a push',
  required_deployments: 'a deployment has to come before a push',
  merge_queue: 'changes have to come by the merge queue',
  workflows: 'other workflows have to be green before a push',
  code_scanning: 'results of code scanning have to come before a push',
}

/** Rules that stand in the way of some pushes. */
const HINDERING: Readonly<Record<string, string>> = {
  non_fast_forward: 'a new epoch cannot begin the work branch anew',
  deletion: 'branches cannot be removed when they are not needed any more',
  required_linear_history: 'merge commits of other people on the work branch are refused',
  commit_message_pattern: 'messages of the loop may not fit the pattern',
  commit_author_email_pattern: 'the author of the loop may not fit the pattern',
  committer_email_pattern: 'the committer of the loop may not fit the pattern',
  branch_name_pattern: 'names of branches of the loop may not fit the pattern',
  file_path_restriction: 'files of the work may not be allowed',
  file_extension_restriction: 'files of the work may not be allowed',
  max_file_path_length: 'files of the work may have too long names',
  max_file_size: 'files of the work may be too large',
}

function ruled(facts: Facts, subject: Subject | undefined): Finding[] {
  const {
    github: { rules },
    place,
  } = facts
  const page = pageOf(place, 'rules')
  if (rules.is === 'unasked') return []
  if (rules.is === 'unknown')
    return [
      {
        id: 'branch-rules',
        level: 'unknown',
        what: `Which rules hold for branches under cms/ could not be asked: ${rules.because}`,
        why: 'A rule can refuse every push of the loop.',
        fix: `Look at ${page}`,
      },
    ]
  const told = (table: Readonly<Record<string, string>>): readonly string[] =>
    rules.value.flatMap(({ branch, types }) =>
      [...new Set(types)].flatMap((type) =>
        Object.hasOwn(table, type) ? [`${branch}: ${table[type]} (${type})`] : [],
      ),
    )
  const [blocking, hindering] = [told(BLOCKING), told(HINDERING)]
  const fix = `Take branches under cms/ out of the ruleset ("Target branches", exclude \`cms/**/*\`) at ${page}`
  const own = subject !== undefined && ownToken(facts, subject)
  if (blocking.length > 0)
    return [
      {
        id: 'branch-rules',
        level: own ? 'warning' : 'error',
        what: `Rules refuse what the loop pushes: ${blocking.join('; ')}.`,
        why: own
          ? 'The loop cannot be saved, unless the App of `github-token` is on the bypass list.'
          : 'The loop cannot be saved. The token of the job cannot bypass rules.',
        fix,
      },
    ]
  if (hindering.length === 0) return [fine('branch-rules', 'No ruleset refuses branches under cms/.')]
  return [
    {
      id: 'branch-rules',
      level: 'warning',
      what: `Rules hold for branches of the loop: ${hindering.join('; ')}.`,
      why: 'Some pushes of the loop may be refused.',
      fix,
    },
  ]
}

const FILE = '.github/workflows/ci.yml'

function workflowFiles(facts: Facts, subject: Subject | undefined): Finding[] {
  const config = configOf(facts)
  if (config === undefined) return []
  const change = { path: FILE, status: 'modified', mode: '100644', size: 1 } as const
  const isProtected = guard([change], config.settings.protect).length > 0
  const about = config.tasks.filter(({ spec, run = '', verify }) =>
    [spec, run, ...verify].some((text) => text.includes('.github/workflows')),
  )
  if (isProtected && about.length === 0)
    return [fine('workflow-files', 'Workflow files are protected from the agent.')]
  const names = about
    .slice(0, 5)
    .map(({ id }) => id)
    .join(', ')
  if (isProtected)
    return [
      {
        id: 'workflow-files',
        level: 'warning',
        what: `Workflow files are protected, and tasks speak of them: ${names}.`,
        why: 'An attempt that changes one is refused.',
        fix: 'Take those files out of the task; or write `protect: ["!.github/workflows/**"]` and give our step the token of an App that may write workflows.',
      },
    ]
  if (subject !== undefined && ownToken(facts, subject))
    return [
      {
        id: 'workflow-files',
        level: 'note',
        what: 'Agents may change workflow files.',
        why: 'Whoever changes them decides what runs with your secrets; and the App needs "Workflows: write".',
        fix: 'Look at them first in the pull request.',
      },
    ]
  return [
    {
      id: 'workflow-files',
      level: 'error',
      what: '`protect` lets agents change workflow files.',
      why: 'GitHub refuses every push with such a change by the token of the job, and with it all the work beside.',
      fix: 'Take `!.github/**` out of `protect` in the loop file; or give our step the token of an App with "Workflows: write" as `github-token`.',
    },
  ]
}
