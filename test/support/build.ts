/** Checkpoints and their parts, about which nothing is special but what the test says. */
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { AttemptEnded } from '../../src/core/event.ts'
import type { Lane } from '../../src/core/lane.ts'
import { type Lesson, Lesson as LessonShape } from '../../src/core/learning/lesson.ts'
import type { Message } from '../../src/core/message.ts'
import { Settings, TaskSpec } from '../../src/core/settings.ts'
import type { CompletedTask, Lease, Task } from '../../src/core/task.ts'
import { openTask } from '../../src/core/tasks.ts'
import { epoch } from '../../src/core/time.ts'
import { EMPTY_LEDGER, type Ledger, NO_TOKENS, type Usage } from '../../src/core/usage.ts'

export const AT = '2026-11-23T12:00:00.000Z'
export const NOW = epoch(AT)
export const RUN = 'gh:100.1'
/** An object id that is one digit over and over. */
export const oid = (digit: string): string => digit.repeat(40)
export const BASE = oid('a')

export const settings = (over: object = {}): Settings => Settings.parse({ agent: { use: 'claude' }, ...over })

export const spec = (id: string, over: object = {}): TaskSpec =>
  TaskSpec.parse({ id, name: id, spec: `do ${id}`, verify: ['true'], ...over })

export const task = (id: string, over: Partial<Task> = {}): Task => ({
  ...openTask(spec(id), 0, 'file'),
  ...over,
})

export const lease = (over: Partial<Lease> = {}): Lease => ({
  lane: '1',
  fence: 1,
  iteration: 1,
  run: RUN,
  attempt: 1,
  at: AT,
  until: '2026-11-23T13:00:00.000Z',
  reserved_usd: 1,
  reserved_minutes: 60,
  base: BASE,
  ...over,
})

/** A task in a lane's hands; counted as made, as `task_leased` counts it. */
export const leased = (id: string, hold: Partial<Lease> = {}, over: Partial<Task> = {}): Task =>
  task(id, { attempts_made: hold.attempt ?? 1, state: { at: 'leased', lease: lease(hold) }, ...over })

export const parked = (id: string, over: Partial<Task> = {}): Task =>
  task(id, { state: { at: 'parked', verdict: 'blocked', because: 'It cannot go on.' }, ...over })

export const completed = (id: string, over: Partial<CompletedTask> = {}): CompletedTask => ({
  id,
  name: id,
  needs: [],
  spec_digest: 'd',
  source: 'file',
  order: 0,
  summary: '',
  outputs: {},
  commit: BASE,
  iteration: 1,
  attempts: 1,
  cost: 0,
  minutes: 0,
  verify_surface: [],
  at: AT,
  ...over,
})

export const lesson = (id: string, over: Partial<Lesson> = {}): Lesson =>
  LessonShape.parse({
    id,
    text: `when ${id}, do it`,
    scope: 'loop',
    task: 'a',
    source: 'agent',
    at: AT,
    ...over,
  })

export const idle: Lane = { state: { at: 'idle' } }

export const running = (over: Partial<Lane['state'] & { at: 'running' }> = {}): Lane => ({
  state: {
    at: 'running',
    nonce: 'n1',
    run: RUN,
    iteration: 1,
    since: AT,
    until: '2026-11-23T13:00:00.000Z',
    ...over,
  },
})

export const dispatched = (over: Partial<Lane['state'] & { at: 'dispatched' }> = {}): Lane => ({
  state: { at: 'dispatched', nonce: 'n1', since: AT, by: RUN, tries: 1, ...over },
})

export const ledger = (over: Partial<Ledger> = {}): Ledger => ({ ...EMPTY_LEDGER, ...over })

/** From `web` to `api`, unless it says otherwise. */
export const message = (seq: number, over: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  seq,
  from: 'web',
  to: 'api',
  body: `words ${seq}`,
  at: AT,
  expires_at: '2026-11-30T12:00:00.000Z',
  deliveries: {},
  acknowledged: [],
  ...over,
})

/** `tasks` are the remaining ones; the lanes of leased ones run unless `lanes` says otherwise. */
export function checkpoint({ tasks = [], done = [], settings: set, ...over }: Parts = {}): Checkpoint {
  const held = tasks.flatMap(({ state }) => (state.at === 'leased' ? [state.lease] : []))
  const lanes = held.map((one) => [one.lane, running({ run: one.run, iteration: one.iteration })] as const)
  const highest = Math.max(0, ...held.map((one) => one.iteration))
  return {
    version: '1.0',
    loop: 'main',
    goal: 'Make it good',
    epoch: 1,
    seq: 1,
    home: 'local',
    status: 'running',
    reason: '',
    next: '',
    started_at: AT,
    updated_at: AT,
    work: { ref: 'refs/heads/cms/main/work', base_ref: 'main', base: BASE, head: BASE },
    config: { digest: 'd1', run: RUN, at: AT, settings: settings(set) },
    remaining_tasks: tasks.map((one, order) => ({ ...one, order })),
    completed_tasks: done.map((id) => completed(id)),
    lanes: { '1': idle, ...Object.fromEntries(lanes) },
    fence: Math.max(0, ...held.map((one) => one.fence)),
    landing: null,
    waiting: null,
    hold: null,
    messages: [],
    mail_seq: 0,
    lessons: [],
    ledger: ledger({ iterations: highest, attempts: held.length }),
    pull_request: { wanted: 'none', number: null, problem: null },
    ...over,
  }
}

type Parts = Partial<Checkpoint> & {
  readonly tasks?: readonly Task[]
  readonly done?: readonly string[]
  readonly settings?: object
}

export const usage = (over: Partial<Usage> = {}): Usage => ({
  usd: 0.5,
  basis: 'reported',
  tokens: NO_TOKENS,
  minutes: 10,
  agent: 'claude',
  ...over,
})

/** The fact of a settle: lane 1 under fence 1 says how its attempt at `api` ended. */
export const ended = (over: Partial<AttemptEnded> = {}): AttemptEnded => ({
  type: 'attempt_ended',
  at: AT,
  epoch: 1,
  task: 'api',
  lane: '1',
  run: RUN,
  fence: 1,
  iteration: 1,
  verdict: 'verify_failed',
  because: 'Two tests fail.',
  usage: usage(),
  summary: '',
  outputs: {},
  verify_surface: [],
  ...over,
})

/** The code of the LoopError that `act` throws; `undefined` when it does not throw. */
export function codeOf(act: () => unknown): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    if (Error.isError(error) && 'code' in error) return error.code
    throw error
  }
}
