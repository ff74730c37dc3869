/**
 * Random lives of a loop, without a world around it: every move is what a run, a person or a
 * fault could do next, decided by the core itself, or an event thrown at it blindly.
 */
import fc from 'fast-check'
import { Verdict } from '../../src/core/attempt.ts'
import { beginLane, endLane } from '../../src/core/begin.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { LoopError } from '../../src/core/error.ts'
import type { AttemptEnded, Event, LoopStarted } from '../../src/core/event.ts'
import { takesLanding } from '../../src/core/landing.ts'
import { lanesToLaunch, launch, type Request } from '../../src/core/lanes.ts'
import { type Offer, offerOf, readProposal } from '../../src/core/proposal.ts'
import { proposed } from '../../src/core/proposing.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { claimOf, holds } from '../../src/core/settle.ts'
import { followUp, hasLanded, judgeFact } from '../../src/core/settling.ts'
import { advance } from '../../src/core/status.ts'
import { type Finding, sweep } from '../../src/core/sweep.ts'
import { leases } from '../../src/core/tasks.ts'
import { HOUR, iso, MINUTE } from '../../src/core/time.ts'
import { AT, ended, NOW, oid, settings, spec, usage } from './build.ts'

export interface Commit {
  readonly events: readonly Event[]
  readonly checkpoint: Checkpoint
}

export interface World {
  readonly at: Checkpoint
  readonly now: number
  /** Facts of attempts that were begun; they may be told late, or twice. */
  readonly facts: readonly AttemptEnded[]
  readonly serial: number
}

export interface Move {
  readonly kind: (typeof KINDS)[number]
  readonly pick: number
  readonly share: number
}

// Work is more frequent than trouble, so that histories get somewhere.
const KINDS = [
  'tick',
  'tick',
  'begin',
  'begin',
  'begin',
  'settle',
  'settle',
  'settle',
  'late',
  'land',
  'lose',
  'file',
  'retry',
  'accept',
  'hold',
  'resume',
  'adopt',
  'recover',
  'time',
  'blind',
  'blind',
  'blind',
] as const

/** Long ones: a law that holds for short lives only is no law. */
export const lives = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    pick: fc.nat({ max: 999 }),
    // Not `fc.double`: most of its values are next to nothing.
    share: fc.nat({ max: 999 }).map((n) => n / 1_000),
  }),
  { size: 'max', minLength: 40, maxLength: 120 },
)

const VERDICTS = Verdict.options

const FILES = [
  [
    spec('roof', { needs: ['left', 'right'] }),
    spec('left', { needs: ['slab'] }),
    spec('right', { needs: ['slab'] }),
    spec('slab'),
    spec('yard'),
  ],
  [
    spec('roof', { needs: ['left'] }),
    spec('left', { needs: ['slab'], spec: 'else' }),
    spec('slab', { priority: 2 }),
    spec('gate'),
    spec('yard'),
  ],
  [spec('slab', { verify: ['make'] }), spec('yard'), spec('gate', { needs: ['yard'] })],
] as const

export const STARTED: LoopStarted = {
  type: 'loop_started',
  at: AT,
  loop: 'main',
  epoch: 1,
  goal: 'g',
  home: 'local',
  run: 'gh:1.1',
  digest: 'd',
  work: { ref: 'refs/heads/cms/main/work', base_ref: 'main', base: oid('0') },
  settings: settings({ parallel: 3, budget: { usd: 60, iterations: 80, usd_per_day: 20 } }),
  tasks: FILES[0],
}

/** Every commit of a life, the first one included. */
export function live(moves: readonly Move[]): Commit[] {
  const first = advance(start(STARTED), [], NOW)
  const commits: Commit[] = [{ events: [STARTED, ...first.events], checkpoint: first.checkpoint }]
  return [...commits, ...goOn({ at: first.checkpoint, now: NOW, facts: [], serial: 1 }, moves).commits]
}

