/** The job that runs an iteration: its time, its checkout, and what may start it. */
import { agentFor, attemptLimit, type LoopConfig } from '../settings.ts'
import { MINUTE } from '../time.ts'
import { printDuration } from '../units.ts'
import { configOf, type Facts, type RunFacts } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import type { Subject } from './subject.ts'
import { isExpression, type Ours, onwardOf, type WorkflowStep } from './workflow.ts'

export const jobFindings = (facts: Facts, subject: Subject): Finding[] => [
  ...timeLimits(facts, subject),
  ...(facts.run === undefined ? checkoutInText(subject) : checkoutInRun(facts.run)),
  ...lowTrust(subject),
]

/** What the input `job-minutes` is unless it is given, and the limit of a job that sets none. */
const JOB_MINUTES = 120
const UNLIMITED = 360

function timeLimits(facts: Facts, { ours }: Subject): Finding[] {
  if (ours === undefined) return []
  const said = ours.with.get('job-minutes') ?? ''
  const limit = ours.job.timeout
  if (isExpression(said) || isExpression(limit))
    return [
      {
        id: 'time-limits',
        level: 'unknown',
        what: 'The time limits are worked out by GitHub.',
        why: 'Attempts are planned by `job-minutes`, and the job ends by `timeout-minutes`: they have to agree.',
        fix: 'See that both come to the same number.',
      },
    ]
  const minutes = Number(said || JOB_MINUTES)
  const findings = [...inJob(ours, { minutes, limit }), ...inLoopFile(configOf(facts), minutes)]
  return findings.length > 0 ? findings : [fine('time-limits', `Everything fits into ${minutes} minutes.`)]
}

function inJob({ step, job }: Ours, { minutes, limit }: { minutes: number; limit: string }): Finding[] {
  // A job that calls a workflow has no limit of its own.
  if (step === undefined) return []
  const most = Number(limit || UNLIMITED)
  if (most < minutes)
    return [
      {
        id: 'time-limits',
        level: 'error',
        what: `The job ends after ${most} minutes, and the loop believes it has ${minutes}.`,
        why: 'GitHub cuts attempts off, which looks like a person who cancels: the loop pauses.',
        fix: `Write \`job-minutes: '${most}'\` under \`with:\` of our step, or \`timeout-minutes: ${minutes}\` at the job.`,
      },
    ]
  const before = job.steps.slice(0, job.steps.indexOf(step)).filter(({ uses }) => !isCheckout(uses))
  // The loop counts from its own step on: those before it need time of the job, too.
  if (most === minutes || (limit !== '' && before.length > 0)) return []
  return [
    {
      id: 'time-limits',
      level: 'note',
      what: `The job may take ${most} minutes, and the loop plans with ${minutes}.`,
      why: 'What is beyond is not used, and a runner that hangs is paid for until then.',
      fix: `Write \`timeout-minutes: ${minutes}\` at the job, or \`job-minutes: '${most}'\` under \`with:\` of our step.`,
    },
  ]
}

function inLoopFile(config: LoopConfig | undefined, minutes: number): Finding[] {
  if (config === undefined) return []
  const { settings, tasks } = config
  const timeouts = [undefined, ...tasks.map(({ agent }) => agent)].map(
    (one) => agentFor(settings, one).timeout,
  )
  const longest = attemptLimit(settings, Math.max(...timeouts))
  if (longest <= minutes * MINUTE) return []
  return [
    {
      id: 'time-limits',
      level: 'error',
      what: `An attempt may take ${printDuration(longest)}, and the job has ${minutes} minutes.`,
      why: 'The run refuses the loop file: setup, agent and two verifications have to fit into one job.',
      fix: `Write \`timeout: 30m\` under \`agent:\` of the loop file (or lower \`verify_timeout\`, \`setup_timeout\`); or raise \`timeout-minutes\` and \`job-minutes\` to ${Math.ceil(longest / MINUTE)}.`,
    },
  ]
}

const isCheckout = (uses: string): boolean => uses.startsWith('actions/checkout@')

const CHECKOUT = 'Before our step: `- uses: actions/checkout@v7` with `with: { persist-credentials: false }`'

