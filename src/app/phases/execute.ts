/**
 * Phase 3: a workspace at the work head (or at the last attempt's salvage), setup, the
 * prompt, and one fresh agent process, watched.
 */
import type { Failure, Verdict } from '../../core/attempt.ts'
import { usdCap } from '../../core/budget.ts'
import { LoopError } from '../../core/error.ts'
import { skillsGiven } from '../../core/learning/skill.ts'
import { LIMITS } from '../../core/limits.ts'
import { type AgentReport, readReport, reportedUsage } from '../../core/outbox.ts'
import { isPlan } from '../../core/planning.ts'
import { contextOf, promptOf } from '../../core/prompt.ts'
import { startsFrom } from '../../core/salvage.ts'
import { verifiesParts } from '../../core/split.ts'
import { printable, sentences } from '../../core/text.ts'
import type { AgentNote, AgentOutcome } from '../../ports/agent.ts'
import type { Workspace } from '../../ports/workspace.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { exchanging } from '../exchange.ts'
import { finishedBefore, nothing, UNFIT } from '../finished.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'
import { type CommandFailure, runAll, setUp } from '../setup.ts'

export async function execute(ports: Ports, attempt: Attempt): Promise<Executed> {
  const { task, lease, settings, agent, signal, recording } = attempt
  const early = (end: Verdict, because: string, failure?: Failure): Executed => ({
    end,
    because,
    usage: nothing(agent.use),
    seenRed: false,
    ...(failure === undefined ? {} : { failure }),
  })
  if (lease.landing === true) return land(ports, attempt)
  const without = await programOf(ports, attempt)
  if (signal.aborted) return early('interrupted', 'Interrupted before the agent was started.')
  if (without !== undefined) return early(without.end, without.because)

  const start = await startingPoint(ports, attempt)
  const workspace = await ports.workspaces.open(lease.lane, 'work', start.commit, nameOf(attempt))
  const starts = () => tell(ports, attempt, 'setup')
  const { failed, tree } = await setUp(ports, workspace, { settings, signal, recording, starts })
  if (failed !== undefined) {
    return early(failed.aborted ? 'interrupted' : 'setup_failed', failed.because, failed.failure)
  }
  const colour = settings.red_first && task.verify.length > 0 ? await colourOf(ports, attempt) : undefined
  if (typeof colour === 'object') {
    return early(colour.aborted ? 'interrupted' : 'setup_failed', colour.because, colour.failure)
  }
  if (colour === 'green')
    return early('already_green', 'Its own verification succeeds before any work was done.')
  if (signal.aborted) return early('interrupted', 'Interrupted before the agent was started.')
  return runAgent(ports, attempt, workspace, {
    continued: start.continued,
    seenRed: colour === 'red',
    // What setup writes is not the agent's work; what an earlier attempt did counts as this one's.
    ...(tree === undefined || start.continued ? {} : { setupTree: tree }),
  })
}

/** What an earlier attempt or the parts have finished, on the work head there is now: no agent, and nothing spent. */
async function land(ports: Ports, attempt: Attempt): Promise<Executed> {
  const { lease } = attempt
  const finished = finishedBefore(attempt)
  const commit = verifiesParts(attempt.task, lease)
    ? lease.base
    : await replayed(ports, attempt, attempt.task.salvage?.commit)
  if (commit === undefined) return { ...finished, end: 'conflict', because: UNFIT }
  const workspace = await ports.workspaces.open(lease.lane, 'work', commit, nameOf(attempt))
  return { ...finished, workspace }
}

/** Has the program of the agent made ready. @returns why it is not; `undefined` when it is. */
async function programOf(
  { agents, reporter, redact }: Ports,
  { agent, signal }: Attempt,
): Promise<{ end: 'misconfigured' | 'unavailable'; because: string } | undefined> {
  const note = ({ line }: AgentNote) => reporter.tell({ type: 'note', text: redact(printable(line)) })
  try {
    await agents.check(agent, { signal, note })
    return undefined
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    const because = redact(printable(sentences(error.message, error.hint)))
    return { end: error.code === 'agent-unavailable' ? 'unavailable' : 'misconfigured', because }
  }
}

/** The work head, or a commit on it that holds what the last attempt left, if that still fits. */
async function startingPoint(
  ports: Ports,
  attempt: Attempt,
): Promise<{ commit: string; continued: boolean }> {
  const { task, lease, settings } = attempt
  const last = settings.policy.retry === 'clean' ? undefined : startsFrom(task)
  const commit = await replayed(ports, attempt, last)
  return { commit: commit ?? lease.base, continued: commit !== undefined }
}

/** What was kept, as a commit on the work head; `undefined` where it is gone or does not fit. */
async function replayed(
  ports: Ports,
  { task, lease, startedAt }: Attempt,
  kept: string | undefined,
): Promise<string | undefined> {
  if (kept === undefined) return undefined
  // Also brings it here: on a new runner nobody has seen it yet.
  const there = await ports.store.salvaged(task.id)
  if (!there.some(({ commit }) => commit === kept)) return undefined
  const tree = await ports.workspaces.rebase(kept, lease.base)
  if (tree === undefined) return undefined
  const message = `${UNFINISHED} ${task.id}`
  return commitWork(ports, { tree, parent: lease.base, message, at: startedAt })
}

