/** All planted bugs. */
import { ORDER_BUGS } from './app-orders.ts'
import { PHASE_BUGS } from './app-phases.ts'
import { RUN_BUGS } from './app-runs.ts'
import { VERDICT_BUGS } from './app-verdicts.ts'
import { WALLED_BUGS } from './app-walled.ts'
import type { Bug } from './bug.ts'
import { INPUT_BUGS } from './core-input.ts'
import { LANE_BUGS } from './core-lanes.ts'
import { MONEY_BUGS } from './core-money.ts'
import { SETTLE_BUGS } from './core-settle.ts'
import { TEXT_BUGS } from './core-text.ts'

export const BUGS: readonly Bug[] = [
  ...LANE_BUGS,
  ...SETTLE_BUGS,
  ...MONEY_BUGS,
  ...INPUT_BUGS,
  ...TEXT_BUGS,
  ...RUN_BUGS,
  ...ORDER_BUGS,
  ...PHASE_BUGS,
  ...VERDICT_BUGS,
  ...WALLED_BUGS,
]
