/**
 * A loop of the bundled action on a loopback GitHub: what one quiet iteration takes, and asks of the
 * API. A program of its own, because what the tests stand on finds its files beside itself:
 * `node scripts/bench/action-iteration.ts <tasks>`.
 */
import { ActionWorld, loopFile } from '../../test/support/action-world.ts'
import { median } from './numbers.ts'
import type { QuietIterations } from './quiet.ts'

/** @param tasks one after another, each a shell that does nothing. */
async function quietIterations(tasks: number): Promise<QuietIterations> {
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

console.log(JSON.stringify(await quietIterations(Number(process.argv[2] ?? 12))))
