/** Whether GitHub knows the workflow, and takes the requests of the loop for it. */
import { defaultBranchOf, type Facts, pageOf, repoFlag, shellWord } from './facts.ts'
import { type Finding, fine, type Level } from './finding.ts'
import type { Subject } from './subject.ts'
import { type Input, onwardOf } from './workflow.ts'

export const dispatchFindings = (facts: Facts, subject: Subject): Finding[] => [
  // A run was started, and found the action.
  ...(facts.run === undefined
    ? [...onDefaultBranch(facts, subject), ...enabled(facts, subject), ...actionStep(subject)]
    : []),
  ...dispatchInputs(facts, subject),
]

function onDefaultBranch(facts: Facts, { file, text }: Subject): Finding[] {
  const { workflowThere: there } = facts.git
  const known = defaultBranchOf(facts)
  const main = known ?? 'the default branch'
  const path = `.github/workflows/${file}`
  if (there.is === 'unasked') return []
  if (there.is === 'unknown')
    return [
      {
        id: 'workflow-default-branch',
        level: 'unknown',
        what: `Whether ${path} is on ${main} is not known: ${there.because}`,
        why: 'GitHub starts a workflow, and its schedule, only from there.',
        fix: `\`git fetch ${shellWord(facts.remote?.name ?? 'origin')}\`, then \`cms doctor\` again.`,
      },
    ]
  // Git may have given the lines of the checkout another end.
  if (there.value !== undefined && unixLines(there.value) === unixLines(text))
    return [fine('workflow-default-branch', `${path} is on ${main}, as it is here.`)]
  const push = `\`git add ${shellWord(path)} .cms && git commit -m "Add a loop"; git push ${shellWord(facts.remote?.name ?? 'origin')} ${known === undefined ? 'HEAD' : `HEAD:${shellWord(known)}`}\``
  if (there.value === undefined)
    return [
      {
        id: 'workflow-default-branch',
        level: 'error',
        what: `${path} is not on ${main}.`,
        why: 'GitHub starts a workflow, and its schedule, only from there.',
        fix: `${push}, which takes along whatever else is on this branch; or merge it by a pull request.`,
      },
    ]
  return [
    {
      id: 'workflow-default-branch',
      level: 'warning',
      what: `${path} is another one on ${main} than here.`,
      why: 'That one runs; this one was looked at.',
      fix: `${push}, which takes along whatever else is on this branch; or \`git pull\`.`,
    },
  ]
}

const unixLines = (text: string): string => text.replaceAll('\r\n', '\n')

const WHY_DISABLED: Readonly<Record<string, string>> = {
  disabled_manually: 'a person disabled it',
  disabled_inactivity: 'GitHub did, after 60 days without activity in the repository',
  disabled_fork: 'the repository is a fork',
  deleted: 'it was deleted',
}

function enabled({ github: { workflow }, place }: Facts, { file }: Subject): Finding[] {
  if (workflow.is === 'unasked') return []
  if (workflow.is === 'unknown')
    return [
      {
        id: 'workflow-enabled',
        level: 'unknown',
        what: `Whether ${file} is enabled could not be asked: ${workflow.because}`,
        why: 'A workflow that is disabled takes no request.',
        fix: `Look at ${pageOf(place, `actions/workflows/${file}`)}`,
      },
    ]
  if (workflow.value === 'active') return [fine('workflow-enabled', `${file} is enabled.`)]
  if (workflow.value === 'absent')
    return [
      {
        id: 'workflow-enabled',
        level: 'error',
        what: `GitHub knows no workflow ${file}.`,
        why: 'It knows one once the file is on the default branch and can be read.',
        fix: `Push it to the default branch, then look for it at ${pageOf(place, 'actions')}`,
      },
    ]
  return [
    {
      id: 'workflow-enabled',
      level: 'error',
      what: `${file} is disabled: ${WHY_DISABLED[workflow.value] ?? workflow.value}.`,
      why: 'It takes neither requests nor its schedule. Later commits do not change that.',
      fix: `\`gh workflow enable ${shellWord(file)}${repoFlag(place)}\``,
    },
  ]
}