/** What a workspace is opened for: no other attempt has this name. */
export const nameOf = ({ checkpoint, lease }: Pick<Attempt, 'checkpoint' | 'lease'>): string =>
  `${checkpoint.epoch}.${lease.fence}`

/** Subject of the commit an attempt continues from; it is not the agent's own. */
export const UNFINISHED = 'Unfinished work on'

/**
 * Red-first: the task's own verification must fail on the base. A setup that fails there says
 * nothing of it: that failure is the answer then.
 */
export async function colourOf(
  ports: Ports,
  { task, lease, settings, signal, recording }: Attempt,
): Promise<'red' | 'green' | CommandFailure> {
  const workspace = await ports.workspaces.open(lease.lane, 'verify', lease.base)
  const unready = await setUp(ports, workspace, { settings, signal, recording })
  if (unready.failed !== undefined) return unready.failed
  const { verify_timeout: timeout } = settings
  const set = { commands: task.verify, timeout, cwd: workspace.path, signal, recording }
  const failed = await runAll(ports, set)
  if (failed?.aborted === true) return failed
  return failed === undefined ? 'green' : 'red'
}

interface Stance {
  readonly continued: boolean
  readonly seenRed: boolean
  readonly setupTree?: string
}

async function runAgent(
  ports: Ports,
  attempt: Attempt,
  workspace: Workspace,
  stance: Stance,
): Promise<Executed> {
  const { task, lease, checkpoint, agent, signal, recording } = attempt
  const context = contextOf(checkpoint, task)
  const skills = skillsGiven(checkpoint, lease.lessons?.given ?? [])
  const desk = await ports.outbox.open(lease.lane, JSON.stringify(context, null, 2), skills)
  const { continued, seenRed, setupTree } = stance
  await ports.workspaces.entrust(workspace, setupTree === undefined ? {} : { setupTree })
  tell(ports, attempt, 'execute')
  recording.title(`${agent.use}, attempt ${lease.attempt} of ${task.id}`)
  const work = () =>
    ports.agents.run(
      {
        task: task.id,
        prompt: promptOf(context, continued),
        workdir: workspace.path,
        agent,
        run: task.run,
        usdCap: usdCap(checkpoint, { lease, now: attempt.startedAt }),
        env: {
          CMS_LOOP: checkpoint.loop,
          CMS_TASK: task.id,
          CMS_ITERATION: String(lease.iteration),
          CMS_ATTEMPT: String(lease.attempt),
          CMS_OUTBOX: desk.outbox,
          CMS_INBOX: desk.inbox,
          CMS_CONTEXT: desk.context,
          ...(desk.skills === undefined ? {} : { CMS_SKILLS: desk.skills }),
        },
        session: ports.chance.uuid(),
        skills: desk.skills,
      },
      {
        signal,
        hear: recording.hear,
        note: ({ line, usd }) =>
          ports.reporter.tell({
            type: 'line',
            lane: lease.lane,
            line: printable(line),
            ...(usd === undefined ? {} : { usd }),
          }),
      },
    )
  const { result: outcome, delivered } = await exchanging(ports, { attempt, desk }, work)
  const read = readReport(await ports.outbox.read(desk), ports.redact)
  const report = { ...read, mail: { ...read.mail, delivered } }
  const unread = report.broken === undefined || outcome.end === 'ready' ? [] : [report.broken]
  for (const problem of [...report.problems, ...unread])
    ports.reporter.tell({ type: 'warning', text: `outbox of ${task.id}: ${problem}` })
  const found = setupTree === undefined ? { workspace, seenRed } : { workspace, seenRed, setupTree }
  return { ...found, ...ended(ports, outcome, report, isPlan(task)) }
}

function ended(
  { redact }: Pick<Ports, 'redact'>,
  outcome: AgentOutcome,
  report: AgentReport,
  isOfPlan: boolean,
): Omit<Executed, 'workspace' | 'seenRed' | 'setupTree'> {
  const said = verdictOf(outcome, report)
  // Proposing its parts is all that a plan does.
  const { end, because } = isOfPlan && said.end === 'split' ? { ...said, end: 'ready' as const } : said
  const resumeAt = outcome.resumeAt ?? (end === 'rate_limited' ? report.retryAt : undefined)
  return {
    end,
    because: redact(because),
    usage: reportedUsage(outcome.usage, report),
    report,
    ...(end === 'ready' || end === 'split'
      ? {}
      : { failure: { tail: redact(outcome.text).slice(-LIMITS.tail_chars) } }),
    ...(resumeAt === undefined ? {} : { resumeAt }),
  }
}

/** The process, then the report: an agent can say less than its ending does, never more. */
function verdictOf(outcome: AgentOutcome, report: AgentReport): { end: 'ready' | Verdict; because: string } {
  if (outcome.end !== 'ready') return { end: outcome.end, because: outcome.because }
  if (report.broken !== undefined) return { end: 'agent_failed', because: report.broken }
  if (report.status === 'blocked')
    return { end: 'blocked', because: report.because || 'The agent says that it is blocked.' }
  if (report.status === 'split')
    return { end: 'split', because: report.because || 'The agent says that it is too much for one session.' }
  if (outcome.denied === true)
    return { end: 'no_progress', because: 'Every tool it wanted to use was denied.' }
  return { end: 'ready', because: outcome.because }
}

function tell({ reporter }: Ports, { task, lease }: Attempt, phase: 'setup' | 'execute'): void {
  reporter.tell({ type: 'phase', lane: lease.lane, task: task.id, phase })
}
