/** What the action takes where there is nothing to do, and how large it is. */
import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ROOT } from './place.ts'

const QuietIterations = z.object({
  /** Wall time of the main step, median, ms. */
  main: z.number(),
  /** Of the post step, ms. */
  post: z.number(),
  /** REST calls of a run, median. */
  calls: z.number(),
  mostCalls: z.number(),
})
export type QuietIterations = z.infer<typeof QuietIterations>

/** @param tasks one after another, each a shell that does nothing. */
export async function quietIterations(tasks: number): Promise<QuietIterations> {
  const program = join(ROOT, 'scripts', 'bench', 'action-iteration.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(tasks)])
  return QuietIterations.parse(JSON.parse(stdout))
}

/** Megabytes of all that a job downloads of us. */
export function bundleSize(): number {
  const folder = join(ROOT, 'dist')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1_000_000
}
