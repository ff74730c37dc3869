/** Loops whose home is a remote: beside the same fetches and pushes by plumbing, in turn with them. */
import { join } from 'node:path'
import { remoteFloor } from './floor.ts'
import { PROJECT, WRITE } from './growth.ts'
import { loopText } from './loop-file.ts'
import { inManyJobs, inOneProcess } from './loops.ts'
import { median } from './numbers.ts'
import { repository, temporary } from './place.ts'
import { remote } from './remote.ts'

export interface OverHttp {
  readonly harness: number
  readonly floor: number
  readonly ratio: number
}

export interface OverHttpRequest {
  readonly iterations: number
  /** `jobs`: a new machine for each, as on Actions. `process`: `cms run --remote`. */
  readonly kind: 'jobs' | 'process'
}

export async function overHttp({ iterations, kind }: OverHttpRequest): Promise<OverHttp> {
  await using folder = await temporary()
  const user = await repository(join(folder.path, 'user'), PROJECT)
  await using server = await remote(folder.path)
  await server.create('loop.git', user)
  const loop = loopText({ tasks: iterations + 10, run: WRITE, verify: ['true'], attempts: 3, chain: 0 })
  const aside = await remoteFloor({
    folder: join(folder.path, 'floor'),
    url: server.url('floor.git'),
    served: await server.create('floor.git', user),
    fresh: kind === 'jobs',
  })
  const url = server.url('loop.git')
  const run = { repository: user, home: join(folder.path, 'home'), loop, iterations, url, aside }
  const samples = (await (kind === 'jobs' ? inManyJobs(run) : inOneProcess(run))).slice(1)
  const harness = median(samples.map((sample) => sample.harness))
  const floor = median(samples.flatMap((sample) => (sample.aside === undefined ? [] : [sample.aside])))
  return { harness, floor, ratio: harness / floor }
}
