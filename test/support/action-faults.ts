/** What happens to jobs of a loop on a loopback GitHub, and how the loop gets on without them. */
import { type ActionRunner, finish, type Job, type Ran } from './action-runner.ts'
import { type ActionWorld, loopFile, STATE, task, writes } from './action-world.ts'
import { expectFinished } from './finished.ts'
import type { FakeRun } from './github-rest.ts'
import type { Call } from './github-wire.ts'
import { killTree, processesWith } from './processes.ts'

/** Two tasks in a row, so that a lane has a successor. */
export const twoTasks = (out: string): string =>
  loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'), { needs: ['a'] })])

/** Requests that change something at GitHub. */
export const isWrite = ({ route, method, path }: Call): boolean =>
  route === 'dispatch' || (route === 'git' && method === 'POST' && path.endsWith('/git-receive-pack'))

/** The nth request of a kind that is made from now on. */
export function nth(n: number, fits: (call: Call) => boolean): (call: Call) => boolean {
  let seen = 0
  return (call) => fits(call) && ++seen === n
}

/** The machine is gone: no process of it lives, no post step follows, and GitHub sees a step that never ended. */
export const vanish = ({ children, folder }: ActionRunner): void => {
  for (const { pid } of children) if (pid !== undefined) killTree(pid)
  for (const pid of processesWith(`${folder}/`)) killTree(Number(pid))
}

/** What GitHub shows of the run of a machine that is gone. */
export function lost({ run, signal }: Ran): void {
  if (signal !== 'SIGKILL') throw new Error(`it was not killed: ${signal}`)
  finish(run, 'failure', 'in_progress')
}

const hasState = ({ server }: ActionWorld): boolean => server.git('for-each-ref', STATE) !== ''
export const isDone = (world: ActionWorld): boolean => hasState(world) && world.checkpoint().status === 'done'

/** Everything that waits for a runner gets one, and so does what it asks for. */
export async function carriesOn({ server, runner }: ActionWorld, job: Job = {}): Promise<void> {
  runner.carryOn(job)
  const queued = server.world.runs.filter(({ status }) => status === 'queued')
  await Promise.all(queued.map((run) => runner.job(run, job)))
  await runner.idle()
}

/** No fault any more: what waits runs, then the schedule ticks, hours apart. @returns how many ticks it took. */
export async function goesOn(world: ActionWorld): Promise<number> {
  world.server.spoiler = () => undefined
  world.server.breaksOff = () => undefined
  await carriesOn(world)
  for (let ticks = 0; ticks < 4; ticks++) {
    if (isDone(world)) return ticks
    // Nobody starts a loop but a person.
    if (!hasState(world)) await world.press()
    else {
      await world.later(400)
      world.tick()
    }
    await carriesOn(world)
  }
  throw new Error(
    `it does not go on:\n${world.runner.ran.map(story).join('\n')}\n${world.story().join('\n')}`,
  )
}

const story = ({ run, code, log, post }: Ran): string =>
  `--- ${run.display_title}: ${code}\n${log}${post === undefined ? '' : `post: ${post.code}\n${post.log}`}`

export const finished = (world: ActionWorld, tasks: readonly string[] = ['a', 'b']): void =>
  void expectFinished((...args) => world.server.git(...args), { tasks, begun: world.lines('ran').length })

/** The run that a row is about: the one that a person starts the loop with, or the first lane's. */
export async function runOf(world: ActionWorld, which: 'first' | 'lane'): Promise<FakeRun> {
  const first = await world.press()
  if (which === 'first') return first
  await world.runner.job(first)
  return world.waiting()
}
