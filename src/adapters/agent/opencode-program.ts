/**
 * OpenCode on npm: the package that people install picks its program from one of these, which run
 * without Node. Only those are here whose hashes were seen: elsewhere a person installs it.
 */
import type { AgentProgram } from '../../ports/agent.ts'

export const opencodeProgram: AgentProgram = {
  package: 'opencode-ai',
  version: '1.18.33',
  binaries: {
    'linux-x64': {
      package: 'opencode-linux-x64',
      path: 'bin/opencode',
      integrity:
        'sha512-q/t/3p2CTxOT9y2kvjesb/LZab2+1eqlhhWA02Be6mjTtmYtNBcBsrI5yDo4Fw7ZSPBW2oyMIGMNRqiKQjiAWw==',
    },
  },
}
