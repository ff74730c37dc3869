/**
 * From a parsed loop file to the configuration of a loop, or to everything that is wrong with it.
 *
 * Pure: the reader gives the plain value and says where things stand in the text. All mistakes
 * are found in one pass: what one value may be (`loop-file.ts`), what the tasks say about each
 * other (`task-mistakes.ts`), and what must fit together (here).
 */
import { z } from 'zod'
import { LoopFile } from './loop-file.ts'
import { type Finding, findingsOf, type Locate, type Mistake, place } from './mistake.ts'
import { nearest } from './nearest.ts'
import { laneWarnings, quotaFor } from './quota.ts'
import {
  type AgentOverride,
  agentFor,
  attemptLimit,
  DEFAULT_BUDGET,
  type LoopConfig,
  OWN_TIME,
  reserveFor,
  Settings,
  TaskSpec,
} from './settings.ts'
import { isRecord, outlineOf, taskFindings } from './task-mistakes.ts'
import { epoch, iso, MINUTE } from './time.ts'
import { printDuration } from './units.ts'

/** What is known about the file beside its content. */
export interface Origin {
  readonly locate: Locate
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string
  /** Minutes a job may take, where jobs are limited. */
  readonly jobMinutes?: number | undefined
  /** Requests to GitHub that an iteration makes, where the loop carries itself on there. */
  readonly requests?: number | undefined
  /** Agents there are; without it any name will do. */
  readonly agents?: readonly string[] | undefined
}

export type Checked =
  | { readonly is: 'valid'; readonly config: LoopConfig }
  | { readonly is: 'invalid'; readonly mistakes: readonly Mistake[] }

/** Checks a parsed loop file. */
export function checkLoopFile(raw: unknown, origin: Origin): Checked {
  const parsed = LoopFile.safeParse(raw, { reportInput: true })
  const shape = parsed.success ? [] : firstFindings(parsed.error.issues)
  const findings = isRecord(raw) ? [...shape, ...relations(raw, shape, origin)] : [notAMapping(raw)]
  if (parsed.success && findings.length === 0)
    return { is: 'valid', config: configOf(parsed.data, origin.digest) }
  return { is: 'invalid', mistakes: place(told(findings), origin.locate) }
}

/** Nobody reads more mistakes than these, and a hostile file has a hundred times as many. */
const MOST_FINDINGS = 1_000

function firstFindings(issues: readonly z.core.$ZodIssue[]): Finding[] {
  const findings: Finding[] = []
  for (const issue of issues) if (findings.length <= MOST_FINDINGS) findings.push(...findingsOf(issue))
  return findings
}

const told = (findings: readonly Finding[]): readonly Finding[] =>
  findings.length <= MOST_FINDINGS
    ? findings
    : [
        { path: [], message: `more than ${MOST_FINDINGS} mistakes; these are the first` },
        ...findings.slice(0, MOST_FINDINGS),
      ]

const notAMapping = (raw: unknown): Finding => ({
  path: [],
  message:
    raw === undefined || raw === null
      ? 'the file is empty; it needs at least `tasks:` or `goal:`'
      : `the file must be a mapping of keys to values, not ${Array.isArray(raw) ? 'a list' : 'a single value'}`,
  hint: 'take it away, and `cms init` writes one to start from',
})

/** What values say about each other, as far as the sound part of the file goes. */
function relations(
  raw: Readonly<Record<string, unknown>>,
  shape: readonly Finding[],
  origin: Origin,
): Finding[] {
  const tasks = outlineOf(raw)
  const findings = [...taskFindings(raw, tasks)]
  // Whatever is broken is left out, so that one slip does not hide the mistakes behind it.
  const broken = new Set(shape.map(({ path }) => path[0]))
  const sound = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== 'tasks' && !broken.has(key)))
  const file = LoopFile.safeParse(sound)
  if (!file.success) return findings
  const settings = settingsOf(file.data)
  const overrides = rawAgents(raw).map(({ index, agent }) => ({ path: agentPath(index), settings: agent }))
  const all = [{ path: ['agent'], settings: settings.agent }, ...overrides]
  for (const { path, settings: agent } of all) {
    findings.push(
      ...jobFindings({ settings, agent, path }, origin),
      ...agentFindings(agent.use, [...path, 'use'], origin),
    )
  }
  findings.push(...stepFindings(settings.policy.escalate, origin), ...laneFindings(settings, origin))
  return findings
}

const agentPath = (index: number): (string | number)[] => ['tasks', index, 'agent']

/** Agents named by tasks, those of tasks with other mistakes included. */
function rawAgents(raw: Readonly<Record<string, unknown>>): { index: number; agent: AgentOverride }[] {
  if (!Array.isArray(raw['tasks'])) return []
  return raw['tasks'].flatMap((task: unknown, index) => {
    if (!isRecord(task) || task['agent'] === undefined) return []
    const parsed = LoopFile.shape.agent.safeParse(task['agent'])
    return parsed.success ? [{ index, agent: overrideOf(parsed.data) ?? {} }] : []
  })
}

