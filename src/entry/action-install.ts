/** Programs of agents on a runner: in its temporary folder, and loaded only when one is missing. */
import { join } from 'node:path'
import { registry } from '../adapters/agent/registry.ts'
import type { ActionsCache } from '../adapters/github/cache.ts'
import { systemClock } from '../adapters/system/clock.ts'
import type { AgentInstaller } from '../ports/agent.ts'
import type { Variables } from './surroundings.ts'

export interface RunnerPlace {
  /** Of this job. */
  readonly temp: string
  readonly cache: ActionsCache | undefined
}

export interface ActionInstall extends RunnerPlace {
  /** The input `agent-version`. */
  readonly version: string | undefined
  readonly env: Variables
}

/** Installs what an attempt needs and the runner does not have. */
export const actionInstaller = ({ version, env, ...place }: ActionInstall): AgentInstaller => ({
  version,
  async install(name, program, watch) {
    const { install } = await import('../adapters/install/installer.ts')
    return install({ ...placeOf(place), version, from: env, clock: systemClock }, name, program, watch)
  },
})

/** For the post step: hands what this job downloaded to later jobs. @returns their keys. */
export async function keepAgents(place: RunnerPlace): Promise<readonly string[]> {
  const { keepDownloads } = await import('../adapters/install/installer.ts')
  return keepDownloads(placeOf(place), registry.values())
}

const placeOf = ({ temp, cache }: RunnerPlace) => ({ folder: join(temp, 'cms-agents'), cache })