/** What follows from where a loop stands, and what its runs have to tell at the end. */
export function goOn(from: World, moves: readonly Move[]): { commits: Commit[]; world: World } {
  let world = from
  const commits: Commit[] = []
  for (const move of moves) {
    const next: World = {
      ...world,
      serial: world.serial + 1,
      now: world.now + (move.kind === 'time' ? (move.pick * HOUR) / 20 : MINUTE),
    }
    const events = eventsOf(next, move)
    const { checkpoint, events: all } = advance(next.at, events, next.now)
    world = {
      ...next,
      at: checkpoint,
      facts: [...next.facts, ...begun(checkpoint, move, next.now)].slice(-12),
    }
    if (all.length > 0) commits.push({ events: all, checkpoint })
    else world = { ...world, at: next.at }
  }
  return { commits, world }
}

const choose = <T>(all: readonly T[], { pick }: Move): T | undefined => all[pick % Math.max(1, all.length)]

/** The fact each lease in force will end with. */
function begun(at: Checkpoint, { pick, share }: Move, now: number): AttemptEnded[] {
  return leases(at)
    .filter(({ lease }) => lease.at === iso(now))
    .map(({ task, lease }) => {
      const verdict =
        pick % 3 === 0 ? 'done' : pick % 11 === 1 ? 'split' : (VERDICTS[pick % VERDICTS.length] ?? 'done')
      const made = oid((pick % 16).toString(16))
      // Verified by somebody else, on the head that was there when it began: that may have moved.
      const onto = pick % 2 === 0 ? { onto: at.work.head } : {}
      const commit =
        verdict === 'done' ? { commit: made, ...onto } : verdict === 'landing' ? { salvage: made } : {}
      const used = usage({
        usd: pick % 7 === 0 ? null : share * lease.reserved_usd,
        minutes: share * lease.reserved_minutes,
      })
      return ended({
        ...claimOf(at, { task, lease }),
        iteration: lease.iteration,
        verdict,
        usage: used,
        ...commit,
      })
    })
}

/** Events that are refused happen to nobody: the run that wanted them decides again. */
function eventsOf(world: World, move: Move): readonly Event[] {
  const events = wanted(world, move)
  try {
    events.reduce(reduce, world.at)
    return events
  } catch (error) {
    if (error instanceof LoopError && (error.code === 'not-allowed' || error.code === 'unknown-task'))
      return []
    throw error
  }
}

function wanted(world: World, move: Move): readonly Event[] {
  const { at, now, serial } = world
  const time = iso(now)
  const task = choose([...at.remaining_tasks], move)
  const request = { by: `gh:${serial}.1`, now, nonce: () => `n${serial}` }
  switch (move.kind) {
    case 'tick':
      return launch(lanesToLaunch(at, now), request).events
    case 'begin':
      return begin(world, move)
    case 'settle':
    case 'late':
      return settle(world, move)
    case 'land': {
      const held = choose(leases(at), move)
      return held === undefined ? [] : [takesLanding(at, held, now)]
    }
    case 'lose':
      return sweep(
        at,
        new Map(
          Object.keys(at.lanes).map((lane) => [
            lane,
            FINDINGS[move.pick % FINDINGS.length] ?? { is: 'none' },
          ]),
        ),
        request,
      )
    case 'file': {
      const tasks = choose(FILES, move) ?? FILES[0]
      return [
        {
          type: 'config_applied',
          at: time,
          run: request.by,
          digest: `d${serial}`,
          goal: 'g',
          settings: STARTED.settings,
          tasks,
        },
      ]
    }
    case 'retry':
      return task === undefined ? [] : [{ type: 'task_retried', at: time, task: task.id }]
    case 'accept':
      return task === undefined || move.pick % 3 > 0
        ? []
        : [{ type: 'task_accepted', at: time, task: task.id }]
    case 'hold':
      return move.pick % 3 > 0
        ? []
        : [{ type: 'loop_held', at: time, status: 'paused', because: 'b', next: '' }]
    case 'resume':
      return [{ type: 'loop_resumed', at: time }]
    case 'adopt':
      return move.pick % 3 > 0
        ? []
        : [{ type: 'work_adopted', at: time, head: oid((serial % 16).toString(16)), commits: 1 }]
    case 'recover':
      return task === undefined || move.pick % 3 > 0
        ? []
        : [
            {
              type: 'work_recovered',
              at: time,
              head: oid('f'),
              tasks: [{ task: task.id, commit: oid('f'), iteration: move.pick % 90, summary: '' }],
            },
          ]
    case 'time':
      return []
    default:
      return [blind(world, move)]
  }
}

