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
  Heard,
  Machine,
} from '../../ports/agent.ts'
import { adapterFor, registry } from '../agent/registry.ts'
import { type Found, programFor } from './agent-program.ts'
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
  /** See `Machine`. */
  readonly isDisposable?: boolean
  readonly adapters?: ReadonlyMap<string, AgentAdapter>
  readonly graces?: Partial<Graces>
}

/** Agents as real processes. */
export function createAgents(options: AgentsOptions): Agents {
  const adapters = options.adapters ?? registry
  /** The programs of agents that were looked for, by their names. */
  const programs = new Map<string, Found>()
  return {
    async check(agent, watch) {
      const adapter = adapterFor(adapters, agent.use)
      if (programs.has(adapter.name)) return
      programs.set(adapter.name, await programFor({ ...options, adapter, agent, watch }))
    },
    run(assignment, watch) {
      const adapter = adapterFor(adapters, assignment.agent.use)
      const { file, version } = programs.get(adapter.name) ?? {}
      const machine = { version, isDisposable: options.isDisposable === true }
      const command = adapter.command(assignment, machine)
      return runAgent(
        adapter,
        { ...command, file: file ?? command.file },
        { assignment, watch, options, machine },
      )
    },
  }
}

interface Running {
  readonly assignment: Assignment
  readonly watch: AgentWatch
  readonly options: AgentsOptions
  readonly machine: Machine
}

async function runAgent(
  adapter: AgentAdapter,
  command: AgentCommand,
  { assignment, watch, options, machine }: Running,
): Promise<AgentOutcome> {
  const { agent, workdir } = assignment
  const env = environment({
    from: options.from,
    inherit: [...command.inherit, ...agent.env],
    set: { ...assignment.env, ...command.env },
    home: options.home,
  })
  const ear = new Ear(adapter.reader(assignment, machine), notes(watch))
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
  await ear.recall(env)
  return ear.outcome({ ...exit, stderr: problem ?? ear.stderr.text() })
}

/** Cuts what an agent prints into lines for its reader. */
class Ear {
  readonly stderr = new Tail(STDERR_KEPT)
  #finished = false
  readonly #lines: Lines
  readonly #complaints: Lines | undefined
  readonly #reader: AgentReader
  readonly #note: (note: AgentNote) => void

  constructor(reader: AgentReader, note: (note: AgentNote) => void) {
    this.#reader = reader
    this.#note = note
    this.#lines = new Lines((line) => this.#take(reader.line(line)))
    if (reader.complaint !== undefined)
      this.#complaints = new Lines((line) => this.#take(reader.complaint?.(line) ?? {}))
  }

  hear(chunk: Buffer, from: 'stdout' | 'stderr'): boolean {
    if (from === 'stdout') this.#lines.push(chunk)
    else {
      this.stderr.push(chunk)
      this.#complaints?.push(chunk)
    }
    return this.#finished
  }

  /** What it left elsewhere is no news: nothing of it is shown. */
  async recall(env: Readonly<Record<string, string>>): Promise<void> {
    this.#lines.end()
    this.#complaints?.end()
    for (const line of (await this.#reader.recall?.(env)) ?? []) this.#reader.line(line)
  }

  outcome(exit: AgentExit): AgentOutcome {
    return this.#reader.end(exit)
  }

  #take({ note, finished }: Heard): void {
    if (note !== undefined) this.#note(note)
    if (finished === true) this.#finished = true
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
