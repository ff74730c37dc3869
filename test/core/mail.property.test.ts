/** Laws of every mailbox, whatever is written, read, begun, ended and waited for. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import type { Event } from '../../src/core/event.ts'
import type { OfMailer } from '../../src/core/event-mail.ts'
import { NO_MAIL } from '../../src/core/letters.ts'
import { LIMITS } from '../../src/core/limits.ts'
import { isSettled, toPeople } from '../../src/core/mail.ts'
import { mailOf, posting } from '../../src/core/mailing.ts'
import { isTo, type Message, mailBytes } from '../../src/core/message.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { advance } from '../../src/core/status.ts'
import { findTask, leases } from '../../src/core/tasks.ts'
import { DAY, HOUR, iso } from '../../src/core/time.ts'
import { checkpoint, ended, NOW, parked, running, task } from '../support/build.ts'

const IDS = ['a', 'b', 'c', 'd'] as const
const RECEIVERS = [...IDS, '*', 'human', 'nobody', 'before'] as const

/** One step of a life. */
type Move =
  | { readonly do: 'begin' | 'accept'; readonly who: number }
  | { readonly do: 'end'; readonly who: number; readonly how: number }
  | {
      readonly do: 'mail'
      readonly who: number
      readonly to: readonly number[]
      readonly reads: number
      readonly long: boolean
    }
  | { readonly do: 'person'; readonly to: number; readonly reads: number }
  | { readonly do: 'wait'; readonly days: number }

const who = fc.nat(IDS.length - 1)
const mail = fc.record({
  do: fc.constant('mail' as const),
  who,
  to: fc.array(fc.nat(RECEIVERS.length - 1), { maxLength: 25 }),
  reads: fc.nat(4),
  long: fc.boolean(),
})
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who, how: fc.nat(5) }) },
  { weight: 6, arbitrary: mail },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('person' as const),
      to: fc.nat(RECEIVERS.length - 1),
      reads: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('accept' as const), who }) },
)

const START = checkpoint({
  tasks: [task('a'), task('b'), task('c'), task('d'), parked('stuck')],
  done: ['before'],
  settings: { policy: { attempts: 50 }, parallel: 4, budget: { iterations: 100_000, usd: 100_000 } },
})

const ENDINGS = ['done', 'verify_failed', 'rate_limited', 'agent_failed', 'blocked', 'superseded'] as const

interface Saved {
  readonly before: Checkpoint
  readonly after: Checkpoint
  readonly events: readonly Event[]
}

const laneOf = (id: string) => String(IDS.findIndex((one) => one === id) + 1)
const runOf = (id: string, fence: number) => `gh:${laneOf(id)}${fence}.1`

function claim(at: Checkpoint, id: string): OfMailer | undefined {
  const held = leases(at).find((one) => one.task.id === id)
  if (held === undefined) return undefined
  const { lane, run, fence } = held.lease
  return { epoch: at.epoch, task: id, lane, run, fence }
}

let letters = 0

/** What one move would save. */
function eventsOf(at: Checkpoint, one: Move, now: number): Event[] {
  const when = iso(now)
  switch (one.do) {
    case 'begin':
      return begin(at, IDS[one.who] ?? 'a', when)
    case 'end': {
      const id = IDS[one.who] ?? 'a'
      const of = claim(at, id)
      if (of === undefined) return []
      const verdict = ENDINGS[one.how] ?? 'done'
      const base = at.work.head
      const { commit: _, ...fact } = ended({ ...of, at: when, verdict, iteration: 1 })
      return [verdict === 'done' ? { ...fact, commit: base } : fact]
    }
    case 'mail': {
      const id = IDS[one.who] ?? 'a'
      const of = claim(at, id)
      if (of === undefined) return []
      const own = at.messages.filter((message) => isTo(message, id)).map((message) => message.id)
      const written = one.to.map((n) => {
        letters += 1
        const body = one.long ? 'x'.repeat(4_000) : `${letters}`
        return { key: `k${letters}`, to: RECEIVERS[n] ?? '*', body }
      })
      const mail = { ...NO_MAIL, letters: written, delivered: own, acks: own.slice(0, one.reads) }
      return [...mailOf(at, mail, { of, at: when }).events]
    }
    case 'person': {
      letters += 1
      const to = RECEIVERS[one.to] ?? '*'
      const read = toPeople(at)
        .slice(0, one.reads)
        .map(({ id }) => id)
      const said = posting(at, [{ key: `p${letters}`, to, body: 'words' }], { sender: 'human', at: when })
      return read.length === 0
        ? said
        : [{ type: 'mail_acknowledged', at: when, from: 'human', messages: read }]
    }
    case 'accept': {
      const id = IDS[one.who] ?? 'a'
      return findTask(at, id)?.state.at === 'open' ? [{ type: 'task_accepted', at: when, task: id }] : []
    }
    case 'wait':
      return []
  }
}

