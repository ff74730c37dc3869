/** What the program of an agent says of its version, for `cms doctor`. Installs nothing. */
import type { ProgramFacts } from '../../core/doctor/facts.ts'
import { oneLine } from '../../core/text.ts'
import { SECOND } from '../../core/time.ts'
import type { AskProgram } from '../../ports/doctor.ts'
import { registry } from '../agent/registry.ts'
import { environment, type Variables } from './environment.ts'
import { run } from './run.ts'

const LIMIT = 20 * SECOND

/** Asks the programs on the PATH of `from`; `undefined` for an agent without one. */
export const askProgram =
  (from: Variables): AskProgram =>
  async (agent) => {
    const adapter = registry.get(agent.use)
    if (adapter?.version === undefined) return undefined
    const { file, args } = adapter.version
    const env = environment({ from, inherit: agent.env })
    const ran = await run(file, { args, env, timeout: LIMIT })
    const version = ran.code === 0 ? oneLine(ran.stdout.toString('utf8')).slice(0, 100) : undefined
    const { program } = adapter
    const facts: ProgramFacts = { agent: adapter.name, file, version, tested: program }
    return facts
  }