/** The agent's time limit must leave room in a job for everything around it. */
function jobFindings(
  { settings, agent, path }: { settings: Settings; agent: AgentOverride; path: Finding['path'] },
  { jobMinutes }: Origin,
): Finding[] {
  if (jobMinutes === undefined || (path.length > 1 && agent.timeout === undefined)) return []
  const { timeout } = agentFor(settings, agent)
  const wanted = attemptLimit(settings, timeout)
  if (wanted <= jobMinutes * MINUTE) return []
  const parts = `setup ${printDuration(settings.setup_timeout)} + agent ${printDuration(timeout)} + 2 × verify ${printDuration(settings.verify_timeout)} + ${printDuration(OWN_TIME)}`
  return [
    {
      path: [...path, 'timeout'],
      message: `an attempt may take ${printDuration(wanted)} (${parts}), but a job only ${printDuration(jobMinutes * MINUTE)}`,
      hint: 'shorten timeout, verify_timeout or setup_timeout, or raise timeout-minutes of the job',
    },
  ]
}

/** Lanes ask for each other by an API that counts. */
function laneFindings({ parallel }: Settings, { requests }: Origin): Finding[] {
  if (requests === undefined) return []
  const quota = quotaFor(parallel, requests)
  if (parallel <= quota.lanes) return []
  return [
    {
      path: ['parallel'],
      message: `these are too many lanes for GitHub: ${quota.sum}`,
      hint: 'lower it, or set the input `parallel` of the workflow: it takes the place of this number there',
    },
  ]
}

function agentFindings(use: string | undefined, path: Finding['path'], { agents }: Origin): Finding[] {
  if (use === undefined || agents === undefined || agents.includes(use)) return []
  const near = nearest(use, agents)
  const known = near === undefined ? `; there are ${agents.join(', ')}` : `; did you mean "${near}"?`
  return [{ path, message: `there is no agent "${use}"${known}` }]
}

const stepFindings = (steps: readonly string[], origin: Origin): Finding[] =>
  steps.flatMap((step, index) =>
    step.startsWith('agent:') ? agentFindings(step.slice(6), ['policy', 'escalate', index], origin) : [],
  )

/** `agent: claude` and `agent: { model: opus }` are both an override. */
const overrideOf = (agent: LoopFile['agent']): AgentOverride | undefined =>
  typeof agent === 'string' ? { use: agent } : agent

/** Every default filled in; keys given in `budget` replace the defaults one by one. */
function settingsOf(file: LoopFile): Settings {
  const { deadline, ...caps } = file.budget ?? {}
  const agent = { use: 'claude', ...overrideOf(file.agent) }
  const until =
    deadline === undefined
      ? {}
      : { deadline: iso(epoch(String(deadline instanceof Date ? iso(deadline.getTime()) : deadline))) }
  const budget = { ...DEFAULT_BUDGET, ...caps, ...until }
  // Nobody has seen what an agent will plan.
  const approve_plan = file.approve_plan ?? (file.tasks ?? []).length === 0
  return z.object(Settings.shape).parse({ ...file, agent, budget, approve_plan })
}

function configOf(file: LoopFile, digest: string): LoopConfig {
  const settings = settingsOf(file)
  const tasks = (file.tasks ?? []).map(specOf)
  return {
    loop: file.loop ?? 'main',
    goal: (file.goal ?? '').trim(),
    base: file.base,
    settings,
    tasks,
    digest,
    warnings: warningsOf(settings, tasks),
  }
}

function specOf(task: NonNullable<LoopFile['tasks']>[number]): TaskSpec {
  const { deps, needs = deps ?? [], uses = [], agent, name, ...rest } = task
  const override = overrideOf(agent)
  return TaskSpec.parse({
    ...rest,
    name: name?.trim() ?? task.id,
    needs: [...new Set(needs)],
    uses: [...new Set(uses)],
    ...(override === undefined ? {} : { agent: override }),
  })
}

/** Not wrong, but worth saying. */
function warningsOf(settings: Settings, tasks: readonly TaskSpec[]): string[] {
  const warnings: string[] = []
  if (tasks.length === 0 && settings.verify.length === 0)
    warnings.push(
      'Nothing but its own plan will check the work: give the loop a `verify` command, which is run after every task.',
    )
  const unverified = settings.verify.length > 0 ? [] : tasks.filter(({ verify }) => verify.length === 0)
  if (unverified.length > 0)
    warnings.push(
      `Nothing checks the work of ${listed(unverified.map(({ id }) => id))}: give the loop or the task a \`verify\` command.`,
    )
  const reserve = reserveFor(settings, agentFor(settings, undefined))
  const cap = settings.budget.usd
  if (cap !== undefined && reserve > cap)
    warnings.push(`No attempt can ever begin: each reserves $${reserve}, and the budget is $${cap}.`)
  warnings.push(...laneWarnings(settings))
  return warnings
}

const listed = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more tasks`
