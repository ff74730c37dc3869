/** Loops at a constant number of tasks: what the last costs beside the tenth. */
import { join } from 'node:path'
import { localFloor } from './floor.ts'
import { loopText } from './loop-file.ts'
import { inOneProcess } from './loops.ts'
import type { Sample } from './meter.ts'
import { median, quantile } from './numbers.ts'
import { repository, temporary } from './place.ts'

/** Files of a small project. */
export const PROJECT: Readonly<Record<string, string>> = {
  'README.md': '# A small project\n',
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`src/module-${n}.js`, `export const module${n} = ${n}\n`]),
  ),
}

/** What a no-op agent leaves behind: one file. */
export const WRITE = 'echo "$CMS_TASK $CMS_ATTEMPT" > src/work.txt'

export interface Growth {
  readonly harness: number
  readonly harnessP90: number
  readonly wall: number
  readonly floor: number
  /** Harness time at the end over that at the beginning. */
  readonly time: number
  readonly prompt: number
  readonly checkpoint: number
  readonly checkpointBytes: number
  readonly iterations: number
}

export interface GrowthRequest {
  /** How many the loop has, done or not, from its first iteration to its last. */
  readonly tasks: number
  readonly iterations: number
  /** `done`: each iteration ends a task. `failing`: none does, so that all of them remain. */
  readonly kind: 'done' | 'failing'
}

export async function growth({ tasks, iterations, kind }: GrowthRequest): Promise<Growth> {
  await using folder = await temporary()
  const user = await repository(join(folder.path, 'user'), PROJECT)
  const loop = loopText({
    tasks,
    run: WRITE,
    verify: kind === 'done' ? ['true'] : ['echo "one of two assertions failed" && false'],
    attempts: 100,
    chain: 0,
  })
  const aside = await localFloor(join(folder.path, 'floor'))
  const samples = await inOneProcess({
    repository: user,
    home: join(folder.path, 'home'),
    loop,
    iterations,
    aside,
  })
  return compared(samples.slice(1))
}

/** Samples around the tenth iteration and at the end: one alone says little on a busy machine. */
function compared(samples: readonly Sample[]): Growth {
  const width = Math.min(15, Math.floor(samples.length / 3))
  const [early, late] = [samples.slice(2, 2 + width), samples.slice(-width)]
  const ratio = (of: (sample: Sample) => number): number => median(late.map(of)) / median(early.map(of))
  const floors = samples.flatMap(({ aside }) => (aside === undefined ? [] : [aside]))
  return {
    harness: median(samples.map(({ harness }) => harness)),
    harnessP90: quantile(
      samples.map(({ harness }) => harness),
      0.9,
    ),
    wall: median(samples.map(({ wall }) => wall)),
    floor: median(floors),
    // The machine may have grown slower meanwhile: then so has the floor.
    time: ratio(({ harness }) => harness) / ratio(({ aside }) => aside ?? Number.NaN),
    prompt: ratio(({ promptBytes }) => promptBytes),
    checkpoint: ratio(({ checkpointBytes }) => checkpointBytes),
    checkpointBytes: median(late.map(({ checkpointBytes }) => checkpointBytes)),
    iterations: samples.at(-1)?.iteration ?? 0,
  }
}
