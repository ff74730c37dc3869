/**
 * Sees to the loop's pull request, after the chain has been carried on. Whatever goes wrong here
 * costs no work and fails no run: it is said, and where only a person can help it is recorded.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError, unreachable } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { isAtRest, landedSince, type Occasion, pullRequestStep } from '../core/pull-request.ts'
import { pullRequestPart, pullRequestTitle } from '../core/pull-request-text.ts'
import { isBehind } from '../core/reduce-pull-request.ts'
import { shortRef } from '../core/refs.ts'
import { iso } from '../core/time.ts'
import type { PullRequestOpened } from '../ports/pull-requests.ts'
import { commit } from './commit.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports, RunSettings } from './ports.ts'

/** @returns the loop as it stands afterwards: with the number of a new one. */
export async function tendPullRequest(
  ports: Ports,
  run: RunSettings,
  restored: Restored,
  occasion: Occasion | undefined,
): Promise<Restored> {
  if (occasion === undefined) return restored
  try {
    return await tend(ports, run, restored, occasion)
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    warn(ports, `What became of the pull request could not be saved: ${error.message}`)
    return restored
  }
}

async function tend(
  ports: Ports,
  run: RunSettings,
  restored: Restored,
  occasion: Occasion,
): Promise<Restored> {
  const { checkpoint } = restored
  const step = pullRequestStep(checkpoint, occasion, ports.clock.now())
  if (step.is === 'nothing') return restored
  if (step.is === 'open') return record(ports, restored, await open(ports, run, checkpoint))
  const part = ports.redact(pullRequestPart(checkpoint, run.web))
  const updated = await ports.pullRequests.update(step.number, part)
  switch (updated.is) {
    case 'merged':
      if (landedSince(checkpoint, updated.at))
        return record(ports, restored, await open(ports, run, checkpoint))
      return record(ports, restored, { is: 'open', number: step.number })
    case 'closed':
    case 'updated':
      return record(ports, restored, { is: 'open', number: step.number })
    default:
      return record(ports, restored, updated)
  }
}

function open(ports: Ports, run: RunSettings, checkpoint: Checkpoint): Promise<PullRequestOpened> {
  const { work, pull_request } = checkpoint
  return ports.pullRequests.open({
    head: shortRef(work.ref),
    base: shortRef(work.base_ref),
    title: ports.redact(pullRequestTitle(checkpoint)),
    part: ports.redact(pullRequestPart(checkpoint, run.web)),
    draft: pull_request.wanted === 'draft',
  })
}

async function record(ports: Ports, known: Restored, opened: PullRequestOpened): Promise<Restored> {
  const { number } = known.checkpoint.pull_request
  switch (opened.is) {
    case 'nowhere':
      return known
    case 'empty':
      return number === null ? known : save(ports, known, { type: 'pull_request_opened', number })
    case 'unknown':
      warn(ports, `Whether the pull request is as it should be is not known: ${opened.because}`)
      // One that is missing is looked for anyway, and while the loop goes on its page is written again.
      return number === null || !isAtRest(known.checkpoint)
        ? known
        : save(ports, known, { type: 'pull_request_failed', because: LOST + opened.because, passing: true })
    case 'refused':
      if (opened.because !== known.checkpoint.pull_request.problem)
        warn(ports, `The pull request is not as it should be. ${opened.because}`)
      return save(ports, known, { type: 'pull_request_failed', because: opened.because })
    case 'open':
      return save(ports, known, { type: 'pull_request_opened', number: opened.number })
    default:
      return unreachable(opened)
  }
}

type Fact =
  | { readonly type: 'pull_request_opened'; readonly number: number }
  | { readonly type: 'pull_request_failed'; readonly because: string; readonly passing?: true }

const LOST = 'Its last change may be lost; the next run makes it again. '

/** The one commit that a pull request costs. Another epoch, begun meanwhile, has one of its own. */
async function save(ports: Ports, known: Restored, fact: Fact): Promise<Restored> {
  const { epoch } = known.checkpoint
  const { restored } = await commit(
    ports,
    (checkpoint, { now }) => {
      const event: Event = { ...fact, at: iso(now) }
      const isOurs = checkpoint.epoch === epoch && !isKnown(checkpoint, fact)
      return isOurs
        ? { events: [event], answer: undefined }
        : { events: [], abstain: true, answer: undefined }
    },
    { known },
  )
  return restored
}

function isKnown(checkpoint: Checkpoint, fact: Fact): boolean {
  const { number, problem } = checkpoint.pull_request
  if (fact.type === 'pull_request_opened') return number === fact.number && problem === null
  return fact.passing === true && isBehind(checkpoint)
}

const warn = ({ reporter }: Ports, text: string): void => reporter.tell({ type: 'warning', text })
