/** Makes the calls that a commit asked for, and undoes what is definitely refused. */
import { unreachable } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import type { Asked } from '../core/lane.ts'
import { sentences } from '../core/text.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import { Draft } from './draft.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports } from './ports.ts'

/** Calls once for each request; a refused one is undone, an unknown one is left to the next tick. */
export async function dispatchAll(ports: Ports, loop: string, asked: readonly Asked[]): Promise<Dispatches> {
  const urls: string[] = []
  const refusals: string[] = []
  for (const one of asked) {
    const answer = await ports.relay.dispatch({ ...one, loop })
    switch (answer.is) {
      case 'accepted':
        if (answer.url !== undefined) urls.push(answer.url)
        break
      case 'refused':
        refusals.push(sentences(answer.because, answer.fix))
        await undo(ports, one, answer)
        break
      case 'unknown':
        ports.reporter.tell({
          type: 'warning',
          text: sentences(
            `Whether lane ${one.lane} was asked for is not known: ${answer.because}`,
            'The next tick finds out.',
          ),
        })
        break
      default:
        unreachable(answer)
    }
  }
  return { urls, refusals }
}

export interface Dispatches {
  /** Where the next runs can be watched. */
  readonly urls: readonly string[]
  /** Definite refusals: what was said, and the fix. */
  readonly refusals: readonly string[]
}

/** The lane is idle again; if no other lives, only a person can help. */
async function undo(
  ports: Ports,
  { lane, nonce }: Asked,
  { because, fix }: { because: string; fix: string },
): Promise<void> {
  await commit(ports, (checkpoint, { now }) => {
    const state = checkpoint.lanes[lane]?.state
    if (state?.at !== 'dispatched' || state.nonce !== nonce) return { events: [], answer: undefined }
    const at = iso(now)
    const draft = new Draft(checkpoint).add({ type: 'dispatch_refused', at, lane, nonce, because })
    const alone = Object.values(draft.checkpoint.lanes).every((one) => one.state.at === 'idle')
    if (alone) {
      draft.add({
        type: 'loop_held',
        at,
        status: 'needs_human',
        because: sentences(`The next run was refused: ${because}`, fix),
        next: '',
      })
    }
    return { events: draft.events, answer: undefined }
  })
}

/** Undoes requests that will not be made, or that nobody will begin. */
export async function takeBack(ports: Ports, requests: readonly Asked[], because: string): Promise<Restored> {
  const taken = await commit(ports, ({ lanes }, { now }) => {
    const events = requests.flatMap(({ lane, nonce }): Event[] => {
      const state = lanes[lane]?.state
      const isOpen = state?.at === 'dispatched' && state.nonce === nonce
      return isOpen ? [{ type: 'dispatch_refused', at: iso(now), lane, nonce, because }] : []
    })
    return { events, answer: undefined }
  })
  return taken.restored
}
