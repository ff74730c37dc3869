/** A workflow as far as a loop needs it to be right. Reads any value, and never throws. */

/** `permissions:` of a workflow or a job. */
export type Rights =
  | { readonly is: 'unset' }
  | { readonly is: 'all'; readonly access: string }
  | { readonly is: 'named'; readonly rights: ReadonlyMap<string, string> }

export interface Concurrency {
  readonly group: string
  readonly cancel: string
  readonly queue: string
}

type Texts = ReadonlyMap<string, string>

export interface WorkflowStep {
  readonly uses: string
  readonly run: string
  /** Its `if`. */
  readonly when: string
  readonly with: Texts
  readonly env: Texts
}

export interface WorkflowJob {
  readonly id: string
  /** Of a called workflow. */
  readonly uses: string
  readonly when: string
  readonly runsOn: string
  readonly rights: Rights
  readonly concurrency: Concurrency | undefined
  readonly timeout: string
  readonly environment: boolean
  readonly with: Texts
  /** `inherit`, or what is handed on. */
  readonly secrets: 'inherit' | Texts
  readonly env: Texts
  readonly steps: readonly WorkflowStep[]
}

export interface Input {
  readonly required: boolean
  readonly hasDefault: boolean
}

export interface Workflow {
  readonly runName: string
  readonly triggers: readonly string[]
  /** Of `workflow_dispatch`; `undefined`: there is no such trigger. */
  readonly inputs: ReadonlyMap<string, Input> | undefined
  readonly crons: readonly string[]
  readonly rights: Rights
  readonly concurrency: Concurrency | undefined
  readonly env: Texts
  readonly jobs: readonly WorkflowJob[]
}

type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** What a scalar says; everything else says nothing. */
const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''

const textsOf = (value: unknown): Texts =>
  new Map(Object.entries(treeOf(value)).map(([key, one]) => [key.toLowerCase(), textOf(one)]))

/** `undefined`: the value is no workflow at all. */
export function workflowOf(value: unknown): Workflow | undefined {
  if (!isTree(value) || !isTree(value['jobs']) || value['on'] === undefined) return undefined
  const on = value['on']
  const triggers = isTree(on) ? Object.keys(on) : (Array.isArray(on) ? on : [on]).map(textOf)
  const events = treeOf(on)
  return {
    runName: textOf(value['run-name']),
    triggers,
    inputs: triggers.includes('workflow_dispatch') ? inputsOf(events['workflow_dispatch']) : undefined,
    crons: listOf(events['schedule']).map((entry) => textOf(treeOf(entry)['cron'])),
    rights: rightsOf(value['permissions']),
    concurrency: concurrencyOf(value['concurrency']),
    env: textsOf(value['env']),
    jobs: Object.entries(value['jobs']).map(([id, job]) => jobOf(id, treeOf(job))),
  }
}

const inputsOf = (event: unknown): ReadonlyMap<string, Input> =>
  new Map(
    Object.entries(treeOf(treeOf(event)['inputs'])).map(([name, input]) => {
      const { required, default: fallback } = treeOf(input)
      return [name, { required: textOf(required) === 'true', hasDefault: fallback !== undefined }]
    }),
  )

function rightsOf(value: unknown): Rights {
  if (value === undefined) return { is: 'unset' }
  const all = /^(read|write)-all$/.exec(textOf(value))?.[1]
  return all === undefined ? { is: 'named', rights: textsOf(value) } : { is: 'all', access: all }
}

function concurrencyOf(value: unknown): Concurrency | undefined {
  if (value === undefined || value === null) return undefined
  if (!isTree(value)) return { group: textOf(value), cancel: 'false', queue: 'single' }
  return {
    group: textOf(value['group']),
    cancel: textOf(value['cancel-in-progress']) || 'false',
    queue: textOf(value['queue']) || 'single',
  }
}

const jobOf = (id: string, job: Tree): WorkflowJob => ({
  id,
  uses: textOf(job['uses']),
  when: textOf(job['if']),
  runsOn: [job['runs-on']].flat().map(textOf).join(' '),
  rights: rightsOf(job['permissions']),
  concurrency: concurrencyOf(job['concurrency']),
  timeout: textOf(job['timeout-minutes']),
  environment: job['environment'] !== undefined,
  with: textsOf(job['with']),
  secrets: job['secrets'] === 'inherit' ? 'inherit' : textsOf(job['secrets']),
  env: textsOf(job['env']),
  steps: listOf(job['steps']).map((step) => stepOf(treeOf(step))),
})

