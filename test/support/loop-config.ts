/** Configurations of loops: a test names what it is about, the rest is as ordinary as can be. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { type LoopConfig, Settings, TaskSpec } from '../../src/core/settings.ts'

type Wanted = Partial<z.input<typeof Settings>> & {
  readonly tasks?: readonly Partial<z.input<typeof TaskSpec>>[]
}

/** Tasks without an id are `a`, `b`, …; the agent is called `scripted`. */
export function loopConfig({ tasks = [{}], ...settings }: Wanted = {}): LoopConfig {
  const specs = tasks.map((task, index) => {
    const id = task.id ?? String.fromCharCode(97 + index)
    return TaskSpec.parse({ id, name: id, ...task })
  })
  const digest = createHash('sha256')
    .update(JSON.stringify([settings, specs]))
    .digest('hex')
  return {
    loop: 'main',
    goal: '',
    base: undefined,
    settings: Settings.parse({ agent: { use: 'scripted' }, ...settings }),
    tasks: specs,
    digest,
    warnings: [],
  }
}
