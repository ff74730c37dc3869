/** The loop file of a simulated repository, and how people change it. */

import type { LoopConfig } from '../../src/core/settings.ts'
import { HOUR, iso } from '../../src/core/time.ts'
import type { Choosing } from '../support/chance.ts'
import { loopConfig } from '../support/loop-config.ts'
import type { Scenario } from './scenario.ts'

interface FileTask {
  readonly id: string
  readonly needs: readonly string[]
  readonly spec: string
}

/** Red where something unsound is in the tree. */
export const SOUND = 'sound'

export class LoopFile {
  config: LoopConfig
  /** It cannot be read just now. */
  isBroken = false
  #tasks: readonly FileTask[]
  #lanes: number
  #isCapped: boolean
  #named = 0
  readonly #scenario: Scenario
  readonly #start: number
  /** Tasks that it had at first. */
  readonly first: ReadonlySet<string>

  constructor(scenario: Scenario, chance: Choosing, start: number) {
    this.#scenario = scenario
    this.#start = start
    this.#lanes = scenario.lanes
    this.#isCapped = true
    this.#tasks = Array.from({ length: scenario.tasks }, () => this.#newTask(chance))
    this.first = new Set(this.#tasks.map(({ id }) => id))
    this.config = this.#read()
  }

  /** What a run reads that checks it out now. */
  get asRead(): LoopConfig | undefined {
    return this.isBroken ? undefined : this.config
  }

  /** A person changes one thing. */
  edit(chance: Choosing): string {
    const what = chance.one(['add', 'add', 'remove', 'spec', 'lanes'] as const)
    const one = chance.one(this.#tasks)
    if (what === 'add') this.#tasks = [...this.#tasks, this.#newTask(chance)]
    else if (what === 'lanes') this.#lanes = chance.upTo(1, Math.max(1, this.#scenario.lanes))
    else if (what === 'spec')
      this.#tasks = this.#tasks.map((task) =>
        task === one ? { ...task, spec: `${task.spec}, and better` } : task,
      )
    else if (this.#tasks.length > 1)
      this.#tasks = this.#tasks
        .filter((task) => task !== one)
        .map((task) => ({ ...task, needs: task.needs.filter((id) => id !== one.id) }))
    this.config = this.#read()
    return `${what} ${one.id}`
  }

  /** A person gives it all that it needs. */
  uncap(): void {
    this.#isCapped = false
    this.config = this.#read()
  }

  #newTask(chance: Choosing): FileTask {
    const n = this.#named++
    const known = this.#tasks ?? []
    const needs = known.length > 0 && chance.is(0.35) ? [chance.one(known).id] : []
    return { id: `t${n}`, needs, spec: `do t${n}` }
  }

  #read(): LoopConfig {
    const { redFirst, reserve, retry, pullRequest } = this.#scenario
    return loopConfig({
      parallel: this.#lanes,
      verify: [SOUND],
      red_first: redFirst,
      budget: this.#isCapped ? this.#budget() : {},
      policy: { reserve_usd: reserve, retry },
      pull_request: pullRequest ? 'draft' : 'none',
      tasks: this.#tasks.map(({ id, needs, spec }) => ({
        ...{ id, spec },
        needs: [...needs],
        verify: [`has ${id}.txt`],
      })),
    })
  }

  #budget() {
    const { budget, tasks } = this.#scenario
    switch (budget) {
      case 'open':
        return {}
      case 'usd':
        return { usd: 0.3 * tasks }
      case 'per day':
        return { usd_per_day: 2 }
      case 'iterations':
        return { iterations: tasks + 3 }
      case 'minutes':
        return { minutes: 12 * tasks }
      case 'tokens':
        return { tokens: 4_000 * tasks }
      default:
        return { deadline: iso(this.#start + 10 * HOUR) }
    }
  }
}