function begin(at: Checkpoint, id: string, when: string): Event[] {
  if (findTask(at, id)?.state.at !== 'open') return []
  const times = { at: when, until: when, reserved_usd: 1, reserved_minutes: 1, because: '' }
  return [{ type: 'task_leased', task: id, lane: laneOf(id), run: runOf(id, at.fence + 1), ...times }]
}

/** A lane is whoever begins: how lanes come and go is not what this is about. */
function withLane(at: Checkpoint, event: Event | undefined): Checkpoint {
  const calm = { ...at, hold: null, waiting: null }
  if (event?.type !== 'task_leased') return calm
  return { ...calm, lanes: { ...at.lanes, [event.lane]: running({ run: event.run }) } }
}

function live(moves: readonly Move[]): Saved[] {
  letters = 0
  let at = START
  let now = NOW
  return moves.flatMap((one) => {
    now += one.do === 'wait' ? one.days * DAY : HOUR / 60
    const ready = withLane(at, eventsOf(withLane(at, undefined), one, now)[0])
    const decided = eventsOf(ready, one, now)
    if (decided.length === 0) return []
    const { checkpoint: after, events } = advance(ready, decided, now)
    at = after
    return [{ before: ready, after, events }]
  })
}

function law(name: string, holds: (life: readonly Saved[]) => void): void {
  test(name, () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 20, maxLength: 80 }), (moves) => holds(live(moves))),
      { numRuns: 25 },
    )
  })
}

const byId = ({ messages }: Checkpoint) => new Map(messages.map((one) => [one.id, one]))

law('every checkpoint is valid, bounded, and survives being printed and read', (life) => {
  for (const [n, { after }] of life.entries()) {
    expect(check(after)).toEqual([])
    expect(after.messages.length).toBeLessThanOrEqual(LIMITS.mail_messages)
    expect(mailBytes(after.messages)).toBeLessThanOrEqual(LIMITS.mail_bytes)
    if (n % 16 === 0) expect(parseCheckpoint(checkpointText(after))).toMatchObject({ is: 'valid' })
  }
})

law('numbers only grow, and none is given out twice', (life) => {
  const seen = new Set<string>()
  for (const { before, after } of life) {
    expect(after.mail_seq).toBeGreaterThanOrEqual(before.mail_seq)
    const old = byId(before)
    for (const { id } of after.messages) {
      if (old.has(id)) continue
      expect(seen.has(id)).toBe(false)
      seen.add(id)
    }
  }
})

law('nothing is lost: it is there, read, returned, or a note to who is done', (life) => {
  for (const { before, after, events } of life) {
    const there = byId(after)
    const returned = new Set(events.flatMap((one) => (one.type === 'mail_returned' ? one.messages : [])))
    const read = new Set(events.flatMap((one) => (one.type === 'mail_acknowledged' ? one.messages : [])))
    const lost = before.messages.filter(
      (one) =>
        !there.has(one.id) &&
        !returned.has(one.id) &&
        !isSettled(before, one) &&
        !isSettled(after, {
          ...one,
          acknowledged: [...one.acknowledged, ...(read.has(one.id) ? [one.to] : [])],
        }) &&
        !(one.from === 'tick' && findTask(after, one.to) === undefined),
    )
    expect(lost).toEqual([])
  }
})

law('what comes back is told to its sender once, if there is room and somebody to tell', (life) => {
  for (const { after, before, events } of life)
    for (const event of events) {
      if (event.type !== 'mail_returned') continue
      const told = event.notes.flatMap(({ bounced = [] }) => bounced)
      expect(new Set(told).size).toBe(told.length)
      expect(event.notes.filter(({ to }) => findTask(after, to) === undefined)).toEqual([])
      for (const note of event.notes)
        expect(byId(before).get(note.bounced?.[0] ?? '')?.from ?? note.to).toBe(note.to)
    }
})

law('nobody gets, or reads, what is not theirs; nobody gets it more than five times', (life) => {
  for (const { after } of life)
    for (const message of after.messages) {
      const readers = [...Object.keys(message.deliveries), ...message.acknowledged]
      expect(readers.filter((id) => !isTo(message, id))).toEqual([])
      expect(Object.values(message.deliveries).every(({ times }) => times <= LIMITS.mail_deliveries)).toBe(
        true,
      )
    }
})

law('caps hold: of an attempt, of a sender, of agents together', (life) => {
  for (const { after } of life) {
    for (const { lease } of leases(after))
      expect(lease.letters?.length ?? 0).toBeLessThanOrEqual(LIMITS.messages_attempt)
    const waiting = after.messages.filter((one) => !isSettled(after, one))
    const of = (from: string) => waiting.filter((one: Message) => one.from === from).length
    for (const id of IDS) expect(of(id)).toBeLessThanOrEqual(LIMITS.mail_sender)
    expect(toPeople(after).length).toBeLessThanOrEqual(LIMITS.mail_to_people)
  }
})
