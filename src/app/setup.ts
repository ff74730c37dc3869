/**
 * Makes a workspace ready: the `setup` commands, once, and again when a lockfile changed or when
 * what they wrote is cleaned away between two attempts, because git does not ignore it.
 */
import type { Failure } from '../core/attempt.ts'
import { hash64 } from '../core/hash.ts'
import { LIMITS } from '../core/limits.ts'
import type { Settings } from '../core/settings.ts'
import type { Recording } from '../ports/recorder.ts'
import type { Workspace } from '../ports/workspace.ts'
import type { Ports } from './ports.ts'

export interface CommandSet {
  readonly commands: readonly string[]
  /** ms, of each command. */
  readonly timeout: number
  readonly cwd: string
  readonly signal: AbortSignal
  readonly recording: Recording
}

export interface CommandFailure {
  readonly because: string
  readonly failure: Failure
  readonly aborted: boolean
}

/** Runs commands in order up to the first that fails. */
export async function runAll(
  ports: Pick<Ports, 'commands' | 'redact'>,
  { commands, timeout, cwd, signal, recording }: CommandSet,
): Promise<CommandFailure | undefined> {
  const { hear } = recording
  for (const command of commands) {
    recording.title(`$ ${command}`)
    const result = await ports.commands.run({ command, cwd, timeout, signal, env: {}, hear })
    if (result.ok) continue
    const how = result.timedOut
      ? `did not end within ${timeout / 1_000} s`
      : result.aborted
        ? 'was interrupted'
        : `failed with exit code ${result.code ?? 'none'}`
    const tail = ports.redact(result.tail).slice(-LIMITS.tail_chars)
    return {
      because: `\`${command.slice(0, 200)}\` ${how}.`,
      failure: { command: command.slice(0, LIMITS.command_chars), tail },
      aborted: result.aborted,
    }
  }
  return undefined
}

export interface SetUp {
  readonly settings: Settings
  readonly signal: AbortSignal
  readonly recording: Recording
  /** Called when there is something to run. */
  readonly starts?: () => void
}

export interface SetUpDone {
  readonly failed?: CommandFailure
  /** The git tree as the commands left it, where some were run and it can be told. */
  readonly tree?: string
}

/** `setup` in a workspace that has not seen it for these lockfiles. */
export async function setUp(
  ports: Pick<Ports, 'commands' | 'redact' | 'workspaces'>,
  workspace: Workspace,
  { settings, signal, recording, starts }: SetUp,
): Promise<SetUpDone> {
  if (settings.setup.length === 0) return {}
  const key = hash64(JSON.stringify([settings.setup, await ports.workspaces.lockfiles(workspace)]))
  if (workspace.setup === key) return {}
  starts?.()
  const { setup: commands, setup_timeout: timeout } = settings
  const failed = await runAll(ports, { commands, timeout, cwd: workspace.path, signal, recording })
  if (failed !== undefined) return { failed }
  const tree = await ports.workspaces.markSetup(workspace, key)
  return tree === undefined ? {} : { tree }
}