function actionStep({ file, ours }: Subject): Finding[] {
  if (ours === undefined)
    return [
      {
        id: 'action-step',
        level: 'error',
        what: `No step or job of ${file} uses this action.`,
        why: 'The workflow runs, and no loop goes on.',
        fix: 'Add `- uses: <account>/cms-iterate@v1` after actions/checkout, as the README shows.',
      },
    ]
  if (!ours.uses.startsWith('OWNER/')) return [fine('action-step', `Job ${ours.job.id} uses ${ours.uses}.`)]
  return [
    {
      id: 'action-step',
      level: 'error',
      what: `${file} uses ${ours.uses}, and OWNER only stands for an account.`,
      why: 'GitHub does not find the action, and the run fails before anything starts.',
      fix: `Write the account that publishes the action in its place, and \`@v0\` for \`@v1\` until its version 1.0: \`sed -i.old 's|OWNER/|<account>/|' .github/workflows/${file}\``,
    },
  ]
}

const OWN_INPUTS = ['loop', 'lane', 'nonce', 'resume', 'stop', 'fresh'] as const

/** GitHub takes no more. */
const MOST_INPUTS = 25

const MESSAGE = 'message: { type: string, default: "" }'

const declare = (asked: string): string =>
  `\`workflow_dispatch: { inputs: { loop: { type: string, default: main }, ${asked}resume: { type: boolean, default: false }, stop: { type: boolean, default: false }, fresh: { type: boolean, default: false }, ${MESSAGE} } }\``
const DECLARE = `Write the trigger as in the README: ${declare('lane: { type: string, default: "" }, nonce: { type: string, default: "" }, ')}`
const BY_HAND = `Nothing, or write the trigger so: ${declare('')}`

const inputFinding = (level: Level, what: string, why: string, fix = DECLARE): Finding => ({
  ...{ id: 'dispatch-inputs', level, what, why, fix },
})

function dispatchInputs(facts: Facts, { file, workflow, ours }: Subject): Finding[] {
  const { inputs } = workflow
  const onward = onwardOf(workflow, ours)
  const goesOn = onward === 'dispatch' || onward === 'unclear'
  if (inputs !== undefined) {
    const found = inputsFinding(file, inputs, goesOn)
    return [found.level === 'ok' && goesOn && !inputs.has('message') ? withoutMail(facts, file) : found]
  }
  const what = `${file} has no trigger \`workflow_dispatch\``
  return [
    goesOn
      ? inputFinding('error', `${what}.`, 'The loop cannot ask for its next run.')
      : inputFinding(
          'note',
          `${what}: the loop goes on in one job.`,
          'Nobody can start, stop or resume it by hand.',
          BY_HAND,
        ),
  ]
}

/** An older `cms init` has not written it. */
function withoutMail({ workflows }: Facts, file: string): Finding {
  const isWanted = workflows.some(({ text }) => /\bissue_comment\b[^]*\bmessage=/.test(text))
  return inputFinding(
    isWanted ? 'warning' : 'note',
    `${file} lacks the input message.`,
    isWanted
      ? 'GitHub refuses what comments to the agents ask for.'
      : 'Comments cannot answer the agents; `cms message` can.',
    `Add \`${MESSAGE}\` to the inputs.`,
  )
}

function inputsFinding(file: string, inputs: ReadonlyMap<string, Input>, goesOn: boolean): Finding {
  if (inputs.size > MOST_INPUTS)
    return inputFinding(
      'error',
      `${file} has ${inputs.size} inputs.`,
      `GitHub reads no workflow with more than ${MOST_INPUTS}.`,
      'Take some out.',
    )
  const bare = [...inputs].filter(([name, one]) => one.required && !one.hasDefault && !isOwn(name))
  if (goesOn && bare.length > 0)
    return inputFinding(
      'error',
      `${file} requires the input ${bare.map(([name]) => name).join(', ')}.`,
      'The loop fills in loop, lane and nonce only, so GitHub refuses its requests.',
      'Give that input a default.',
    )
  // One of the two alone is a slip.
  const isCarried = goesOn || inputs.has('lane') || inputs.has('nonce')
  // Without requests nobody fills in lane and nonce; with both, the loop would make requests.
  const missing = OWN_INPUTS.filter((name) => !inputs.has(name) && (isCarried || !isAsked(name)))
  if (missing.length === 0) return fine('dispatch-inputs', 'All the inputs of a loop are there.')
  const what = `${file} lacks the input ${missing.join(', ')}.`
  return goesOn && missing.some((name) => name === 'loop' || isAsked(name))
    ? inputFinding('error', what, 'GitHub refuses a request with an input that it does not know.')
    : inputFinding(
        goesOn ? 'warning' : 'note',
        what,
        'What is missing cannot be said by "Run workflow".',
        isCarried ? DECLARE : BY_HAND,
      )
}

const isAsked = (name: string): boolean => name === 'lane' || name === 'nonce'

const isOwn = (name: string): boolean => OWN_INPUTS.some((own) => own === name)
