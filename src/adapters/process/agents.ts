/**
 * Runs agents: the adapter says what to run and what the output means; everything that has to
 * do with a process is done here, once.
 */
import type {
  AgentAdapter,
  AgentCommand,
  AgentExit,
  AgentInstaller,
  AgentNote,
  AgentOutcome,
  AgentReader,
  Agents,
  AgentWatch,
  Assignment,
} from '../../ports/agent.ts'
import { adapterFor, registry } from '../agent/registry.ts'
import { programFor } from './agent-program.ts'
import { environment, type Variables } from './environment.ts'
import { Lines, Tail } from './output.ts'
import { type Graces, supervise } from './supervise.ts'

const STDERR_KEPT = 8 * 1024
/** A program that floods its output must not flood the log. */
const MOST_NOTES = 5_000

export interface AgentsOptions {
  /** See `markOf`. */
  readonly mark: string
  /** Our environment. */
  readonly from: Variables
  /** Replaces HOME. */
  readonly home?: string | undefined
  /** None: a program that is missing is an error. */
  readonly installer?: AgentInstaller | undefined
  readonly adapters?: ReadonlyMap<string, AgentAdapter>
  readonly graces?: Partial<Graces>
}

/** Agents as real processes. */
export function createAgents(options: AgentsOptions): Agents {
  const adapters = options.adapters ?? registry
  /** Where the program of an agent is, by its name; `undefined`: on the PATH. */
  const programs = new Map<string, string | undefined>()
  return {
    async check(agent, watch) {
      const adapter = adapterFor(adapters, agent.use)
      if (programs.has(adapter.name)) return
      programs.set(adapter.name, await programFor({ ...options, adapter, agent, watch }))
    },
    run(assignment, watch) {
      const adapter = adapterFor(adapters, assignment.agent.use)
      const command = adapter.command(assignment)
      const file = programs.get(adapter.name) ?? command.file
      return runAgent(adapter, { ...command, file }, { assignment, watch, options })
    },
  }
}

interface Running {
  readonly assignment: Assignment
  readonly watch: AgentWatch
  readonly options: AgentsOptions
}

async function runAgent(
  adapter: AgentAdapter,
  command: AgentCommand,
  { assignment, watch, options }: Running,
): Promise<AgentOutcome> {
  const { agent, workdir } = assignment
  const env = environment({
    from: options.from,
    inherit: [...command.inherit, ...agent.env],
    set: { ...assignment.env, ...command.env },
    home: options.home,
  })
  const ear = new Ear(adapter.reader(assignment), notes(watch))
  const supervised = await supervise({
    ...command,
    cwd: workdir,
    env,
    mark: options.mark,
    timeout: agent.timeout,
    stall: agent.stall,
    signal: watch.signal,
    graces: options.graces,
    output: (chunk, from) => {
      watch.hear?.(chunk, from)
      return ear.hear(chunk, from)
    },
  })
  const { problem, ...exit } = supervised
  if (!ear.finished) for (const line of (await adapter.recall?.(assignment, env)) ?? []) ear.line(line)
  return ear.outcome({ ...exit, stderr: problem ?? ear.stderr.text() })
}

/** Cuts what an agent prints into lines for its reader. */
class Ear {
  readonly stderr = new Tail(STDERR_KEPT)
  finished = false
  readonly #lines: Lines
  readonly #reader: AgentReader
  readonly #note: (note: AgentNote) => void

  constructor(reader: AgentReader, note: (note: AgentNote) => void) {
    this.#reader = reader
    this.#note = note
    this.#lines = new Lines((line) => this.line(line))
  }

  hear(chunk: Buffer, from: 'stdout' | 'stderr'): boolean {
    if (from === 'stderr') this.stderr.push(chunk)
    else this.#lines.push(chunk)
    return this.finished
  }

  line(text: string): void {
    const { note, finished } = this.#reader.line(text)
    if (note !== undefined) this.#note(note)
    if (finished === true) this.finished = true
  }

  outcome(exit: AgentExit): AgentOutcome {
    this.#lines.end()
    return this.#reader.end(exit)
  }
}

function notes(watch: AgentWatch): (note: AgentNote) => void {
  let count = 0
  return (note) => {
    count += 1
    if (count <= MOST_NOTES) watch.note(note)
    if (count === MOST_NOTES) watch.note({ line: 'it goes on; the rest of its output is not shown' })
  }
}
