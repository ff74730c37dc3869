/** `cms mcp`: the world of an agent from its environment, and its tools on standard input and output. */
import manifest from '../../package.json' with { type: 'json' }
import { serve } from '../adapters/mcp/serve.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { LoopError } from '../core/error.ts'
import { oneLine } from '../core/text.ts'
import type { Desk } from '../ports/outbox.ts'
import { EXIT } from './exit.ts'
import { interruptible } from './signals.ts'
import { type Variables, variables } from './surroundings.ts'

export interface McpFlags {
  readonly context?: string
  readonly inbox?: string
  readonly outbox?: string
}

export async function mcpCommand(flags: McpFlags): Promise<number> {
  const desk = deskOf(flags, variables())
  const { stdin: input, stdout: output } = process
  using interrupt = interruptible(() => {})
  const { signal } = interrupt
  const say = (line: string): void => void process.stderr.write(`cms mcp: ${oneLine(line)}\n`)
  await serve({ desk, version: manifest.version, clock: systemClock, input, output, say, signal })
  input.destroy()
  return signal.aborted ? EXIT.interrupted : EXIT.reached
}

function deskOf(flags: McpFlags, env: Variables): Desk {
  const context = flags.context ?? env['CMS_CONTEXT']
  const inbox = flags.inbox ?? env['CMS_INBOX']
  const outbox = flags.outbox ?? env['CMS_OUTBOX']
  if (context && inbox && outbox) return { context, inbox, outbox }
  throw new LoopError(
    'bad-input',
    '`cms mcp` is started by an agent inside an iteration: it finds its files by CMS_CONTEXT, CMS_INBOX and CMS_OUTBOX, and not all of them are set.',
    {
      hint: `To try it by hand: mkdir -p desk/in desk/out; echo '{"task":{"id":"api"}}' > desk/c.json; cms mcp --context desk/c.json --inbox desk/in --outbox desk/out`,
    },
  )
}
