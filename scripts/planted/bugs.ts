/** All planted bugs. */
import { ORDER_BUGS } from './app-orders.ts'
import { PHASE_BUGS } from './app-phases.ts'
import { RUN_BUGS } from './app-runs.ts'
import { VERDICT_BUGS } from './app-verdicts.ts'
import { WALLED_BUGS } from './app-walled.ts'
import type { Bug } from './bug.ts'
import { EXCHANGE_BUGS } from './core-exchange.ts'
import { FILE_BUGS } from './core-files.ts'
import { INPUT_BUGS } from './core-input.ts'
import { LANE_BUGS } from './core-lanes.ts'
import { LEARNING_BUGS } from './core-learning.ts'
import { LOOP_FILE_BUGS } from './core-loop-file.ts'
import { MONEY_BUGS } from './core-money.ts'
import { ORDER_OF_WORK_BUGS } from './core-order.ts'
import { SETTLE_BUGS } from './core-settle.ts'
import { SWEEP_BUGS } from './core-sweep.ts'
import { TEXT_BUGS } from './core-text.ts'
import { TOOL_BUGS } from './core-tools.ts'
import { WAIT_BUGS } from './core-waits.ts'
import { MAIL_BUGS } from './mail.ts'

export const BUGS: readonly Bug[] = [
  ...LANE_BUGS,
  ...SWEEP_BUGS,
  ...SETTLE_BUGS,
  ...WAIT_BUGS,
  ...MONEY_BUGS,
  ...ORDER_OF_WORK_BUGS,
  ...INPUT_BUGS,
  ...FILE_BUGS,
  ...TEXT_BUGS,
  ...TOOL_BUGS,
  ...LEARNING_BUGS,
  ...LOOP_FILE_BUGS,
  ...RUN_BUGS,
  ...ORDER_BUGS,
  ...PHASE_BUGS,
  ...VERDICT_BUGS,
  ...WALLED_BUGS,
  ...MAIL_BUGS,
  ...EXCHANGE_BUGS,
]
