/** Programs that take all there is, will not end, or end what is not theirs. */
import { expect } from '@jest/globals'
import type { Row, Rows } from './row.ts'
import { WITHOUT_EFFECT } from './rows-git.ts'

const within = (timeout: string, more: object = {}) => ({ agent: { timeout, ...more } })

/** Its task is done; what it left has been ended before the next agent begins. */
const ended: Row = {
  ...WITHOUT_EFFECT,
  honest: '! grep -q "^State:.[RSDT]" "/proc/$(cat SEEN/daemon)/status" && echo honest > honest.txt',
}

const storm: Row = {
  verdict: 'timed_out',
  says: /time limit/,
  task: within('4s'),
  unseen: 'it drowns in what it does; what it was refused it has noted',
  also: (world) => expect(world.saw('storm')).toMatch(/fork: .*Resource temporarily unavailable/),
}

export const PROCESSES: Rows = {
  'fork-storm.sh': storm,
  'fork-storm-sessions.pl': storm,
  'daemon-nohup.sh': ended,
  'daemon-session.sh': ended,
  'daemon-forked-twice.pl': ended,
  'daemon-without-environment.sh': ended,
  'ignores-term.sh': { verdict: 'timed_out', says: /time limit/, task: within('2s') },
  'silent.sh': {
    verdict: 'stalled',
    says: /gone silent/,
    task: within('30s', { stall: '2s' }),
    unseen: 'it only waits; the verdict is given to nothing else',
  },
  'closes-output.sh': WITHOUT_EFFECT,
  'crashes.sh': {
    verdict: 'agent_failed',
    says: /SIGSEGV/,
    unseen: 'it is dead; the reason names the signal',
  },
  'kills-harness.sh': {
    verdict: 'runner_lost',
    says: /deed/,
    runs: 5,
    unseen: 'it is ended with what it kills; the signal is seen from outside',
  },
}

export const FLOODS: Rows = {
  'floods-output.sh': { ...WITHOUT_EFFECT, megabytes: 250 },
  'floods-lines.sh': {
    verdict: 'timed_out',
    says: /time limit[^]*error::evil/,
    task: within('4s'),
    megabytes: 250,
    unseen: 'it does nothing afterwards; what it printed is shown',
  },
  'fills-disk.sh': {
    verdict: 'runner_lost',
    says: /No space left on device[^]*Free some space, then run again: the last saved state is intact/,
    limits: { disk: '96m' },
    runs: 5,
  },
}
