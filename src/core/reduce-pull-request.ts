/** What becomes of the pull request: one of the parts of `reduce`. */
import type { Checkpoint } from './checkpoint.ts'
import type { PullRequestFailed, PullRequestOpened } from './event.ts'
import { LIMITS } from './limits.ts'
import { clip } from './text.ts'

type PullRequest = Checkpoint['pull_request']

export function reducePullRequest(
  checkpoint: Checkpoint,
  event: PullRequestOpened | PullRequestFailed,
): Checkpoint {
  const pull_request =
    event.type === 'pull_request_opened'
      ? { ...untroubled(checkpoint), number: event.number }
      : {
          ...checkpoint.pull_request,
          problem: clip(event.because, LIMITS.because_bytes),
          tried_at: event.at,
        }
  return { ...checkpoint, pull_request }
}

/** Nothing stands in its way any more, as far as is known. */
export function untroubled({ pull_request }: Checkpoint): PullRequest {
  const { tried_at: _, ...rest } = pull_request
  return { ...rest, problem: null }
}
