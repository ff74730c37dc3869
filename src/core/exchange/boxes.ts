/** What people put into the box of a task. */
import { quote } from '../mistake.ts'
import { BEGUN, DONE, type FoundState, OPEN, type Remark } from './found.ts'

const CANCELLED: FoundState = { at: 'dropped', because: 'cancelled there' }

const BOXES: Readonly<Record<string, FoundState>> = {
  ' ': OPEN,
  x: DONE,
  X: DONE,
  '✓': DONE,
  '✔': DONE,
  '/': BEGUN,
  '>': BEGUN,
  '-': CANCELLED,
  '~': CANCELLED,
}

/** How a task stands; what nobody knows means that it is open. */
export function boxState(box: string, at: string, remarks: Remark[]): FoundState {
  const state = Object.hasOwn(BOXES, box) ? BOXES[box] : undefined
  if (state === undefined) remarks.push({ at, text: `The box has ${quote(box)} in it: it is taken as open.` })
  return state ?? OPEN
}
