/** What each agent prints in each situation, as a shell script: its recordings, and how its program then ends. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Usage } from '../../src/core/usage.ts'
import type { AgentEnd } from '../../src/ports/agent.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures')

/** A shell script that plays a recording, and then does something else. */
const plays = (agent: string, name: string, then: string): string => {
  const errors = join(FIXTURES, agent, `${name}.stderr.txt`)
  const session = join(FIXTURES, agent, `${name}.rollout.jsonl`)
  const folder = '"$HOME/.codex/sessions"'
  return [
    // The session is named by what the program prints first.
    ...(existsSync(session)
      ? [`mkdir -p ${folder}; cp '${session}' ${folder}"/rollout-${threadOf(agent, name)}.jsonl"`]
      : []),
    `cat '${join(FIXTURES, agent, `${name}.jsonl`)}'`,
    ...(existsSync(errors) ? [`cat '${errors}' >&2`] : []),
    then,
  ].join('\n')
}

const threadOf = (agent: string, name: string): string =>
  /"thread_id":"([^"]+)"/.exec(readFileSync(join(FIXTURES, agent, `${name}.jsonl`), 'utf8'))?.[1] ?? ''

/** Never ends by itself, and ends at once when it is told to. */
export const HANGS = 'exec tail -f /dev/null'

export interface Speech {
  readonly agent: string
  readonly model?: string
  /** It begins, says something, and is in the middle of its work. */
  readonly begins: string
  /** Everything of an attempt that finished its work, without its exit. */
  readonly works: string
  /** What that used. */
  readonly usage: Omit<Usage, 'minutes'>
  /** Whole programs that end in trouble with their service. */
  readonly troubles: Readonly<Partial<Record<AgentEnd, string>>>
  /** A last event that lacks the field which decides. */
  readonly undecided: string | undefined
  /** Its events in another language. */
  readonly changed: string | undefined
}

const cat = (line: string): string => `printf '%s\\n' '${line}'`

const CLAUDE: Speech = {
  agent: 'claude',
  begins: cat('{"type":"system","subtype":"init","model":"claude-opus-5-5"}'),
  works: plays('claude', 'edit-2', ''),
  usage: {
    ...{ usd: 0.0372, basis: 'reported', agent: 'claude', model: 'claude-opus-5-5' },
    tokens: { input: 300, cache_read: 15_000, cache_write: 6_000, output: 150 },
  },
  troubles: {
    rate_limited: plays('claude', 's429-e1', 'exit 1'),
    unavailable: plays('claude', 's529-e1', 'exit 1'),
    auth_failed: plays('claude', 's401-e1', 'exit 1'),
    billing: plays('claude', 'billing-e1', 'exit 1'),
    context_overflow: plays('claude', 'toolong-e1', 'exit 1'),
    agent_limit: plays('claude', 'loop-1', 'exit 1'),
    refused: plays('claude', 'refusal-e1', 'exit 1'),
    misconfigured: plays('claude', 's404-e1', 'exit 1'),
  },
  undecided: cat('{"type":"result","subtype":"success","result":"Done."}'),
  changed: cat('{"kind":"result","failed":false}'),
}

const CODEX: Speech = {
  agent: 'codex',
  model: 'gpt-5.5',
  begins: [
    cat('{"type":"thread.started","thread_id":"t"}'),
    cat('{"type":"item.started","item":{"type":"command_execution","command":"ls"}}'),
  ].join('\n'),
  works: plays('codex', 'edit', ''),
  usage: {
    ...{ usd: 0.029, basis: 'computed', agent: 'codex', model: 'gpt-5.5' },
    tokens: { input: 4_200, cache_read: 10_000, cache_write: 0, output: 100 },
  },
  troubles: {
    rate_limited: plays('codex', 's429', 'exit 1'),
    unavailable: plays('codex', 's500', 'exit 1'),
    auth_failed: plays('codex', 's401', 'exit 1'),
    billing: plays('codex', 'quota', 'exit 1'),
    context_overflow: plays('codex', 'toolong', 'exit 1'),
    agent_limit: plays('codex', 'max-tokens', 'exit 1'),
    misconfigured: plays('codex', 'model', 'exit 1'),
  },
  // Its events decide by what they are.
  undecided: undefined,
  changed: cat('{"kind":"turn.completed"}'),
}

const GEMINI: Speech = {
  agent: 'gemini',
  begins: cat('{"type":"init","model":"gemini-2.5-pro"}'),
  works: plays('gemini', 'edit', ''),
  usage: {
    ...{ usd: 0.0075, basis: 'computed', agent: 'gemini', model: 'gemini-2.5-pro' },
    tokens: { input: 4_200, cache_read: 10_000, cache_write: 0, output: 100 },
  },
  troubles: {
    // It would ask for minutes.
    rate_limited: plays('gemini', 's429', HANGS),
    unavailable: plays('gemini', 's500', HANGS),
    auth_failed: plays('gemini', 's401', 'exit 145'),
    context_overflow: plays('gemini', 'toolong', 'exit 144'),
    misconfigured: plays('gemini', 'model', 'exit 1'),
  },
  undecided: cat('{"type":"result","stats":{}}'),
  changed: cat('{"kind":"result","status":"success"}'),
}

const OPENCODE: Speech = {
  agent: 'opencode',
  model: 'anthropic/claude-sonnet-4-5',
  begins: [
    cat('{"type":"step_start","part":{}}'),
    cat('{"type":"text","part":{"text":"I look around."}}'),
  ].join('\n'),
  works: plays('opencode', 'edit', ''),
  usage: {
    ...{ usd: 0.0201, basis: 'reported', agent: 'opencode', model: 'anthropic/claude-sonnet-4-5' },
    tokens: { input: 200, cache_read: 10_000, cache_write: 4_000, output: 100 },
  },
  troubles: {
    rate_limited: plays('opencode', 's429', 'exit 1'),
    unavailable: plays('opencode', 's529', 'exit 1'),
    auth_failed: plays('opencode', 's401', 'exit 1'),
    context_overflow: plays('opencode', 'toolong', 'exit 1'),
    agent_limit: plays('opencode', 'max-tokens', ''),
    refused: plays('opencode', 'refusal', 'exit 1'),
    misconfigured: plays('opencode', 'model', 'exit 1'),
  },
  undecided: cat('{"type":"step_finish","part":{"cost":0.1}}'),
  changed: cat('{"kind":"step_finish","reason":"stop"}'),
}

/** Only its exit code speaks. */
const COMMAND: Speech = {
  agent: 'command',
  begins: 'echo Working.',
  works: 'echo Working.; echo Done.',
  usage: {
    ...{ usd: null, basis: 'unknown', agent: 'command' },
    tokens: { input: 0, cache_read: 0, cache_write: 0, output: 0 },
  },
  troubles: { rate_limited: 'echo Later.; exit 75', agent_failed: 'echo No.; exit 3' },
  undecided: undefined,
  changed: undefined,
}

/** All agents there are. */
export const SPEECHES: readonly Speech[] = [CLAUDE, CODEX, GEMINI, OPENCODE, COMMAND]
