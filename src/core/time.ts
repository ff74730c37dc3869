/** Time as data. Core never asks what time it is; it is told, in epoch milliseconds. */
import { z } from 'zod'

/** As the checkpoint holds it: ISO 8601, UTC. */
export const Time = z.iso.datetime()

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Epoch milliseconds to ISO 8601 in UTC, the form the checkpoint holds. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** ISO 8601 to epoch milliseconds. */
export const epoch = (text: string): number => Date.parse(text)

/** The UTC day of an ISO time, `2026-11-23`: the key of daily ledgers and caps. */
export const utcDay = (text: string): string => text.slice(0, 10)

/** `95 s` → `1m 35s`: two units at most, for people. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / SECOND)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  return `${Math.floor(seconds / 3_600)}h ${Math.floor((seconds % 3_600) / 60)}m`
}
