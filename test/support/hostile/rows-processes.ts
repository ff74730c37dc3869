/** Programs that take all there is, will not end, or end what is not theirs. */
import type { Row, Rows } from './row.ts'
import { WITHOUT_EFFECT } from './rows-git.ts'

const within = (timeout: string, more: object = {}) => ({ agent: { timeout, ...more } })

/** Its task is done; what it left has been ended. */
const ended: Row = WITHOUT_EFFECT

export const PROCESSES: Rows = {
  'fork-storm.sh': { verdict: 'timed_out', says: /time limit/, task: within('4s') },
  'fork-storm-sessions.pl': { verdict: 'timed_out', says: /time limit/, task: within('4s') },
  'daemon-nohup.sh': ended,
  'daemon-session.sh': ended,
  'daemon-forked-twice.pl': ended,
  'daemon-without-environment.sh': ended,
  'ignores-term.sh': { verdict: 'timed_out', says: /time limit/, task: within('2s') },
  'silent.sh': { verdict: 'stalled', says: /gone silent/, task: within('30s', { stall: '2s' }) },
  'closes-output.sh': ended,
  'crashes.sh': { verdict: 'agent_failed', says: /SIGSEGV/ },
  'kills-harness.sh': { verdict: 'runner_lost', says: /deed/, runs: 5 },
}

export const FLOODS: Rows = {
  'floods-output.sh': { ...WITHOUT_EFFECT, megabytes: 250 },
  'floods-lines.sh': { verdict: 'timed_out', says: /time limit/, task: within('4s'), megabytes: 250 },
  'fills-disk.sh': {
    verdict: 'runner_lost',
    says: /No space left on device[^]*Free some space, then run again: the last saved state is intact/,
    limits: { disk: '96m' },
    runs: 5,
  },
}