const stepOf = (step: Tree): WorkflowStep => ({
  uses: textOf(step['uses']),
  run: textOf(step['run']),
  when: textOf(step['if']),
  with: textsOf(step['with']),
  env: textsOf(step['env']),
})

/** Where a workflow hands over to us: a step of a job, or the job itself, which calls our workflow. */
export interface Ours {
  readonly job: WorkflowJob
  /** `undefined` in the form with several jobs. */
  readonly step: WorkflowStep | undefined
  readonly with: Texts
  readonly uses: string
}

const NAMED = /(^|\/)cms-iterate(\/\.github\/actions\/cms)?@/i
const CALLED =
  /(^|\/)cms-iterate\/\.github\/workflows\/loop\.ya?ml@|^(\.|\$)\/\.github\/workflows\/loop\.ya?ml$/i
const LOCAL = /^[.$]\/(\.github\/actions\/cms)?$/

/** Inputs that no other action has. */
const TELLING = ['anthropic-api-key', 'claude-code-oauth-token', 'job-minutes', 'agent-env', 'budget-usd']

/** @param job the one that runs, where that is known. @returns `undefined`: nothing in it looks like ours. */
export function oursIn(workflow: Workflow, job?: string): Ours | undefined {
  const running = workflow.jobs.filter(({ id }) => id === job)
  if (running.length > 0) return oursIn({ ...workflow, jobs: running }) ?? oursIn(workflow)
  const called = workflow.jobs.find(({ uses }) => CALLED.test(uses))
  if (called !== undefined) return { job: called, step: undefined, with: called.with, uses: called.uses }
  const tests: readonly ((step: WorkflowStep) => boolean)[] = [
    ({ uses }) => NAMED.test(uses),
    (step) => step.uses !== '' && TELLING.some((name) => step.with.has(name)),
    ({ uses }) => LOCAL.test(uses) && takesLanes(workflow),
  ]
  for (const isOurs of tests)
    for (const job of workflow.jobs) {
      const step = job.steps.find(isOurs)
      if (step !== undefined) return { job, step, with: step.with, uses: step.uses }
    }
  return undefined
}

/** Whether the loop can ask for a run of it. */
export const takesLanes = ({ inputs }: Workflow): boolean =>
  inputs?.has('lane') === true && inputs.has('nonce')

/** Whether it is there to carry a loop. */
export const carriesLoop = (workflow: Workflow): boolean =>
  takesLanes(workflow) || oursIn(workflow) !== undefined

/** How the loop goes on from run to run. */
export function onwardOf(
  workflow: Workflow,
  ours: Ours | undefined,
): 'dispatch' | 'here' | 'stop' | 'unclear' {
  const said = ours?.with.get('continue') ?? ''
  if (ours?.step === undefined && ours !== undefined) return 'dispatch'
  if (said === '') return takesLanes(workflow) ? 'dispatch' : 'here'
  return said === 'dispatch' || said === 'here' || said === 'stop' ? said : 'unclear'
}

/** Whether a value is worked out by GitHub, so that nobody can read it off the text. */
export const isExpression = (text: string): boolean => text.includes('${{')

/** Whether the workflow hands us a token that is not the one of the job. */
export const hasOwnToken = ({ step, with: given, job }: Ours): boolean => {
  const from = step === undefined && job.secrets !== 'inherit' ? job.secrets : given
  const token = from.get('github-token') ?? ''
  return token !== '' && !/github\.token|secrets\.GITHUB_TOKEN/i.test(token)
}

/** Names of the secrets that a text asks for. */
export function secretsIn(text: string): readonly string[] {
  const code = text.replace(/(^|\s)#.*$/gm, '')
  const found = [
    ...code.matchAll(/\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*["']([^"'\]]{1,100})["']\s*\])/g),
  ]
  const names = found.map(([, dotted, quoted]) => (dotted ?? quoted ?? '').toUpperCase())
  return [...new Set(names)].filter((name) => name !== 'GITHUB_TOKEN' && /^[A-Z_][A-Z0-9_]*$/.test(name))
}
