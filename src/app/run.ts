/**
 * The loop in one process: a terminal, or a job with `continue: here`. Its relay is a queue, and its lanes
 * work side by side, each with a fresh agent process in a worktree of its own.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import { END_STATES } from '../core/status.ts'
import { Crew } from './crew.ts'
import type { Ports, RunSettings } from './ports.ts'
import { tendPullRequest } from './pull-request.ts'
import type { RunEnded, RunOptions } from './run-options.ts'
import { startOrContinue } from './start.ts'

export async function runLoop(ports: Ports, run: RunSettings, options: RunOptions): Promise<RunEnded> {
  const started = await startOrContinue(ports, run, options)
  ports.reporter.tell({
    type: 'loop',
    checkpoint: started.checkpoint,
    what: beginningOf(started.checkpoint),
  })
  let isOver = false
  try {
    const tended = await tendPullRequest(ports, run, started, 'sweep')
    const ended = await new Crew(ports, run, { options, started: tended }).run()
    isOver = true
    return ended
  } finally {
    if (isOver || options.hasHeir !== true) await ports.workspaces.removeAll()
  }
}

/** In a word; a loop that has stopped goes nowhere by being run. */
function beginningOf({ status, started_at, updated_at }: Checkpoint): string {
  if (END_STATES.includes(status)) return 'stands still'
  return started_at === updated_at ? 'started' : 'continued'
}
