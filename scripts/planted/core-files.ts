/** Bugs in what other machines, old versions and people have written. */
import { type Bug, bugsIn } from './bug.ts'

export const FILE_BUGS: readonly Bug[] = [
  ...bugsIn('core/walled', 'core/walled app/walled', [
    {
      name: 'outputs-of-a-job-that-failed',
      find: "job?.result === 'success' ? read(job.outputs) : undefined",
      replace: 'job !== undefined ? read(job.outputs) : undefined',
      hurts: 'A check that was killed after it wrote its outputs is believed.',
      breaks: 'G6',
    },
    {
      name: 'machine-of-the-agent-says-conflict',
      find: "const NOT_OF_WORK = ['done', 'landing', 'conflict', 'superseded', 'cancelled', 'verify_failed'] as const",
      replace: "const NOT_OF_WORK = ['done', 'landing', 'superseded', 'cancelled', 'verify_failed'] as const",
      hurts: 'Whoever owns the machine of the agent ends attempts in a way that costs none.',
      breaks: 'G6',
    },
    {
      name: 'handover-of-any-depth',
      find: "  if (depthOf(text) > DEEPEST) return { is: 'broken', because: `it is nested deeper than ${DEEPEST} levels` }\n",
      replace: '',
      hurts: 'A handover that is nested deep ends the job that settles it with an overflow.',
      breaks: 'G6',
    },
    {
      name: 'check-says-auth-failed',
      find: "const OF_CHECK = ['done', 'conflict', 'interrupted', 'verify_failed', 'agent_limit'] as const",
      replace:
        "const OF_CHECK = ['done', 'conflict', 'interrupted', 'verify_failed', 'agent_limit', 'auth_failed'] as const",
      hurts: 'What an agent wrote stops the loop from the machine that verifies it.',
      breaks: 'G6',
    },
    {
      name: 'done-with-a-failure',
      find: "return data?.verdict === 'done' && data.failure !== undefined ? undefined : data",
      replace: 'return data',
      hurts: 'A judgement that contradicts itself, because half of it is forged, lands.',
      breaks: 'G6',
    },
    {
      name: 'handover-with-huge-outputs',
      find: 'return bytes > LIMITS.outputs_bytes',
      replace: 'return bytes > LIMITS.outputs_total_bytes',
      hurts: 'A forged handover makes the checkpoint a quarter of a megabyte larger.',
      breaks: 'G8',
    },
  ]),
  ...bugsIn('core/migrate', 'core/migrate app/restore', [
    {
      name: 'newer-minor-is-refused',
      find: "Number(version.split('.')[0])",
      replace: 'Number(version)',
      hurts: 'After a run of a newer minor version older runs refuse the loop.',
      breaks: 'G9',
    },
    {
      name: 'invariants-are-not-checked',
      find: 'return faults.length === 0\n',
      replace: 'return faults.length >= 0\n',
      hurts: 'A checkpoint that was edited by hand into nonsense is gone on from.',
      breaks: 'G9',
    },
    {
      name: 'writes-what-nobody-can-read',
      find: 'if (fault !== undefined) throw new Error(',
      replace: 'if (fault === undefined) return\n  if (before === undefined) throw new Error(',
      hurts: 'A bug elsewhere writes a checkpoint that the next run cannot read, and a day of work is gone.',
      breaks: 'G2',
    },
    {
      name: 'newer-major-is-damage',
      find: "if (version !== undefined && major(version) > major(VERSION)) return { is: 'newer', version }",
      replace: '',
      hurts: 'An old run takes a newer checkpoint for a damaged one and goes back behind it.',
      breaks: 'G2',
    },
  ]),
  ...bugsIn('core/check', 'core/migrate', [
    {
      name: 'two-leases-with-one-fence',
      find: "return new Set(all).size === all.length ? high : [...high, 'Two leases share a fence.']",
      replace: 'return high',
      hurts: 'A checkpoint that would let two runs settle each other’s work counts as valid.',
      breaks: 'G5',
    },
    {
      name: 'need-of-nobody',
      find: 'return [...missing, ...circles]',
      replace: 'return circles',
      hurts: 'A hand edit leaves a task that waits for one that does not exist, and nobody says so.',
      breaks: 'G9',
    },
    {
      name: 'lease-of-an-idle-lane',
      find: "const own = lane?.state.at === 'running' && lane.state.run === lease.run",
      replace: 'const own = lane !== undefined',
      hurts: 'A task that is leased to a lane which does not run is never taken back.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('core/tasks', 'core/reduce core/salvage app/planning', [
    {
      name: 'done-tasks-open-again',
      find: 'done.has(spec.id) ? [] : [{ spec, order }]',
      replace: '[{ spec, order }]',
      hurts: 'Any change of the loop file does all that is done once more.',
      breaks: 'G2',
    },
    {
      name: 'withdrawn-while-worked-on',
      find: "task.state.at === 'leased' ? [{ ...task, withdrawn: true }] : []",
      replace: '[]',
      hurts: 'The settle of a task that was taken out of the file finds nothing to settle.',
      breaks: 'G2',
    },
    {
      name: 'file-withdraws-proposals',
      find: "  if (task.source !== 'file') return [task]\n",
      replace: '',
      hurts: 'A change of the loop file throws away all that was planned.',
    },
    {
      name: 'changed-verify-is-no-change',
      find: 'hash64(JSON.stringify([spec, verify, run ?? null]))',
      replace: 'hash64(JSON.stringify([spec, run ?? null]))',
      hurts: 'Work lands that was verified by commands which the loop file does not name any more.',
    },
    {
      name: 'salvage-of-another-spec',
      find: 'isOther || salvage === undefined ? rest',
      replace: 'salvage === undefined ? rest',
      hurts: 'An attempt at a changed task starts from work on the old one.',
    },
  ]),
  ...bugsIn('core/follow', 'core/lanes app/run', [
    {
      name: 'flags-widen-caps',
      find: '(narrow[cap] ?? Number.POSITIVE_INFINITY) < (budget[cap] ?? Number.POSITIVE_INFINITY)',
      replace:
        '(narrow[cap] ?? Number.POSITIVE_INFINITY) !== (budget[cap] ?? Number.POSITIVE_INFINITY) && narrow[cap] !== undefined',
      hurts: 'Whoever may start the workflow by hand may spend more than the loop file allows.',
      breaks: 'G4',
    },
    {
      name: 'older-file-comes-back',
      find: '  if (isOlder(config, run, checkpoint.config)) return []\n',
      replace: '',
      hurts: 'A run that was queued before a push puts the old loop file in force again.',
    },
    {
      name: 'older-is-newer',
      find: 'return own < than',
      replace: 'return own > than',
      hurts: 'A new loop file is never applied on Actions.',
    },
  ]),
]
