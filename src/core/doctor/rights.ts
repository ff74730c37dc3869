/** What the token of a run may do, and whether it may open pull requests. */
import { configOf, type Facts, pageOf } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { hasOwnToken, onwardOf, type Rights } from './workflow.ts'

export const rightsFindings = (facts: Facts, subject: Subject): Finding[] => [
  ...permissions(facts, subject),
  ...pullRequests(facts, subject),
]

const WANTED = ['contents', 'actions', 'pull-requests'] as const
type Right = (typeof WANTED)[number]

const WHY: Readonly<Record<Right, string>> = {
  contents: 'the checkpoint and the work cannot be saved',
  actions: 'the next run cannot be asked for',
  'pull-requests': 'no pull request is opened',
}

const WRITE =
  'Write at the top level of the workflow: `permissions: { contents: write, actions: write, pull-requests: write }`'

/** Whether the loop uses a token that is not the one of the job. */
export const ownToken = ({ run }: Facts, { ours }: Subject): boolean =>
  run === undefined ? ours !== undefined && hasOwnToken(ours) : run.hasOwnToken

function permissions(facts: Facts, subject: Subject): Finding[] {
  const { workflow, ours } = subject
  if (ours === undefined) return []
  const rights = ours.job.rights.is === 'unset' ? workflow.rights : ours.job.rights
  if (rights.is === 'unset') return unset(facts, subject)
  const isCalled = ours.step === undefined
  const needed = WANTED.filter((right) => isCalled || isWanted(right, facts, subject))
  const missing = needed.filter((right) => !mayWrite(rights, right))
  if (missing.length > 0) return [lacking(missing, { isCalled, ownToken: ownToken(facts, subject) })]
  const more = beyond(rights)
  if (more.length === 0) return [fine('permissions', 'The token of the job may do what a loop needs.')]
  return [
    {
      id: 'permissions',
      level: 'note',
      what: `The token of the job may write more than a loop needs: ${more.join(', ')}.`,
      why: 'The agent runs beside that token.',
      fix: WRITE,
    },
  ]
}

function isWanted(right: Right, facts: Facts, { workflow, ours }: Subject): boolean {
  if (right === 'actions') return onwardOf(workflow, ours) === 'dispatch'
  return right === 'contents' || configOf(facts)?.settings.pull_request !== 'none'
}

const mayWrite = (rights: Rights, right: Right): boolean =>
  rights.is === 'all'
    ? rights.access === 'write'
    : rights.is === 'named' && rights.rights.get(right) === 'write'

function beyond(rights: Rights): readonly string[] {
  if (rights.is === 'all') return ['everything']
  if (rights.is === 'unset') return []
  const written = [...rights.rights].filter(([, access]) => access === 'write').map(([name]) => name)
  return written.filter((name) => !WANTED.some((right) => right === name))
}

function lacking(
  missing: readonly Right[],
  { isCalled, ownToken: own }: { readonly isCalled: boolean; readonly ownToken: boolean },
): Finding {
  const what = `The workflow does not give its token ${missing.map((right) => `\`${right}: write\``).join(', ')}.`
  const first = missing[0] ?? 'contents'
  if (isCalled)
    return {
      id: 'permissions',
      level: 'error',
      what,
      why: 'GitHub refuses the run: the called workflow asks for more than its caller has.',
      fix: 'Write at our job: `permissions: { contents: write, actions: write, pull-requests: write }`',
    }
  if (own)
    return {
      id: 'permissions',
      level: 'note',
      what,
      why: '`github-token` is used instead; where that token is not valid any more, the loop stops.',
      fix: WRITE,
    }
  const level = first === 'pull-requests' ? 'warning' : 'error'
  return {
    id: 'permissions',
    level,
    what,
    why: `So ${missing.map((right) => WHY[right]).join(', and ')}.`,
    fix: WRITE,
  }
}

function unset({ github: { tokenDefaults }, place }: Facts, { ours }: Subject): Finding[] {
  const what = 'The workflow says nothing of `permissions`.'
  if (tokenDefaults.is !== 'known')
    return [
      {
        id: 'permissions',
        level: 'unknown',
        what,
        why: `The default of the repository counts, which in new ones is to read only; it is shown at ${pageOf(place, 'settings/actions')}`,
        fix: WRITE,
      },
    ]
  if (tokenDefaults.value.mayWrite)
    return [
      {
        id: 'permissions',
        level: 'note',
        what,
        why: 'The default of this repository gives everything.',
        fix: WRITE,
      },
    ]
  const level = ours !== undefined && hasOwnToken(ours) && ours.step !== undefined ? 'note' : 'error'
  return [
    { id: 'permissions', level, what, why: 'The default of this repository is to read only.', fix: WRITE },
  ]
}

function pullRequests(facts: Facts, subject: Subject): Finding[] {
  const {
    github: { tokenDefaults },
    place,
  } = facts
  const wanted = configOf(facts)?.settings.pull_request ?? 'draft'
  if (wanted === 'none' || ownToken(facts, subject)) return []
  const checks: Finding = {
    id: 'pull-request-checks',
    level: 'note',
    what: 'The pull request is opened by the token of the job.',
    why: 'Its checks wait until somebody approves them ("Approve and run").',
    fix: 'Give our step the token of a GitHub App as `github-token`: then they start at once.',
  }
  const page = pageOf(place, 'settings/actions')
  const why = 'The loop goes on without it; the pull request has to be opened by hand.'
  const fix = `"Allow GitHub Actions to create and approve pull requests", under "Workflow permissions" at ${page}`
  if (tokenDefaults.is === 'unasked') return [checks]
  if (tokenDefaults.is === 'unknown')
    return [
      checks,
      {
        id: 'pull-requests',
        level: 'unknown',
        what: `Whether Actions may open pull requests could not be asked: ${tokenDefaults.because}`,
        ...{ why, fix },
      },
    ]
  if (tokenDefaults.value.mayOpenPulls)
    return [checks, fine('pull-requests', 'Actions may open pull requests.')]
  return [
    checks,
    {
      id: 'pull-requests',
      level: 'warning',
      what: 'Actions may not open pull requests in this repository.',
      why,
      fix: `${fix}. Or \`gh api -X PUT repos${place === undefined ? '' : `/${place.owner}/${place.repo}`}/actions/permissions/workflow -F can_approve_pull_request_reviews=true\``,
    },
  ]
}
