import type { Verdict } from '../core/attempt.ts'
import type { ResolvedAgent } from '../core/settings.ts'
import type { Usage } from '../core/usage.ts'
import type { Hear } from './recorder.ts'

/** What an agent is asked to do. Plain data, so it can be logged and replayed. */
export interface Assignment {
  readonly task: string
  readonly prompt: string
  /** Absolute path of the workspace. */
  readonly workdir: string
  readonly agent: ResolvedAgent
  /** What the `command` agent runs. */
  readonly run: string | undefined
  /** US dollars it may use; given to agents that obey it. */
  readonly usdCap: number
  /** `CMS_LOOP`, `CMS_TASK`, `CMS_ITERATION`, `CMS_ATTEMPT`, `CMS_OUTBOX`, `CMS_INBOX`, `CMS_CONTEXT`. */
  readonly env: Readonly<Record<string, string>>
  /** A UUID, new for each attempt. */
  readonly session: string
  /** A folder that is a plugin of Claude Code, and has `skills/<name>/SKILL.md` for everybody; `undefined`: none. */
  readonly skills?: string | undefined
  /** The tools for this attempt, for agents that take such a server; none: files are all there is. */
  readonly mcp?: McpServer | undefined
}

/** How an agent starts an MCP server on standard input and output. */
export interface McpServer {
  /** Absolute. */
  readonly command: string
  readonly args: readonly string[]
  /** All that it needs: not every agent hands its own environment on. */
  readonly env: Readonly<Record<string, string>>
}

/** Program and arguments. The prompt goes to standard input, never into a process list. */
export interface AgentCommand {
  readonly file: string
  readonly args: readonly string[]
  /** Added to the allow-list of inherited variables. */
  readonly env: Readonly<Record<string, string>>
  /** Names inherited beside the allow-list: where the agent's own credentials are. */
  readonly inherit: readonly string[]
  readonly stdin: string
}

export interface AgentExit {
  /** `undefined` when a signal ended it or it never started. */
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Why we ended it, if we did. */
  readonly ended: 'by_itself' | 'after_result' | 'timeout' | 'stall' | 'abort' | 'not_started'
  /** The last part of standard error, at most 8 KB. */
  readonly stderr: string
  /** Wall time, ms. */
  readonly ms: number
}

/** Verdicts an agent's process can end with; `ready` still has to be verified. */
export type AgentEnd =
  | 'ready'
  | Extract<
      Verdict,
      | 'agent_failed'
      | 'no_result'
      | 'timed_out'
      | 'stalled'
      | 'context_overflow'
      | 'agent_limit'
      | 'no_progress'
      | 'refused'
      | 'rate_limited'
      | 'unavailable'
      | 'auth_failed'
      | 'billing'
      | 'misconfigured'
      | 'interrupted'
    >

export interface AgentOutcome {
  readonly end: AgentEnd
  /** A sentence for people. */
  readonly because: string
  /** The agent's own last words, at most 4 KB. */
  readonly text: string
  /** Without `minutes` of the harness; `minutes` here are the process's own. */
  readonly usage: Usage
  /** ISO 8601: when a limit resets, if it was said. */
  readonly resumeAt?: string
  /** `ready`, but every tool it wanted was denied. */
  readonly denied?: boolean
}

/** Where the program of an agent comes from when a machine has none. */
export interface AgentProgram {
  /** The npm package that people install. */
  readonly package: string
  /** The version its adapter was tested with. */
  readonly version: string
  /** What has the program itself, by `<platform>-<arch>`; for a Linux without glibc, `-musl` follows. */
  readonly binaries: Readonly<Record<string, BinaryPackage>>
}

/** An npm package with one program in it that runs as it is. */
export interface BinaryPackage {
  readonly package: string
  /** Path of the program in the package. */
  readonly path: string
  /** `sha512-…` of its tarball at the tested version, as npm tells it. */
  readonly integrity: string
}

/** Something worth showing while it works. Never contains secrets by itself; still redacted. */
export interface AgentNote {
  /** One line for people: a tool call, a text, a retry. */
  readonly line: string
  /** US dollars so far, where the stream tells. */
  readonly usd?: number
}

/** Reads one attempt's standard output, line by line. Never throws on what it reads. */
export interface AgentReader {
  /** @returns what to show, and whether the final result has now been seen. */
  line(text: string): { readonly note?: AgentNote; readonly finished?: boolean }
  end(exit: AgentExit): AgentOutcome
}

/**
 * One kind of coding agent. It answers two questions — what to run, and what its output
 * means — and does neither. Spawning, limits, killing the tree, the environment allow-list
 * are done once, in `adapters/process/`.
 */
export interface AgentAdapter {
  /** As written in `agent:`, e.g. `claude`. */
  readonly name: string
  /** Arguments that make its program print a version and exit; none when there is no such thing. */
  readonly version: { readonly file: string; readonly args: readonly string[] } | undefined
  /** Can be installed where it is missing; none when there is nothing to install. */
  readonly program?: AgentProgram
  /** @throws LoopError `bad-loop-file` when the task lacks what this agent needs. */
  command(assignment: Assignment): AgentCommand
  reader(assignment: Assignment): AgentReader
  /**
   * Asked when the program ended without a final result: lines for the reader that it left
   * somewhere else, such as its cost in a transcript. Never rejects.
   *
   * @param env the environment it ran in.
   */
  recall?(assignment: Assignment, env: Readonly<Record<string, string>>): Promise<readonly string[]>
}

/** How `app` runs agents. Never rejects for anything an agent does. */
export interface Agents {
  /**
   * Makes sure that its program is there, and installs it where that is allowed.
   *
   * @throws LoopError `agent-unknown`, `agent-missing`; `agent-unavailable` when trying again later may help.
   */
  check(agent: ResolvedAgent, watch?: AgentWatch): Promise<void>
  run(assignment: Assignment, watch: AgentWatch): Promise<AgentOutcome>
}

export interface AgentWatch {
  readonly signal: AbortSignal
  note(note: AgentNote): void
  readonly hear?: Hear
}

/** Gets programs of agents where they are missing. */
export interface AgentInstaller {
  /** Wanted whatever version is on the PATH; `undefined`: any that is there, else the tested one. */
  readonly version: string | undefined
  /**
   * @param name of the agent.
   * @returns the absolute path of its program.
   * @throws LoopError `agent-missing`, `agent-unavailable`, `disk-full`, `read-only`.
   */
  install(name: string, program: AgentProgram, watch?: AgentWatch): Promise<string>
}
