import { tmpdir } from 'node:os'
import type { AgentExit, Assignment } from '../../src/ports/agent.ts'

/** An assignment about which nothing is special but what the test says. */
export const assignment = ({ agent, ...rest }: Overrides = {}): Assignment => ({
  task: 'api',
  prompt: '',
  workdir: tmpdir(),
  agent: { use: 'claude', model: undefined, args: [], timeout: 20_000, stall: 0, env: [], ...agent },
  run: undefined,
  usdCap: 0,
  env: {},
  session: '700098d5-875d-4ff4-bfdc-57798bc5b438',
  ...rest,
})

type Overrides = Partial<Omit<Assignment, 'agent'>> & { readonly agent?: Partial<Assignment['agent']> }

export const exit = (rest: Partial<AgentExit> = {}): AgentExit => ({
  code: 0,
  signal: undefined,
  ended: 'by_itself',
  stderr: '',
  ms: 60_000,
  ...rest,
})
