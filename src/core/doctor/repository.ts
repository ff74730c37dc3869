/** The repository on GitHub: what it is called, whether it lives, and where the work starts. */
import { unreachable } from '../error.ts'
import {
  configOf,
  defaultBranchOf,
  type Facts,
  pageOf,
  type RepositoryFacts,
  repoFlag,
  shellWord,
  slugOf,
} from './facts.ts'
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { isExpression } from './workflow.ts'

export const repositoryFindings = (facts: Facts, subject: Subject | undefined): Finding[] => [
  ...answered(facts),
  ...actionsEnabled(facts),
  ...forkFindings(facts),
  ...baseFindings(facts, subject),
]

function answered(facts: Facts): Finding[] {
  const { place, github } = facts
  if (place === undefined) return []
  const { repository } = github
  switch (repository.is) {
    case 'unasked':
      return []
    case 'known':
      return [
        fine('token', `GitHub shows ${repository.value.fullName} to the token.`),
        ...named(facts, repository.value),
      ]
    case 'rejected':
      return [
        {
          id: 'token',
          level: 'error',
          what: `GitHub does not take the token: ${repository.because}`,
          why: '`cms start` and everything else that asks GitHub fails with it.',
          fix: '`gh auth login`, or set GH_TOKEN to one that is valid; then `cms doctor` again.',
        },
      ]
    case 'unseen':
      return [
        {
          id: 'repository',
          level: 'error',
          what: `GitHub shows no repository ${slugOf(place)} to the token.`,
          why: 'It was renamed, deleted, or never made; or the token is not for it.',
          fix: `\`gh repo view ${slugOf(place)}\` shows what it sees. A new one: \`gh repo create ${slugOf(place)} --private --source . --push\``,
        },
      ]
    case 'unknown':
      return [
        {
          id: 'repository',
          level: 'unknown',
          what: `GitHub did not say anything of the repository: ${repository.because}`,
          why: 'Its settings could not be looked at.',
          fix: 'Try `cms doctor` again in some minutes; https://www.githubstatus.com shows whether GitHub is well.',
        },
      ]
    default:
      return unreachable(repository)
  }
}

function named({ place, remote }: Facts, { fullName, isArchived }: RepositoryFacts): Finding[] {
  if (place === undefined || remote === undefined) return []
  const findings: Finding[] = []
  if (isArchived)
    findings.push({
      id: 'archived',
      level: 'error',
      what: `${fullName} is archived.`,
      why: 'It takes no push and runs no workflow.',
      fix: `\`gh repo unarchive ${shellWord(fullName)}\`, or "Unarchive" at ${pageOf(place, 'settings')}`,
    })
  if (fullName.toLowerCase() !== slugOf(place).toLowerCase()) {
    const url = remote.url.replace(/\/\/[^/@]*@/, '//').replace(slugOf(place), fullName)
    findings.push({
      id: 'repository-moved',
      level: 'warning',
      what: `${slugOf(place)} is called ${fullName} now.`,
      why: 'GitHub leads the old name on only until somebody takes it; pushes then go to a stranger.',
      fix: `\`git remote set-url ${shellWord(remote.name)} ${shellWord(url)}\``,
    })
  }
  return findings
}

function actionsEnabled({ github: { actionsEnabled: enabled }, place }: Facts): Finding[] {
  const page = pageOf(place, 'settings/actions')
  if (enabled.is === 'unasked') return []
  if (enabled.is === 'unknown')
    return [
      {
        id: 'actions-enabled',
        level: 'unknown',
        what: `Whether Actions is enabled could not be asked: ${enabled.because}`,
        why: 'Where it is not, nothing starts.',
        fix: `"Actions permissions" at ${page}`,
      },
    ]
  if (enabled.value) return [fine('actions-enabled', 'Actions is enabled.')]
  return [
    {
      id: 'actions-enabled',
      level: 'error',
      what: 'Actions is disabled in this repository.',
      why: 'Nothing starts.',
      fix: `Allow actions under "Actions permissions" at ${page}`,
    },
  ]
}

function forkFindings({ github: { repository }, place }: Facts): Finding[] {
  if (repository.is !== 'known' || !repository.value.isFork) return []
  return [
    {
      id: 'fork',
      level: 'warning',
      what: 'The repository is a fork.',
      why: 'Schedules are off in forks until somebody enables the workflow, and secrets do not come along.',
      fix: `Enable workflows at ${pageOf(place, 'actions')}, and set the secrets: \`gh secret set ANTHROPIC_API_KEY${repoFlag(place)}\``,
    },
  ]
}

function baseFindings(facts: Facts, subject: Subject | undefined): Finding[] {
  const { git, run, remote } = facts
  const base = configOf(facts)?.base
  const main = defaultBranchOf(facts)
  const here = run && /^refs\/heads\/(.+)$/.exec(run.ref)?.[1]
  const findings: Finding[] = []
  if (main !== undefined && here !== undefined && here !== main)
    findings.push({
      id: 'base',
      level: 'note',
      what: `This run is of ${here}; the default branch is ${main}.`,
      why: 'Requests of the loop stay on this branch. The schedule runs the files of the default branch.',
      fix: `Merge the workflow and the loop file into ${main}, then \`gh workflow run ${shellWord(subject?.file ?? 'cms.yml')} --ref ${shellWord(main)}\``,
    })
  if (base === undefined || main === undefined || base === main || base === here) return findings
  if (git.branches.is === 'known' && !git.branches.value.names.includes(base))
    return [
      ...findings,
      {
        id: 'base',
        level: 'error',
        what: `The loop file says \`base: ${base}\`, and the remote has no such branch.`,
        why: 'The work starts from it.',
        fix: `\`git push --set-upstream ${shellWord(remote?.name ?? 'origin')} ${shellWord(base)}\`, or name another as \`base:\`.`,
      },
    ]
  return [...findings, fetched(base, main, subject)]
}

/** actions/checkout fetches the branch of the run and no other. */
function fetched(base: string, main: string, subject: Subject | undefined): Finding {
  const step = subject?.ours?.job.steps.find(({ uses }) => uses.startsWith('actions/checkout@'))
  const depth = step?.with.get('fetch-depth') ?? '1'
  if (step === undefined || depth === '0' || isExpression(depth))
    return {
      id: 'base',
      level: 'note',
      what: `The work starts from ${base}, and the default branch is ${main}.`,
      why: 'The loop file and the workflow are read from the branch of the run, and the pull request goes to the base.',
      fix: `Nothing, if that is meant; else take \`base: ${base}\` out of the loop file.`,
    }
  return {
    id: 'base',
    level: 'error',
    what: `The work starts from ${base}, and the checkout fetches the branch of the run alone.`,
    why: 'The run ends with `unknown-base`.',
    fix: 'Write `with: { persist-credentials: false, fetch-depth: 0 }` under actions/checkout.',
  }
}
