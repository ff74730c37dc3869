/** What becomes of the pull request: one of the parts of `reduce`. */
import type { Checkpoint } from './checkpoint.ts'
import type { PullRequestFailed, PullRequestOpened } from './event-around.ts'
import { LIMITS } from './limits.ts'
import { clip } from './text.ts'

type PullRequest = Checkpoint['pull_request']

export function reducePullRequest(
  checkpoint: Checkpoint,
  event: PullRequestOpened | PullRequestFailed,
): Checkpoint {
  const rest = untroubled(checkpoint)
  const pull_request =
    event.type === 'pull_request_opened'
      ? { ...rest, number: event.number }
      : {
          ...rest,
          problem: clip(event.because, LIMITS.because_bytes),
          ...(event.passing === true ? {} : { tried_at: event.at }),
        }
  return { ...checkpoint, pull_request }
}

/** A person has helped, perhaps. What the next sweep does without them stays to be done. */
export const helped = (checkpoint: Checkpoint): PullRequest =>
  isBehind(checkpoint) ? checkpoint.pull_request : untroubled(checkpoint)

/** Its last change may be lost: the next sweep makes it. */
export const isBehind = ({ pull_request: { problem, tried_at } }: Checkpoint): boolean =>
  problem !== null && tried_at === undefined

/** Nothing stands in its way any more, as far as is known. */
function untroubled({ pull_request }: Checkpoint): PullRequest {
  const { tried_at: _, ...rest } = pull_request
  return { ...rest, problem: null }
}
