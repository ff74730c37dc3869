import type { OutboxFile } from '../../src/core/outbox.ts'
import { MINUTE } from '../../src/core/time.ts'
import { WorldWorkspaces } from '../support/world-workspaces.ts'
import type { Universe } from './universe.ts'

/** A computer with its disk: what is on it outlives a process, and not the computer. */
export class Computer {
  readonly workspaces: WorldWorkspaces
  readonly outboxes = new Map<string, OutboxFile[]>()
  readonly contexts = new Map<string, string>()
  /** ms its clock is wrong. */
  readonly skew: number
  isGone = false
  /** Until when it cannot reach the remote, epoch ms. */
  cutOffUntil = 0

  constructor(universe: Universe) {
    const { dice, objects } = universe
    this.workspaces = new WorldWorkspaces(objects)
    this.skew = dice.strikes('clock skewed', 'between') ? dice.course.upTo(-20, 20) * MINUTE : 0
  }
}
