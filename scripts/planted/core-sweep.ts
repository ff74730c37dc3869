/** Bugs in which lanes run, whose request is answered, and what is taken from the dead. */
import { type Bug, bugsIn } from './bug.ts'

export const SWEEP_BUGS: readonly Bug[] = [
  ...bugsIn('core/lanes', 'core/lanes core/begin app/lanes', [
    {
      name: 'launches-whatever-the-status',
      find: "  if (standing(checkpoint, now).status !== 'running') return []\n  const live",
      replace: '  const live',
      hurts: 'A paused or finished loop goes on asking for runs.',
      breaks: 'G5',
    },
    {
      name: 'live-lanes-leave-room',
      find: 'checkpoint.config.settings.parallel - live.size,',
      replace: 'checkpoint.config.settings.parallel,',
      hurts: 'Each run launches as many lanes as are allowed, beside those that work.',
    },
    {
      name: 'lanes-share-one-reservation',
      find: '    beside.usd += usd\n',
      replace: '',
      hurts: 'Four lanes are launched on money that is enough for one.',
      breaks: 'G4',
    },
    {
      name: 'nonce-of-another-request',
      find: "state?.at === 'dispatched' && state.nonce === nonce) return { is: 'accepted' }",
      replace: "state?.at === 'dispatched') return { is: 'accepted' }",
      hurts: 'A run that was given up accepts the request of the one that took its place.',
      breaks: 'G5',
    },
    {
      name: 'resumes-for-another-run',
      find: 'state.nonce === nonce && state.run === run) return',
      replace: 'state.nonce === nonce) return',
      hurts: 'Two runs with one nonce, as after an unknown answer, work on one task at once.',
      breaks: 'G5',
    },
    {
      name: 'nothing-is-reserved',
      find: 'reserved_usd: reserve.usd,',
      replace: 'reserved_usd: 0,',
      hurts: 'Lanes side by side spend many times the cap, and an unknown cost is no cost.',
      breaks: 'G4',
    },
    {
      name: 'deadline-in-the-wrong-unit',
      find: 'until: iso(now + reserve.minutes * MINUTE),',
      replace: 'until: iso(now + reserve.minutes),',
      hurts: 'Every lease is past its deadline at once: each run asks the API about each other lane.',
    },
    {
      name: 'agent-gets-the-time-of-verification',
      find: 'const room = left - attemptLimit(settings, 0)',
      replace: 'const room = left',
      hurts: 'The agent works to the very end of the job, and is lost with all it did.',
    },
    {
      name: 'starting-lanes-are-forgotten',
      find: 'const starting = live.size - leases(checkpoint).length',
      replace: 'const starting = 0',
      hurts: 'Two runs at once launch lanes for the same ready task; the surplus ones start for nothing.',
    },
  ]),
  ...bugsIn('core/sweep', 'core/lanes app/tick', [
    {
      name: 'nonce-is-used-again',
      find: 'nonce: nonce(), by, replaces: state.nonce',
      replace: 'nonce: state.nonce, by, replaces: state.nonce',
      hurts: 'The lost run and its replacement carry one nonce: both may begin.',
      breaks: 'G5',
    },
    {
      name: 'a-deadline-takes-the-lease',
      find: 'return isLocal(run) && now - epoch(sign)',
      replace: 'return now - epoch(sign)',
      hurts: 'When the API does not answer, a run that is at work loses its task to another.',
      breaks: 'G2',
    },
    {
      name: 'old-findings-are-believed',
      find: 'if (lane === undefined || !isAbout(finding, lane)) return false',
      replace: 'if (lane === undefined) return false',
      hurts: 'What was found out about the last run of a lane ends the one that has begun since.',
      breaks: 'G2',
    },
    {
      name: 'a-queued-run-counts-as-lost',
      find: "finding.is === 'waiting' || finding.is === 'alive'",
      replace: "finding.is === 'alive'",
      hurts: 'While runners are scarce, each tick asks for one more run.',
      breaks: 'G5',
    },
    {
      name: 'sweeps-itself',
      find: '    if (run === self) return []\n',
      replace: '',
      hurts: 'A run that begins asks about its own request and repairs it away.',
    },
    {
      name: 'patience-off-by-one',
      find: 'PATIENCE[Math.min(tries, PATIENCE.length) - 1]',
      replace: 'PATIENCE[Math.min(tries, PATIENCE.length)]',
      hurts: 'The first request is looked into after 15 minutes, the third at once.',
      breaks: 'G3',
    },
    {
      name: 'one-request-too-many',
      find: 'state.tries >= PATIENCE.length',
      replace: 'state.tries > PATIENCE.length',
      hurts: 'A workflow that cannot start is asked for a fourth time before a person hears of it.',
    },
    {
      name: 'paused-loop-asks-again',
      find: "if (status !== 'running' || !onward) {",
      replace: 'if (!onward) {',
      hurts: 'A lost request of a paused loop is made again and again.',
      breaks: 'G5',
    },
    {
      name: 'cancel-does-not-pause',
      find: 'lost: true },\n    ...held,\n',
      replace: 'lost: true },\n',
      hurts: 'Somebody cancels a run, and the next tick starts it again.',
    },
    {
      name: 'ended-run-is-not-marked-lost',
      find: 'verdict, asked: [], lost: true },',
      replace: 'verdict, asked: [] },',
      hurts:
        'The late settle of a run taken for dead believes that it has landed: its work and cost are gone.',
      breaks: 'G2',
    },
    {
      name: 'one-missed-beat-is-death',
      find: '>= MISSED * BEAT',
      replace: '>= BEAT',
      hurts: 'A terminal whose network is gone for ten minutes loses its task.',
    },
    {
      name: 'finished-run-is-a-cancel',
      find: "case 'finished':\n      return 'runner_lost'",
      replace: "case 'finished':\n      return 'cancelled'",
      hurts: 'A run that died after its work pauses the loop in the name of a person.',
      breaks: 'G3',
    },
  ]),
]