function checkoutInText({ ours }: Subject): Finding[] {
  if (ours?.step === undefined) return []
  const before = ours.job.steps.slice(0, ours.job.steps.indexOf(ours.step))
  const step = before.findLast(({ uses }) => isCheckout(uses))
  if (step === undefined)
    return [
      {
        id: 'checkout',
        level: 'error',
        what: 'No step before ours checks the repository out.',
        why: 'The run ends with `bad-checkout`: the loop file and the sources are not there.',
        fix: CHECKOUT,
      },
    ]
  const findings = [...credentialsOf(step), ...placeOf(step, ours)]
  return findings.length > 0 ? findings : [fine('checkout', 'The checkout is as it should be.')]
}

const LEFT: Finding = {
  id: 'checkout',
  level: 'warning',
  what: 'actions/checkout leaves the token of the job on the disk.',
  why: 'The agent can read it there, and push and start runs with it.',
  fix: 'Write `with: { persist-credentials: false }` under actions/checkout.',
}

const credentialsOf = (step: WorkflowStep): Finding[] =>
  step.with.get('persist-credentials') === 'false' ? [] : [LEFT]

function placeOf(step: WorkflowStep, ours: Ours): Finding[] {
  const clean = (path: string | undefined) => (path ?? '').replace(/^\.\/|\/$/g, '').replace(/^\.$/, '')
  const path = clean(step.with.get('path'))
  const other = step.with.get('repository') ?? ''
  const findings: Finding[] = []
  if (path !== clean(ours.with.get('working-directory')) && !isExpression(path))
    findings.push({
      id: 'checkout',
      level: 'error',
      what: `The repository is checked out to ${path || 'the root of the workspace'}, and our step looks elsewhere.`,
      why: 'The loop file is not found there.',
      fix: `Write \`working-directory: ${path || '.'}\` under \`with:\` of our step.`,
    })
  if (other !== '' && !/github\.repository/.test(other))
    findings.push({
      id: 'checkout',
      level: 'warning',
      what: `The checkout is of ${other}.`,
      why: 'The loop saves to the repository of the run, whatever is checked out.',
      fix: 'Take `repository:` out from under actions/checkout.',
    })
  return findings
}

function checkoutInRun({ hasCredentials, isAtRoot }: RunFacts): Finding[] {
  const findings: Finding[] = hasCredentials ? [LEFT] : []
  if (!isAtRoot)
    findings.push({
      id: 'checkout',
      level: 'note',
      what: 'The checkout is not at the root of the workspace.',
      why: 'Steps that expect it there do not find it.',
      fix: 'Take `path:` out from under actions/checkout, unless that is meant.',
    })
  return findings
}

/** Whoever can write a comment can start these. */
const LOW_TRUST: ReadonlySet<string> = new Set([
  ...['issues', 'issue_comment', 'pull_request_target', 'pull_request_review', 'workflow_run'],
  ...['pull_request_review_comment', 'discussion', 'discussion_comment', 'fork', 'watch'],
])

/** Those that the condition of our job, as far as it can be read, lets through. */
function letThrough(when: string, events: readonly string[]): readonly string[] {
  const named = [...when.matchAll(/github\.event_name\s*([!=])=\s*'(\w+)'/g)]
  const of = (sign: string) => new Set(named.flatMap(([, one, name]) => (one === sign ? [name] : [])))
  const [only, not] = [of('='), of('!')]
  return events.filter((name) => !not.has(name) && (only.size === 0 || only.has(name)))
}

/** Whoever gives a label, or is asked for by name, may not be a stranger. */
const ASKS_WHO = /association|actor|sender|label/

function lowTrust({ file, workflow, ours }: Subject): Finding[] {
  if (ours === undefined) return []
  const events = letThrough(
    ours.job.when,
    workflow.triggers.filter((name) => LOW_TRUST.has(name)),
  )
  if (events.length === 0) return [fine('low-trust-events', 'No event of strangers starts our job.')]
  if (ASKS_WHO.test(ours.job.when)) return []
  const how = onwardOf(workflow, ours) === 'dispatch' ? 'a run of the loop' : 'the loop'
  return [
    {
      id: 'low-trust-events',
      level: 'warning',
      what: `${file} runs on ${events.join(', ')} too.`,
      why: `Strangers can cause that, and so start ${how} with the secrets of the repository; and the cache cannot be written then.`,
      fix: `Move them to a workflow that checks who it is and then only asks: \`gh workflow run ${file}\`. Or write at our job: \`if: github.event_name == 'workflow_dispatch' || github.event_name == 'schedule'\``,
    },
  ]
}
