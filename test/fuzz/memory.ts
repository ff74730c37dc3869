/** Time and memory that hostile inputs take. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Judged, judge, mostMs } from './judging.ts'
import type { Hostile } from './messages.ts'
import type { Opened, Target } from './target.ts'

/** Judges every hostile input. @param most memory above what the process had, MB. */
export async function measured(target: Target, opened: Opened, most: number): Promise<Hostile[]> {
  // What is loaded and compiled on first use is no input's fault.
  for (const input of opened.corpus) await judge(opened, input)
  const all: Hostile[] = []
  for (const [name, input] of Object.entries(target.hostile())) {
    let best = await measure(opened, input)
    // Processors that others use, too, are slower: the best of three counts.
    for (let n = 0; n < 2 && best.ms > mostMs(); n++) best = better(best, await measure(opened, input))
    all.push({ name, bytes: input.length, ms: best.ms, mb: best.mb, ...brokenBy(best, most) })
  }
  return all
}

interface Measured {
  readonly ms: number
  readonly mb: number
  readonly judged: Judged
}

const better = (a: Measured, b: Measured): Measured => (b.ms < a.ms ? b : a)

function brokenBy({ ms, mb, judged }: Measured, most: number): { broken?: string } {
  if (judged.broken !== undefined) return { broken: `${judged.broken.law}: ${judged.broken.message}` }
  if (ms > mostMs()) return { broken: `two seconds at most: ${Math.round(ms)} ms` }
  return mb > most ? { broken: `${most} MB at most: ${Math.round(mb)} MB` } : {}
}

async function measure(opened: Opened, input: Buffer): Promise<Measured> {
  globalThis.gc?.()
  const before = forgetPeak()
  const since = process.cpuUsage()
  const judged = await judge(opened, input)
  const { user, system } = process.cpuUsage(since)
  // Others take of the one, and threads that collect garbage add to the other.
  return { ms: Math.min(judged.ms, (user + system) / 1_000), mb: Math.max(0, peak() - before), judged }
}

/** From now on the peak is that of what comes. @returns what the process has now, MB. */
function forgetPeak(): number {
  try {
    // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Elsewhere the peak is that of the whole life of the process.
    return process.resourceUsage().maxRSS / 1_024
  }
  return peak()
}

/** The most memory since then, MB. */
function peak(): number {
  try {
    const [, kb = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return Number(kb) / 1_024
  } catch {
    return process.resourceUsage().maxRSS / 1_024
  }
}
