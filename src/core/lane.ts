/** Lanes: chains of runs, each asked for by the one before. */
import { z } from 'zod'
import { LaneId, RunIdentity } from './ids.ts'
import { Time } from './time.ts'

/** A run of a lane that was asked for. */
export const Asked = z.looseObject({ lane: LaneId, nonce: z.string().min(1).max(64) })
export type Asked = z.infer<typeof Asked>

/** What a lane did last: a settle whose answer was lost finds itself here. */
export const LaneLast = z.looseObject({
  iteration: z.int().min(0),
  run: RunIdentity,
  verdict: z.string(),
  asked: z.array(Asked),
  /** The run was found dead; its own settle may still come. */
  lost: z.literal(true).optional(),
})
export type LaneLast = z.infer<typeof LaneLast>

export const LaneState = z.discriminatedUnion('at', [
  z.looseObject({ at: z.literal('idle') }),
  /** Asked for; not yet begun. */
  z.looseObject({
    at: z.literal('dispatched'),
    nonce: z.string().min(1).max(64),
    since: Time,
    /** The run that asked. In a terminal the request dies with it. */
    by: RunIdentity,
    /** Requests without acknowledgement so far, this one included. */
    tries: z.int().min(1),
    /** The nonce it replaces after a lost request. */
    replaces: z.string().optional(),
  }),
  z.looseObject({
    at: z.literal('running'),
    nonce: z.string().min(1).max(64),
    run: RunIdentity,
    iteration: z.int().min(1),
    since: Time,
    until: Time,
    /** Lanes that it has asked for when it began. */
    launched: z.int().min(0).optional(),
    /** Its last sign of life since it began, where nobody can look up whether it lives. */
    seen: Time.optional(),
  }),
])
export type LaneState = z.infer<typeof LaneState>

export const Lane = z.looseObject({ state: LaneState, last: LaneLast.optional() })
export type Lane = z.infer<typeof Lane>
