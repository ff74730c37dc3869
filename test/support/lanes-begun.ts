/** Lanes that were asked for by a run that is over, each to be begun when a test says so. */
import { iterate } from '../../src/app/iterate.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { gate } from './gate.ts'
import { loopConfig } from './loop-config.ts'
import { settingsOf, World } from './world.ts'

export async function begun(config: LoopConfig, world = new World()) {
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

/** Lane 1 holds the landing and verifies, until it is told to go on; lane 2 is finished, and waits. */
export async function held(settings: Parameters<typeof loopConfig>[0] = {}) {
  const two = loopConfig({ parallel: 2, verify: ['slow'], tasks: [{ id: 'a' }, { id: 'b' }], ...settings })
  const { world, lane } = await begun(two)
  const goesOn = gate()
  const holds = gate()
  let verified = 0
  world.script.deeds.set('slow', async (files) => {
    if (!files.has('a.txt')) return {}
    verified += 1
    if (verified <= 3) world.push({ [`theirs-${verified}.txt`]: 'x' })
    if (verified === 4) {
      holds.open()
      await goesOn.opened
    }
    return {}
  })
  const first = lane(world.as('gh:2.1'), 0)
  await holds.opened
  return { world, first, goOn: goesOn.open, second: (by: Ports = world.as('gh:3.1')) => lane(by, 1) }
}
