/** Words for how a task stands, as trackers use them. */
import { quote } from '../mistake.ts'
import { BEGUN, DONE, type FoundState, OPEN, type Remark } from './found.ts'

const dropped = (because: string): FoundState => ({ at: 'dropped', because })

const STATES: Readonly<Record<string, FoundState>> = {
  '': OPEN,
  pending: OPEN,
  open: OPEN,
  todo: OPEN,
  blocked: OPEN,
  'in-progress': BEGUN,
  review: BEGUN,
  done: DONE,
  completed: DONE,
  complete: DONE,
  closed: DONE,
  resolved: DONE,
  deferred: dropped('deferred there'),
  cancelled: dropped('cancelled there'),
  canceled: dropped('cancelled there'),
  deleted: dropped('deleted there'),
}

/** How a task stands; a word that nobody knows means that it is open. */
export function stateOf(status: string, at: string, remarks: Remark[]): FoundState {
  const word = status
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined)
    remarks.push({ at, text: `The status ${quote(status)} is not known: it is taken as open.` })
  return state ?? OPEN
}
