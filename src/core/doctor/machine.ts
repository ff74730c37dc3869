/** This machine, the loop file, the remote and the token. */
import { configOf, type Facts, type ProgramFacts, pageOf, shellWord } from './facts.ts'
import { type Finding, fine } from './finding.ts'

/** The oldest git that can merge without history, and the oldest Node that runs us. */
const GIT = [2, 38] as const
const NODE = [24, 0] as const

const isEnough = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [, have = '0', and = '0'] = /(\d+)\.(\d+)/.exec(version) ?? []
  return Number(have) > major || (Number(have) === major && Number(and) >= minor)
}

/** What a loop needs wherever it runs. */
export const machineFindings = (facts: Facts): Finding[] => [
  ...programFindings(facts),
  ...loopFileFindings(facts),
  ...(facts.run === undefined ? remoteFindings(facts) : []),
]

function programFindings({ git, node, programs, run }: Facts): Finding[] {
  if (run !== undefined) return []
  const gitIs = git.version ?? 'of a version that nobody knows'
  return [
    isEnough(gitIs, GIT)
      ? fine('git', `git ${gitIs}`)
      : {
          id: 'git',
          level: 'error',
          what: `git is ${gitIs}; ${GIT.join('.')} or newer is needed.`,
          why: 'Merging without history needs it.',
          fix: 'Install a newer git: `sudo apt-get install git`, `brew install git`, or https://git-scm.com.',
        },
    isEnough(node, NODE)
      ? fine('node', `Node ${node}`)
      : {
          id: 'node',
          level: 'error',
          what: `Node is ${node}; 24 or newer is needed.`,
          why: 'The program is not tested with older ones. On GitHub the runner brings its own.',
          fix: 'Install Node 24: https://nodejs.org.',
        },
    ...programs.map(programFinding),
  ]
}

/** On a runner the action installs what is missing, so this is about `cms run` in a terminal. */
function programFinding({ agent, file, version, tested }: ProgramFacts): Finding {
  if (version === undefined)
    return {
      id: 'agent-program',
      level: tested === undefined ? 'error' : 'note',
      what: `Agent ${agent}: there is no program ${file} here.`,
      why:
        tested === undefined
          ? 'Its tasks cannot run without it.'
          : '`cms run` needs it here. On GitHub the action installs it.',
      fix:
        tested === undefined
          ? `Install ${file} and put it on the PATH.`
          : `\`npm install --global ${tested.package}@${tested.version}\``,
    }
  const words = version.split(/\s+/)
  if (tested === undefined || words.includes(tested.version))
    return fine('agent-program', `Agent ${agent}: ${version.split('\n')[0]?.slice(0, 80)}`)
  return {
    id: 'agent-program',
    level: 'note',
    what: `Agent ${agent} is ${version.slice(0, 60)}; tested is ${tested.version}.`,
    why: 'Another version may print other events, and cost and failures are read from those.',
    fix: `\`npm install --global ${tested.package}@${tested.version}\`, if something looks wrong.`,
  }
}

function loopFileFindings(facts: Facts): Finding[] {
  const { loopFile, run, loop } = facts
  const config = configOf(facts)
  if (config !== undefined) {
    const warnings = config.warnings.map(
      (what): Finding => ({
        id: 'loop-file',
        level: 'warning',
        what,
        why: 'The loop file can be used as it is, but this is seldom meant.',
        fix: 'Edit the loop file; `cms validate` checks it.',
      }),
    )
    return warnings.length > 0 ? warnings : [fine('loop-file', `The loop file is valid: loop "${loop}".`)]
  }
  // A run has read it already, and says more of it than we could.
  if (loopFile.is === 'valid' || run !== undefined) return []
  if (loopFile.is === 'missing')
    return [
      {
        id: 'loop-file',
        level: 'error',
        what: `There is no loop file at ${loopFile.path}.`,
        why: 'It says what is to be done, by whom, and when to stop.',
        fix: '`cms init` writes one to edit.',
      },
    ]
  return [
    {
      id: 'loop-file',
      level: 'error',
      what: `The loop file cannot be used: ${loopFile.because}`,
      why: 'Nothing begins with it.',
      fix: '`cms validate` shows every mistake with its line.',
    },
  ]
}

function remoteFindings(facts: Facts): Finding[] {
  const { remote, place } = facts
  const commits = commitFindings(facts)
  if (remote === undefined)
    return [
      ...commits,
      {
        id: 'remote',
        level: 'warning',
        what: 'This repository has no remote: nothing was asked of GitHub.',
        why: '`cms run` works here all the same; on GitHub a loop needs a repository there.',
        fix: '`gh repo create --private --source . --push` (or `--public`), or `git remote add origin <url>`.',
      },
    ]
  if (place === undefined)
    return [
      ...commits,
      {
        id: 'remote',
        level: 'note',
        what: `The remote ${remote.name} is no repository on a GitHub: nothing of its settings was looked at.`,
        why: 'The action runs on GitHub. Elsewhere `cms run --remote` carries a loop on.',
        fix: 'Name a remote that is one: `cms doctor --remote <name>`.',
      },
    ]
  return [...commits, ...answering(facts, remote.name), ...tokenFindings(facts)]
}

const commitFindings = ({ git }: Facts): Finding[] =>
  git.hasCommits
    ? []
    : [
        {
          id: 'commits',
          level: 'error',
          what: 'This repository has no commit.',
          why: 'The work of a loop starts from one.',
          fix: '`git add -A && git commit -m "First"`, after a look at `git status`',
        },
      ]

const answering = ({ git: { branches } }: Facts, name: string): Finding[] =>
  branches.is === 'unknown'
    ? [
        {
          id: 'remote',
          level: 'unknown',
          what: `The remote ${name} did not answer: ${branches.because}`,
          why: 'The state of a loop is kept there.',
          fix: `\`git ls-remote ${shellWord(name)}\` shows what is wrong.`,
        },
      ]
    : [fine('remote', `The remote ${name} answers.`)]

const tokenFindings = ({ hasToken, place }: Facts): Finding[] =>
  hasToken
    ? []
    : [
        {
          id: 'token',
          level: 'unknown',
          what: 'There is no token, so GitHub was not asked: whether the workflow is enabled, which secrets there are, what rules and settings allow.',
          why: 'Those can stop a loop that looks right in its files.',
          fix: `\`gh auth login\`, or set GH_TOKEN; then \`cms doctor\` again. By hand: ${pageOf(place, 'settings/actions')}`,
        },
      ]