const FINDINGS: readonly Finding[] = [
  { is: 'none' },
  { is: 'over', how: 'cancelled' },
  { is: 'over', how: 'timed_out' },
  { is: 'alive' },
  { is: 'over', how: 'setup_failed' },
]

/** How a run of this moment asks for lanes. */
function requestOf({ now, serial }: World): Request {
  let asked = 0
  return { by: `gh:${serial}.1`, now, nonce: () => `n${serial}-${++asked}` }
}

function begin(world: World, move: Move): readonly Event[] {
  const { at } = world
  const asked = Object.entries(at.lanes).flatMap(([lane, { state }]) =>
    state.at === 'dispatched' ? [{ lane, nonce: state.nonce }] : [],
  )
  const one = choose(asked, move)
  return one === undefined ? [] : beginLane(at, one, requestOf(world)).events
}

function settle(world: World, move: Move): readonly Event[] {
  const { at, now, facts } = world
  const held = facts.filter((one) => holds(at, one))
  const told = choose(move.kind === 'late' ? facts : held, move)
  if (told === undefined || hasLanded(at, told)) return []
  const judged = judgeFact(at, { ...told, at: iso(now) })
  const { fact: event, follows: proposals } = proposed(at, judged, offer(at, move))
  const follows = [...proposals, ...followUp(at, event, { now, jitter: move.share })]
  const state = at.lanes[told.lane]?.state
  if (state?.at !== 'running' || state.iteration !== told.iteration) return [event, ...follows]
  const { lane, iteration, verdict } = told
  const end = { lane, of: state.run, iteration, verdict, goesOn: () => move.pick % 4 > 0 }
  const settled = [event, ...follows].reduce(reduce, at)
  return [event, ...follows, ...endLane(settled, end, requestOf(world)).events]
}

/** What an attempt proposes: some of it is there already, leads nowhere, or waits for itself. */
function offer(at: Checkpoint, { pick }: Move): Offer {
  const known = [...at.remaining_tasks, ...at.completed_tasks].map(({ id }) => id)
  const ids = Array.from({ length: pick % 4 }, (_, n) => `p${(pick + n) % 40}`)
  return offerOf(
    ids.map((id, n) => {
      const needs = [known[(pick + n) % known.length], ids[(n + pick) % ids.length]].filter(
        (need, m) => need !== undefined && need !== id && (pick + m) % 2 === 0,
      )
      return readProposal({ id, spec: 'x', needs, priority: (pick % 5) - 2 }, id, (text) => text)
    }),
  )
}

/** What no run of ours would say now. */
function blind({ at, now, serial, facts }: World, move: Move): Event {
  const lane = String((move.pick % 3) + 1)
  const open = at.remaining_tasks.filter(({ state }) => state.at === 'open')
  const task = choose(open, move)?.id ?? 'slab'
  const state = at.lanes[lane]?.state
  const run = state?.at === 'running' ? state.run : `gh:${serial}.1`
  const time = iso(now)
  const claim = { epoch: at.epoch, task, lane, run, fence: at.fence }
  const all: Event[] = [
    {
      type: 'task_leased',
      at: time,
      task,
      lane,
      run,
      until: time,
      reserved_usd: 1,
      reserved_minutes: 1,
      because: '',
    },
    { type: 'lane_ended', at: time, lane, run, verdict: 'x', asked: [] },
    { type: 'lane_beat', at: time, lane, run },
    { type: 'lane_dispatched', at: time, lane, nonce: 'blind', by: 'gh:1.1' },
    { type: 'lane_begun', at: time, lane, nonce: 'blind', run: 'gh:2.1', until: time },
    { type: 'dispatch_refused', at: time, lane, nonce: 'blind', because: '' },
    { type: 'lease_lost', at: time, ...claim, verdict: 'runner_lost', because: '' },
    { type: 'landing_taken', at: time, ...claim, until: time },
    ...facts.slice(-1),
    ended({ ...claim, iteration: 1, verdict: 'done', commit: oid('e'), at: time }),
  ]
  return all[Math.floor(move.share * all.length)] ?? ended()
}
