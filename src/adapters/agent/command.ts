/** The agent that is no model: the task's own `run`, in a shell. */
import { LoopError } from '../../core/error.ts'
import { NO_TOKENS } from '../../core/usage.ts'
import type { AgentAdapter, AgentExit, AgentReader, Assignment } from '../../ports/agent.ts'
import { strictShell } from '../process/shell.ts'
import { type Ending, endedByUs, howItExited } from './ended.ts'
import { firstLine, KEPT, lastLines, shortened } from './words.ts'

/** EX_TEMPFAIL of sysexits.h: come back later. */
const COME_BACK_LATER = 75

const NO_COST = { usd: 0, basis: 'reported' } as const
/** It says itself in its outbox what it spent. If it does not, its reserve is charged: by default nothing. */
const UNKNOWN_COST = { usd: null, basis: 'unknown' } as const

export const command: AgentAdapter = {
  name: 'command',
  version: { file: 'bash', args: ['--version'] },
  command(assignment) {
    if (assignment.run === undefined) throw withoutRun(assignment)
    return {
      file: 'bash',
      args: strictShell(assignment.run, assignment.agent.args),
      env: {},
      inherit: [],
      stdin: assignment.prompt,
    }
  },
  reader: () => new CommandReader(),
}

const withoutRun = ({ task }: Assignment): LoopError =>
  new LoopError('bad-loop-file', `task "${task}" is for the command agent but has no \`run\``, {
    hint: 'Give the task a `run:`, or another `agent:`.',
  })

/** Keeps the end of what a command prints; its exit code says the rest. */
class CommandReader implements AgentReader {
  #kept = ''

  line(text: string): { readonly note?: { readonly line: string } } {
    this.#kept = `${this.#kept}${shortened(text)}\n`.slice(-2 * KEPT)
    const line = firstLine(text)
    return line === '' ? {} : { note: { line } }
  }

  end(exit: AgentExit) {
    const text = lastLines(this.#kept, KEPT)
    return {
      ...ending(exit, text),
      text,
      usage: {
        ...(exit.ended === 'not_started' ? NO_COST : UNKNOWN_COST),
        tokens: NO_TOKENS,
        minutes: exit.ms / 60_000,
        agent: command.name,
      },
    }
  }
}

function ending(exit: AgentExit, text: string): Ending {
  const ours = endedByUs(exit)
  if (ours !== undefined) return ours
  if (exit.code === 0) return { end: 'ready', because: 'the command ended with exit code 0' }
  const tail = lastLines(`${text}\n${exit.stderr}`, 600)
  if (exit.code === COME_BACK_LATER)
    return { end: 'rate_limited', because: `the command asks to be run later (exit code 75)${after(tail)}` }
  return { end: 'agent_failed', because: `the command failed (${howItExited(exit)})${after(tail)}` }
}

const after = (tail: string): string => (tail === '' ? '.' : `: ${tail}`)
