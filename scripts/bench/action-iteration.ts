/** A loop of the bundled action on a loopback GitHub: what one quiet iteration takes, and asks of the API. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ActionWorld, loopFile } from '../../test/support/action-world.ts'
import { median } from './numbers.ts'
import { ROOT } from './place.ts'

export interface QuietIterations {
  /** Wall time of the main step, median, ms. */
  readonly main: number
  /** Of the post step, ms. */
  readonly post: number
  /** REST calls of a run. */
  readonly calls: number
  readonly mostCalls: number
}

/** @param tasks one after another, each a shell that does nothing. */
export async function quietIterations(tasks: number): Promise<QuietIterations> {
  const nothing = Array.from({ length: tasks }, (_, n) => ({
    id: `t${n + 1}`,
    name: `Nothing ${n + 1}`,
    run: 'true',
    verify: ['true'],
    allow_empty: true,
  }))
  await using world = await ActionWorld.open(() => loopFile(nothing))
  const { runner, server } = world
  const calls: number[] = []
  let before = 0
  runner.onEnd = () => {
    const now = server.requests.filter(({ route }) => route !== 'git').length
    calls.push(now - before)
    before = now
  }
  runner.carryOn()
  await runner.job(await world.press())
  await runner.idle()
  const worked = runner.ran.filter(({ outputs }) => outputs['verdict'] === 'done')
  if (worked.length !== tasks) throw new Error(`${worked.length} of ${tasks} tasks were done`)
  return {
    main: median(worked.map(({ ms }) => ms)),
    post: median(worked.map(({ post }) => post?.ms ?? 0)),
    calls: median(calls),
    mostCalls: Math.max(...calls),
  }
}

/** Megabytes of all that a job downloads of us. */
export function bundleSize(): number {
  const folder = join(ROOT, 'dist')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1_000_000
}
