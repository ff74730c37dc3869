/** Whether requests of the loop stay apart and are recognised, and whether it can be stopped. */
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { type Concurrency, onwardOf } from './workflow.ts'

export const carryingFindings = (subject: Subject): Finding[] => [
  ...runName(subject),
  ...groups(subject),
  ...otherJobs(subject),
  ...handOff(subject),
]

function runName({ file, workflow, ours }: Subject): Finding[] {
  if (onwardOf(workflow, ours) !== 'dispatch') return []
  if (/\binputs\.lane\b/.test(workflow.runName) && /\binputs\.nonce\b/.test(workflow.runName))
    return [fine('run-name', 'A request can be recognised by the name of its run.')]
  return [
    {
      id: 'run-name',
      level: 'warning',
      what: `The \`run-name\` of ${file} does not show lane and nonce.`,
      why: 'After an answer of GitHub that was lost, the loop cannot see whether its run was made, and asks again.',
      fix: "Write at the top level: `run-name: cms ${{ inputs.loop || 'main' }} ${{ inputs.lane && format('lane {0} {1}', inputs.lane, inputs.nonce) || 'tick' }}`",
    },
  ]
}

const GROUP =
  "Write: `concurrency: { group: \"cms-${{ inputs.loop || 'main' }}-${{ inputs.nonce || (github.event_name == 'schedule' && 'tick') || github.run_id }}\", cancel-in-progress: false }`"

function groups({ workflow, ours }: Subject): Finding[] {
  const all = [workflow.concurrency, ours?.job.concurrency].filter((one) => one !== undefined)
  const asks = onwardOf(workflow, ours) !== 'here' && onwardOf(workflow, ours) !== 'stop'
  const findings = all.flatMap(asks ? groupFindings : cancelFindings)
  return findings.length > 0 ? findings : [fine('concurrency', 'No group can swallow a request.')]
}

/** A loop that asks for no runs may wait in any group. */
const cancelFindings = ({ cancel }: Concurrency): Finding[] =>
  cancel === 'false'
    ? []
    : [
        {
          id: 'concurrency',
          level: 'warning',
          what: '`cancel-in-progress` is not `false`.',
          why: 'A run that is cancelled pauses the loop.',
          fix: 'Write `cancel-in-progress: false`.',
        },
      ]

function groupFindings({ group, cancel, queue }: Concurrency): Finding[] {
  const isOfOne = /\bnonce\b|github\.run_id|github\.run_number/.test(group)
  const cancels = cancel !== 'false'
  const finding = (level: 'error' | 'warning' | 'note', what: string, why: string): Finding[] => [
    { id: 'concurrency', level, what, why, fix: GROUP },
  ]
  if (queue === 'max' && cancel === 'true')
    return finding(
      'error',
      'The concurrency group has `queue: max` and `cancel-in-progress: true`.',
      'GitHub does not read a workflow with both.',
    )
  if (!isOfOne && cancels)
    return finding(
      'error',
      `The concurrency group "${group}" is the same for different requests, and cancels.`,
      'The next run cancels the one that asked for it, and a run that was cancelled pauses the loop.',
    )
  if (!isOfOne && queue === 'max')
    return finding(
      'warning',
      `In the concurrency group "${group}", all runs wait in one queue.`,
      'Ticks pile up behind a long iteration; from the hundredth on, the next request is thrown away.',
    )
  if (!isOfOne)
    return finding(
      'warning',
      `The concurrency group "${group}" is the same for different requests.`,
      'A tick that comes while a request waits takes its place: the loop stands still until the next tick.',
    )
  if (cancels)
    return finding(
      'warning',
      '`cancel-in-progress` is not `false`.',
      'A run that is cancelled pauses the loop.',
    )
  if (queue === 'max')
    return finding(
      'note',
      '`queue: max` has no use here: each request has a group of its own.',
      'Ticks that could be dropped wait instead.',
    )
  return []
}

function otherJobs({ workflow, ours }: Subject): Finding[] {
  if (ours === undefined || onwardOf(workflow, ours) !== 'dispatch') return []
  const others = workflow.jobs.filter(({ id }) => id !== ours.job.id).map(({ id }) => id)
  if (others.length === 0) return [fine('other-jobs', 'Our job is the only one.')]
  return [
    {
      id: 'other-jobs',
      level: 'warning',
      what: `The workflow has other jobs: ${others.slice(0, 5).join(', ')}.`,
      why: 'They run, and are paid for, at every iteration and every tick.',
      fix: 'Move them to a workflow of their own; or write `continue: here` under `with:` of our step, so that the loop goes on in one job.',
    },
  ]
}

function handOff({ workflow, ours }: Subject): Finding[] {
  const places = workflow.jobs.flatMap((job) => {
    const handsOn = job.steps.filter(
      (step) => step === ours?.step || /gh workflow run|\/dispatches\b|gh api .*dispatch/.test(step.run),
    )
    const isOurs = job === ours?.job || handsOn.length > 0
    return [
      ...(isOurs && isAlways(job.when) ? [`job ${job.id}`] : []),
      ...handsOn.filter(({ when }) => isAlways(when)).map(() => `a step of job ${job.id}`),
    ]
  })
  if (places.length === 0) return [fine('hand-off', 'Cancel stops the loop.')]
  return [
    {
      id: 'hand-off',
      level: 'error',
      what: `\`if: always()\` at ${places.join(' and ')}.`,
      why: 'It starts the next run even after somebody pressed Cancel: the loop cannot be stopped.',
      fix: 'Write `if: ${{ !cancelled() }}` instead, or no `if` at all.',
    },
  ]
}

const isAlways = (when: string): boolean => /\balways\s*\(/.test(when)
