/** Bugs in lanes and leases: who may work, and on what. */
import { type Bug, bugsIn } from './bug.ts'

export const LANE_BUGS: readonly Bug[] = [
  ...bugsIn('core/reduce-lane', 'core/reduce core/lanes', [
    {
      name: 'any-nonce-begins',
      find: "case 'lane_begun': {\n      if (lane.state.at !== 'dispatched' || lane.state.nonce !== event.nonce)",
      replace: "case 'lane_begun': {\n      if (lane.state.at !== 'dispatched')",
      hurts: 'A run whose request was given up begins all the same, beside the one that took its place.',
      breaks: 'G5',
    },
    {
      name: 'old-refusal-takes-new-request',
      find: "case 'dispatch_refused':\n      if (lane.state.at !== 'dispatched' || lane.state.nonce !== event.nonce)",
      replace: "case 'dispatch_refused':\n      if (lane.state.at !== 'dispatched')",
      hurts: 'A late refusal of the first request takes back the second, whose run finds itself superseded.',
      breaks: 'G3',
    },
    {
      name: 'iterations-are-not-counted',
      find: 'ledger: { ...checkpoint.ledger, iterations: iteration }',
      replace: 'ledger: checkpoint.ledger',
      hurts: 'The cap on iterations never ends a loop, and two iterations have one number.',
      breaks: 'G4',
    },
    {
      name: 'lane-ends-with-its-task-in-hand',
      find: 'lane.state.run !== event.run || holding) throw',
      replace: 'lane.state.run !== event.run) throw',
      hurts: 'An idle lane holds a task that nobody works on and nobody else may take.',
      breaks: 'G3',
    },
    {
      name: 'lane-forgets-that-its-run-was-lost',
      find: '        ...(lost === undefined ? {} : { lost }),\n',
      replace: '',
      hurts: 'The late settle of a run taken for dead counts as landed, and its real cost is never told.',
      breaks: 'G2',
    },
    {
      name: 'beat-of-another-run',
      find: "if (lane.state.at !== 'running' || lane.state.run !== event.run) throw refuse(event, lane)\n      return",
      replace: "if (lane.state.at !== 'running') throw refuse(event, lane)\n      return",
      hurts: 'A run that lost its lane keeps the lane of a dead one alive for ever.',
      breaks: 'G5',
    },
  ]),
  ...bugsIn('core/begin', 'core/begin core/lanes', [
    {
      name: 'begins-beyond-parallel',
      find: ' &&\n    othersAtWork(checkpoint, lane) < checkpoint.config.settings.parallel',
      replace: '',
      hurts: 'More agents work at once than the loop file allows since it was changed.',
    },
    {
      name: 'begins-while-paused',
      find: "standing(checkpoint, now).status === 'running' &&\n    mayStartNext",
      replace: 'mayStartNext',
      hurts: 'A run of a paused loop dies with "not allowed" instead of ending green.',
      breaks: 'G5',
    },
    {
      name: 'launches-again-at-its-end',
      find: 'LAUNCH_LIMIT - (ours ? (state.launched ?? 0) : 0)',
      replace: 'LAUNCH_LIMIT',
      hurts: 'A run launches eight lanes instead of four, and lanes grow beyond what the API carries.',
    },
    {
      name: 'late-settle-ends-the-next-iteration',
      find: 'state.run === of && state.iteration === iteration',
      replace: 'state.run === of',
      hurts:
        'In a terminal one process has all iterations of a lane: a settle told twice ends the one after.',
      breaks: 'G2',
    },
    {
      name: 'own-successor-is-not-last',
      find: 'launch(others.length === lanes.length ? lanes : [...others, lane], request)',
      replace: 'launch(lanes, request)',
      hurts: 'The lane asks for itself first: when the call fails midway, the others never start.',
    },
    {
      name: 'lane-counts-itself-as-at-work',
      find: 'const idle = ours ? asIdle(checkpoint, lane) : checkpoint',
      replace: 'const idle = checkpoint',
      hurts: 'With one lane nobody is asked for ever again: the loop stops after one iteration.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('core/lease', 'core/reduce core/candidate', [
    {
      name: 'fence-does-not-grow',
      find: 'const fence = checkpoint.fence + 1',
      replace: 'const fence = Math.max(1, checkpoint.fence)',
      hurts: 'A settle that came too late has the fence of the attempt that took its place.',
      breaks: 'G5',
    },
    {
      name: 'attempt-is-free-to-begin',
      find: 'isLanding ? checkpoint.ledger : chargeStart(checkpoint.ledger, task.id, event.at, use)',
      replace: 'checkpoint.ledger',
      hurts: 'A crash loop is not counted: attempts are charged only when they end well enough to say so.',
      breaks: 'G4',
    },
    {
      name: 'lease-before-its-needs',
      find: "  if (unmet.length > 0) return `it needs ${unmet.join(', ')}.`\n",
      replace: '',
      hurts: 'A task is worked on before what it builds on is there.',
    },
    {
      name: 'lease-in-a-wait',
      find: '  if (waiting !== null && epoch(waiting.until) > epoch(at)) return `the loop waits until ${waiting.until}.`\n',
      replace: '',
      hurts: 'A run begins an attempt at a limit that is known to be reached.',
    },
    {
      name: 'lease-of-a-second-task',
      find: "  if (leases(checkpoint).some(({ lease }) => lease.lane === lane)) return 'the lane holds another.'\n",
      replace: '',
      hurts: 'A lane holds two tasks and works on one: the other is never settled.',
      breaks: 'G3',
    },
    {
      name: 'lost-cost-is-not-remembered',
      find: 'return { ...after, ledger: remember(after.ledger, estimate) }',
      replace: 'return after',
      hurts: 'The late settle of a lost run finds no estimate, and what it really cost is dropped.',
      breaks: 'G2',
    },
    {
      name: 'lost-minutes-without-bound',
      find: 'Math.max(0, Math.min(elapsed, reserved_minutes))',
      replace: 'Math.max(0, elapsed)',
      hurts:
        'A run that died before the weekend is charged with all of it, and the budget of minutes is gone.',
      breaks: 'G4',
    },
    {
      name: 'attempt-stands-on-the-first-base',
      find: 'base: checkpoint.work.head,',
      replace: 'base: checkpoint.work.base,',
      hurts: 'Every attempt starts from the commit the loop started from, without what was done since.',
      breaks: 'G1',
    },
    {
      name: 'last-iteration-is-refused',
      find: 'iterations: ledger.iterations - 1 }',
      replace: 'iterations: ledger.iterations }',
      hurts: 'The iteration that was begun counts against itself: the last one allowed fails.',
      breaks: 'G3',
    },
  ]),
]
