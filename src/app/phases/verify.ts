/**
 * Phase 4: freeze what the agent left, guard it, run the verify commands on the frozen
 * commit, and say what the attempt was. The agent has no part in it.
 */
import type { Failure, Verdict } from '../../core/attempt.ts'
import { LoopError } from '../../core/error.ts'
import { CONSEQUENCES } from '../../core/failure.ts'
import { surfaceChanges } from '../../core/surface.ts'
import { workMessage } from '../../core/work-message.ts'
import type { Frozen, Workspace } from '../../ports/workspace.ts'
import type { Attempt, Executed, Judged } from '../attempt.ts'
import { breachesOf } from '../breaches.ts'
import { onOwnCommits } from '../own-commits.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'
import { runAll, setUp } from '../setup.ts'
import { UNFINISHED } from './execute.ts'

export async function verify(ports: Ports, attempt: Attempt, executed: Executed): Promise<Judged> {
  const { workspace } = executed
  if (workspace === undefined) return without(executed)
  const { lease, task } = attempt
  const frozen = await freeze(ports, workspace, lease.base)
  if (typeof frozen === 'string') return { surface: [], ...verdict('policy_violation', frozen) }
  const commands = [...task.verify, ...attempt.settings.verify]
  const surface = surfaceChanges(frozen.changes, commands)
  const taken = { tree: frozen.tree, surface, bytes: bytesOf(frozen) }
  const breaches = await breachesOf(ports, attempt, frozen)
  if (executed.end !== 'ready' && executed.end !== 'agent_limit') {
    return kept(ports, attempt, { executed, frozen, surface, isClean: breaches.length === 0 })
  }
  if (breaches.length > 0) {
    return { ...taken, ...verdict('policy_violation', breaches.slice(0, 5).join(' ')) }
  }
  if (isIdle(executed, frozen) && !task.allow_empty && !executed.seenRed) {
    // Who set the limit too low has to see that it was the limit.
    const limit = executed.end === 'agent_limit' ? ` ${executed.because}` : ''
    return { ...taken, ...verdict('no_progress', `It ended without changing anything.${limit}`) }
  }
  if (attempt.settings.strict_verify && surface.length > 0) {
    return {
      ...taken,
      ...verdict('policy_violation', `It changed what verifies it: ${surface.slice(0, 5).join(', ')}.`),
    }
  }
  return judge(ports, attempt, { executed, frozen, surface, workspace, commands })
}

/** Whether all there is was there before the agent. */
const isIdle = ({ setupTree }: Executed, { tree, changes }: Frozen): boolean =>
  changes.length === 0 || tree === setupTree

/** Files that git cannot take (a bad encoding in `.gitattributes`) are the attempt's fault, not ours. */
async function freeze(ports: Ports, workspace: Workspace, base: string): Promise<Frozen | string> {
  try {
    return await ports.workspaces.freeze(workspace, base)
  } catch (error) {
    if (error instanceof LoopError && error.code === 'git-failed') {
      return `What it left cannot be taken: ${error.message}`
    }
    throw error
  }
}

const bytesOf = ({ changes }: Frozen): number => changes.reduce((sum, { size }) => sum + size, 0)

const verdict = (name: Verdict, because: string, failure?: Failure) => ({
  verdict: name,
  because,
  ...(failure === undefined ? {} : { failure }),
})

/** Nothing was started: there is nothing to take. */
const without = ({ end, because, failure }: Executed): Judged => ({
  ...verdict(end === 'ready' ? 'no_result' : end, because, failure),
  surface: [],
})

interface Taken {
  readonly executed: Executed
  readonly frozen: Frozen
  readonly surface: readonly string[]
}

/** The attempt failed before verification; its work is committed if a later one may use it. */
async function kept(
  ports: Ports,
  attempt: Attempt,
  { executed, frozen, surface, isClean }: Taken & { readonly isClean: boolean },
): Promise<Judged> {
  const end = executed.end === 'ready' ? 'no_result' : executed.end
  const worth = CONSEQUENCES[end].salvage === true && isClean && !isIdle(executed, frozen)
  const commit = worth ? await commitOf(ports, attempt, executed, frozen) : undefined
  return {
    ...verdict(end, executed.because, executed.failure),
    tree: frozen.tree,
    surface,
    bytes: bytesOf(frozen),
    ...(commit === undefined ? {} : { commit }),
  }
}

async function judge(
  ports: Ports,
  attempt: Attempt,
  {
    executed,
    frozen,
    surface,
    workspace,
    commands,
  }: Taken & { workspace: Workspace; commands: readonly string[] },
): Promise<Judged> {
  const commit = await commitOf(ports, attempt, executed, frozen)
  const taken = { tree: frozen.tree, surface, bytes: bytesOf(frozen), commit }
  const landing = async () =>
    attempt.settings.commits === 'keep'
      ? onOwnCommits(ports, attempt, {
          workspace,
          tree: frozen.tree,
          commit,
          summary: summaryOf(executed),
        })
      : commit
  // Where it is verified in place, its `.git` lies open to whatever is run.
  const early = attempt.settings.verify_in === 'same' ? await landing() : undefined
  const failed = await check(ports, attempt, { workspace, commands, commit })
  if (failed?.aborted === true) return { ...taken, ...verdict('interrupted', failed.because) }
  if (failed !== undefined) return { ...taken, ...verdict('verify_failed', failed.because, failed.failure) }
  // An agent stopped by its own limit has finished only if its verification has turned from red to green.
  if (executed.end === 'agent_limit' && !executed.seenRed) {
    return { ...taken, ...verdict('agent_limit', executed.because, executed.failure) }
  }
  const how =
    commands.length === 0
      ? 'Nothing verifies it.'
      : `${commands.length} verify ${commands.length === 1 ? 'command' : 'commands'} succeeded.`
  return { ...taken, commit: early ?? (await landing()), ...verdict('done', how) }
}

interface Check {
  readonly workspace: Workspace
  readonly commands: readonly string[]
  readonly commit: string
}

/** In a second clean checkout after `setup`, or in place where the loop file says `same`. */
async function check(
  ports: Ports,
  { task, lease, settings, signal, recording }: Attempt,
  { workspace, commands, commit }: Check,
) {
  if (commands.length === 0) return undefined
  ports.reporter.tell({ type: 'phase', lane: lease.lane, task: task.id, phase: 'verify' })
  const place =
    settings.verify_in === 'same' ? workspace : await ports.workspaces.open(lease.lane, 'verify', commit)
  const { failed } =
    settings.verify_in === 'same' ? {} : await setUp(ports, place, { settings, signal, recording })
  if (failed !== undefined) return failed
  const { verify_timeout: timeout } = settings
  return runAll(ports, { commands, timeout, cwd: place.path, signal, recording })
}

const summaryOf = ({ report }: Executed): string => report?.summary ?? ''

function commitOf(ports: Ports, attempt: Attempt, executed: Executed, frozen: Frozen): Promise<string> {
  const { task, lease, checkpoint } = attempt
  const subjects = frozen.subjects.filter((one) => !one.startsWith(UNFINISHED)).map(ports.redact)
  const text = workMessage({
    task,
    iteration: lease.iteration,
    seq: checkpoint.seq + 1,
    summary: summaryOf(executed),
    subjects,
  })
  return commitWork(ports, {
    tree: frozen.tree,
    parent: lease.base,
    message: text,
    at: ports.clock.now(),
  })
}
