/** Agents, commands and outboxes that do what a test says. */
import { LoopError } from '../../src/core/error.ts'
import { isMail } from '../../src/core/letters.ts'
import type { InboxMessage } from '../../src/core/message.ts'
import type { OutboxFile } from '../../src/core/outbox.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import type { AgentOutcome, Agents, Assignment } from '../../src/ports/agent.ts'
import type { CommandRequest, CommandResult, Commands } from '../../src/ports/commands.ts'
import type { Desk, Outbox } from '../../src/ports/outbox.ts'
import type { WorldClock } from './world-clock.ts'
import type { Room, WorldWorkspaces } from './world-workspaces.ts'

/** What an act sees of its attempt. */
export interface Scene {
  readonly assignment: Assignment
  readonly attempt: number
  /** The workspace: what is changed here is the work. */
  readonly room: Room
  readonly signal: AbortSignal
  /** Writes `report.json`. */
  report(value: unknown): void
  /** Writes any file of the outbox. */
  leave(file: OutboxFile): void
  /** The messages that lie in its inbox now. */
  inbox(): readonly InboxMessage[]
}

/** One attempt of an agent; what it does not say is an ordinary success. */
export type Act = (scene: Scene) => Partial<AgentOutcome> | Promise<Partial<AgentOutcome>>

/** An act that waits for nobody. */
export type Instant = (scene: Scene) => Partial<AgentOutcome>

/** Adds a file named after the task. */
export const writes = ({ assignment, room }: Scene): Partial<AgentOutcome> => {
  room.files.set(`${assignment.task}.txt`, 'done')
  return {}
}

/** What a command does with the files it finds. */
export type Deed = (
  files: Map<string, string>,
  request: CommandRequest,
) => Partial<CommandResult> | Promise<Partial<CommandResult>>

export interface Worked {
  readonly task: string
  readonly attempt: number
  readonly run: string
}

/** What the agents and commands of a world are told to do, and what they did. */
export class Script {
  /** By task; the n-th act is the n-th attempt, the last one every further attempt. */
  readonly acts = new Map<string, readonly Act[]>()
  /** By command line, before the words every world knows: `true`, `false`, `has <path>`. */
  readonly deeds = new Map<string, Deed>()
  readonly missing = new Set<string>()
  /** Missing, and just now not to be had. */
  readonly unavailable = new Set<string>()
  /** Every agent that was started, in order. */
  readonly worked: Worked[] = []
  readonly assignments: Assignment[] = []
  /** Every command that was run, with the workspace it ran in. */
  readonly ran: string[] = []
  /** Runs before every act. */
  onStart: () => void = () => {}
}

export interface Stage {
  readonly script: Script
  readonly clock: WorldClock
  readonly workspaces: WorldWorkspaces
  readonly outboxes: Map<string, OutboxFile[]>
  readonly inboxes: Map<string, InboxMessage[]>
}

/** ms an agent takes. */
const WORK = 60_000

export const worldAgents = (stage: Stage, run: string): Agents => ({
  async check({ use }) {
    if (stage.script.unavailable.has(use)) throw new LoopError('agent-unavailable', `No answer for ${use}.`)
    if (stage.script.missing.has(use)) throw new LoopError('agent-missing', `There is no program ${use}.`)
  },
  async run(assignment, { signal }) {
    const { script, clock, workspaces, outboxes, inboxes } = stage
    const attempt = Number(assignment.env['CMS_ATTEMPT'])
    script.worked.push({ task: assignment.task, attempt, run })
    script.assignments.push(assignment)
    script.onStart()
    const left: OutboxFile[] = []
    outboxes.set(assignment.env['CMS_OUTBOX'] ?? '', left)
    const scene: Scene = {
      assignment,
      attempt,
      room: workspaces.room(assignment.workdir),
      signal,
      report: (value) => left.push({ path: 'report.json', text: JSON.stringify(value) }),
      leave: (file) => left.push(file),
      inbox: () => inboxes.get(assignment.env['CMS_INBOX'] ?? '') ?? [],
    }
    clock.pass(WORK)
    const acts = script.acts.get(assignment.task) ?? [writes]
    const did = await (acts[Math.min(attempt, acts.length) - 1] ?? writes)(scene)
    return { ...success(assignment.agent.use), ...did }
  },
})

const success = (agent: string): AgentOutcome => ({
  end: 'ready',
  because: 'It ended by itself.',
  text: '',
  usage: { usd: 0.25, basis: 'reported', tokens: NO_TOKENS, minutes: 1, agent },
})

export const worldCommands = ({ script, clock, workspaces }: Stage): Commands => ({
  async run(request) {
    script.ran.push(`${request.cwd} ${request.command}`)
    clock.pass(1_000)
    const { files } = workspaces.room(request.cwd)
    const did = await (script.deeds.get(request.command) ?? knownDeed(request.command))(files, request)
    const ok = did.ok ?? true
    return { ok, code: ok ? 0 : 1, timedOut: false, aborted: false, tail: '', ms: 1_000, ...did }
  },
})

function knownDeed(command: string): Deed {
  const [word, path = ''] = command.split(' ')
  switch (word) {
    case 'true':
      return () => ({})
    case 'false':
      return () => ({ ok: false, tail: 'Error: it is always false' })
    case 'has':
      return (files) => (files.has(path) ? {} : { ok: false, tail: `Error: ${path} is missing` })
    default:
      throw new Error(`nobody knows the command ${command}`)
  }
}

export const worldOutbox = ({ outboxes, inboxes }: Stage): Outbox => ({
  async open(lane) {
    const desk: Desk = { outbox: `/desk-${lane}/out`, inbox: `/desk-${lane}/in`, context: `/desk-${lane}/c` }
    outboxes.set(desk.outbox, [])
    inboxes.set(desk.inbox, [])
    return desk
  },
  read: async ({ outbox }) => outboxes.get(outbox) ?? [],
  mail: async ({ outbox }) => (outboxes.get(outbox) ?? []).filter(isMail),
  deliver: async ({ inbox }, messages) => {
    inboxes.set(inbox, [...(inboxes.get(inbox) ?? []), ...messages])
  },
})
