/** Bugs in the form of four jobs: what one machine believes of another. */
import { type Bug, bugsIn } from './bug.ts'

const TESTS = 'app/walled core/walled app/planning-walled'

export const WALLED_BUGS: readonly Bug[] = [
  ...bugsIn('app/walled/settle', TESTS, [
    {
      name: 'another-tree-lands',
      find: 'if (merged?.tree !== judgement.tree) {',
      replace: 'if (merged === undefined) {',
      hurts: 'Whoever owns the machine of the agent has one tree verified and another one landed.',
      breaks: 'G6',
    },
    {
      name: 'verified-on-an-older-head',
      find: 'if (head !== restored.checkpoint.work.head)',
      replace: "if (head === '')",
      hurts: 'What was verified before others landed lands without being verified with them.',
      breaks: 'G6',
    },
    {
      name: 'unchecked-work-is-done',
      find: 'return attempt.lease.landing === true ? { ...taken, ...lostAgain(told) } : later(taken, unchecked(told))',
      replace:
        "return attempt.lease.landing === true\n      ? { ...taken, ...lostAgain(told) }\n      : { ...taken, ...verdict('done', unchecked(told)) }",
      hurts: 'When the job that verifies is killed, what was handed over lands.',
      breaks: 'G6',
    },
    {
      name: 'red-is-believed-of-the-machine-itself',
      find: 'const seenRed = told.judgement !== undefined',
      replace: 'const seenRed = true',
      hurts: 'An attempt that changed nothing waits to land, and is checked for nothing.',
    },
    {
      name: 'any-cost-is-believed',
      find: 'usd: Math.min(usage.usd, most) }',
      replace: 'usd: usage.usd }',
      hurts: 'The machine of an agent ends the loop by saying that it cost a hundred thousand dollars.',
      breaks: 'G6',
    },
    {
      name: 'merge-breaks-rules-unseen',
      find: "  if (breaches.length > 0) return { ...taken, ...verdict('policy_violation', breaches.slice(0, 5).join(' ')) }\n",
      replace: '',
      hurts: 'A change follows a renamed file into a protected path, because only `check` has looked.',
      breaks: 'G6',
    },
    {
      name: 'interrupted-parcel-is-a-violation',
      find: "case 'none':\n      return without(ports, attempt, ...(await lost(ports, told)))",
      replace:
        "case 'none':\n      return without(ports, attempt, 'policy_violation', 'Nothing was handed over.')",
      hurts: 'Two runners that die park a task for breaking rules.',
    },
  ]),
  ...bugsIn('app/walled/check', TESTS, [
    {
      name: 'verified-without-the-others',
      find: 'const merged = await mergedOnto(ports, attempt, left, head)',
      replace: 'const merged = await mergedOnto(ports, attempt, left, attempt.lease.base)',
      hurts: 'What lands is not what was verified: it was verified on its own base.',
      breaks: 'G6',
    },
    {
      name: 'limit-is-done-at-the-check',
      find: "if (executed.end === 'agent_limit' && !executed.seenRed) return said('agent_limit', executed.because)\n",
      replace: '',
      hurts: 'An agent that was stopped in the middle is done where nothing tells otherwise.',
    },
    {
      name: 'check-moves-the-branch',
      find: 'await restore(ports, { mend: false })',
      replace: 'await restore(ports)',
      hurts: 'The job that runs foreign code tries to write, and dies where it may not.',
      breaks: 'G6',
    },
  ]),
  ...bugsIn('app/walled/unpack', TESTS, [
    {
      name: 'agent-by-the-name-it-gives-itself',
      find: 'usage: { ...usage, ...model, agent: agent.use },',
      replace: 'usage: { ...usage, ...model },',
      hurts: 'The ledger grows with every name that a machine makes up.',
      breaks: 'G6',
    },
    {
      name: 'forged-lines-in-the-subjects',
      find: 'handover.subjects.map(oneLine)',
      replace: 'handover.subjects.map((line) => line)',
      hurts: 'A subject with a line break writes trailers into the commit that lands.',
      breaks: 'G6',
    },
    {
      name: 'base-that-is-not-here',
      find: '  await ports.store.bring(base)\n',
      replace: '',
      hurts: 'When others have landed meanwhile, the parcel cannot be opened, and the attempt is lost.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('app/walled/work', `app/redacted ${TESTS}`, [
    {
      name: 'secrets-are-handed-over',
      find: "  if (breaches.length > 0) return send(ports, attempt, violating(executed, breaches.slice(0, 5).join(' ')))\n",
      replace: '',
      hurts: 'Everybody who may read the repository can download the artifact with the secret in it.',
      breaks: 'G7',
    },
    {
      name: 'secret-in-a-subject',
      find: 'subjects: (frozen?.subjects ?? []).map(redact),',
      replace: 'subjects: [...(frozen?.subjects ?? [])],',
      hurts: 'The subject of a commit is in the artifact with its secret.',
      breaks: 'G7',
    },
    {
      name: 'too-large-is-a-crash',
      find: "if (!(error instanceof LoopError) || error.code !== 'parcel-too-large') throw error",
      replace: 'throw error',
      hurts: 'An agent that leaves too much is retried as if its machine had died.',
    },
    {
      name: 'works-on-what-only-lands',
      find: "  if (held.lease.landing === true)\n    return { is: 'nothing', because: 'What was finished before is only checked; no agent works on it.' }\n",
      replace: '',
      hurts: 'The job `work` sends a parcel of what another attempt has finished.',
    },
  ]),
  ...bugsIn('app/walled/collect', TESTS, [
    {
      name: 'parcel-of-another-run',
      find: ' || finding.of !== state.run) return undefined',
      replace: ') return undefined',
      hurts: 'What the last run of a lane has left is settled as the work of this one.',
      breaks: 'G5',
    },
    {
      name: 'one-broken-parcel-stops-all',
      find: '      tell(ports, held, error)\n      if (!isLate) left.delete(lane)',
      replace: '      if (!isLate) throw error',
      hurts: 'A parcel that cannot be had keeps every tick from repairing anything.',
      breaks: 'G3',
    },
    {
      name: 'waits-for-a-parcel-for-ever',
      find: "if (finding.how === 'unsettled' && !isLate) left.delete(lane)",
      replace: "if (finding.how === 'unsettled') left.delete(lane)",
      hurts: 'A task whose artifact has expired is never taken back.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('app/walled/merged', TESTS, [
    {
      name: 'guard-only-on-its-base',
      find: '  if (head === attempt.lease.base) return []\n  return breachesOf',
      replace: '  if (head !== attempt.lease.base) return []\n  return breachesOf',
      hurts: 'What a merge carries into protected paths is not seen by anybody.',
      breaks: 'G6',
    },
  ]),
  ...bugsIn('app/walled/begin', TESTS, [
    {
      name: 'assignment-without-landing',
      find: 'landing: lease.landing === true,',
      replace: 'landing: false,',
      hurts: 'A landing starts the machine with the model key, which then finds nothing to do.',
    },
  ]),
]
