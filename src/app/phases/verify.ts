/**
 * Phase 4: freeze what the agent left, guard it, run the verify commands on the frozen
 * commit, and say what the attempt was. The agent has no part in it.
 */
import { LoopError } from '../../core/error.ts'
import type { Frozen, Workspace } from '../../ports/workspace.ts'
import { appraise, type Left, planOf, proven, type Sound, summaryOf, verdict } from '../appraise.ts'
import type { Attempt, Executed, Judged } from '../attempt.ts'
import { dropFiles, isFileless, judgeFileless } from '../fileless.ts'
import { onOwnCommits } from '../own-commits.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'
import { type CommandFailure, runAll, setUp } from '../setup.ts'

export async function verify(ports: Ports, attempt: Attempt, executed: Executed): Promise<Judged> {
  const { workspace, taken } = executed
  if (isFileless(attempt, executed)) {
    await dropFiles(ports, attempt, executed)
    return judgeFileless(executed)
  }
  if (workspace === undefined) return without(executed)
  const { base } = attempt.lease
  const frozen = await (taken === undefined ? freeze(ports, workspace, base) : frozenIn(ports, taken, base))
  if (typeof frozen === 'string') return { surface: [], ...verdict('policy_violation', frozen) }
  const left = { executed, frozen }
  const appraised = await appraise(ports, attempt, left)
  if (appraised.is === 'judged') return appraised.judged
  return judge(ports, attempt, { ...left, workspace, sound: appraised.sound })
}

/**
 * Files that git cannot take (a bad encoding in `.gitattributes`) are the attempt's fault, not ours; that git was
 * killed is nobody's.
 */
export async function freeze(ports: Ports, workspace: Workspace, base: string): Promise<Frozen | string> {
  try {
    return await ports.workspaces.freeze(workspace, base)
  } catch (error) {
    if (error instanceof LoopError && error.code === 'git-failed' && !error.killed) {
      return `What it left cannot be taken: ${error.message}`
    }
    throw error
  }
}

/** What was frozen before, as its commit tells it. */
async function frozenIn({ workspaces }: Ports, commit: string, base: string): Promise<Frozen> {
  const tree = await workspaces.treeOf(commit)
  return { tree, changes: await workspaces.changes(base, tree), subjects: [] }
}

/** Nothing was started: there is nothing to take. */
export const without = ({ end, because, failure }: Executed): Judged => ({
  ...verdict(end === 'ready' ? 'no_result' : end, because, failure),
  surface: [],
})

interface Judging extends Left {
  readonly workspace: Workspace
  readonly sound: Sound
}

async function judge(ports: Ports, attempt: Attempt, judging: Judging): Promise<Judged> {
  const { executed, frozen, workspace, sound } = judging
  const folded = planOf(ports, attempt, judging)
  const commit = await commitWork(ports, folded)
  const { tree } = frozen
  const taken = { tree, surface: sound.surface, bytes: sound.bytes, commit }
  const landing = async () =>
    attempt.settings.commits === 'keep'
      ? onOwnCommits(ports, attempt, { workspace, tree, plan: folded, summary: summaryOf(executed) })
      : { plan: folded, own: [] }
  // Where it is verified in place, its `.git` lies open to whatever is run.
  const isSame = attempt.settings.verify_in === 'same'
  const early = isSame ? await landing() : undefined
  const place = isSame ? workspace : undefined
  const failed = await prove(ports, attempt, { commit, commands: sound.commands, place })
  if (failed?.aborted === true) return { ...taken, ...verdict('interrupted', failed.because) }
  if (failed !== undefined) return { ...taken, ...verdict('verify_failed', failed.because, failed.failure) }
  // An agent stopped by its own limit has finished only if its verification has turned from red to green.
  if (executed.end === 'agent_limit' && !executed.seenRed) {
    return { ...taken, ...verdict('agent_limit', executed.because, executed.failure) }
  }
  const { plan, own } = early ?? (await landing())
  const left = { patch: commit, frozen, own }
  return { ...taken, commit: own.at(-1)?.commit ?? commit, plan, left, ...verdict('done', proven(sound)) }
}

interface Proof {
  readonly commit: string
  readonly commands: readonly string[]
  /** Where it lies already; else it is laid out in a clean checkout, after `setup`. */
  readonly place?: Workspace | undefined
}

/** Runs what verifies a commit. @returns what failed. */
export async function prove(
  ports: Ports,
  { task, lease, settings, signal, recording }: Attempt,
  { commit, commands, place }: Proof,
): Promise<CommandFailure | undefined> {
  if (commands.length === 0) return undefined
  ports.reporter.tell({ type: 'phase', lane: lease.lane, task: task.id, phase: 'verify' })
  const workspace = place ?? (await ports.workspaces.open(lease.lane, 'verify', commit))
  // What lands without an agent was opened without a setup.
  const isUnready = place === undefined || lease.landing === true
  const { failed } = isUnready ? await setUp(ports, workspace, { settings, signal, recording }) : {}
  if (failed !== undefined) return failed
  const { verify_timeout: timeout } = settings
  return runAll(ports, { commands, timeout, cwd: workspace.path, signal, recording })
}
