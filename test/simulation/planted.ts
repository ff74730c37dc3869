/** Bugs to be planted, one at a time: each must be found within so many lives, or the laws are too weak. */

export interface Planted {
  readonly name: string
  /** Below `src`. */
  readonly file: string
  /** Occurs exactly once. */
  readonly find: string
  readonly replace: string
  /** Lives, from seed 1 on, within which it is found. */
  readonly within: number
}

export const PLANTED: readonly Planted[] = [
  {
    name: 'a fence is dropped',
    file: 'core/settle.ts',
    find: 'return lane === claim.lane && run === claim.run && fence === claim.fence',
    replace: 'return lane !== "" && run !== "" && fence > 0',
    within: 400,
  },
  {
    name: 'a nonce is used again',
    file: 'core/sweep.ts',
    find: 'nonce: nonce(), by, replaces: state.nonce }',
    replace: 'nonce: state.nonce, by, replaces: state.nonce }',
    within: 100,
  },
  {
    name: 'a decision is replayed after a lost race',
    file: 'app/commit.ts',
    find: 'const decision = await decide(from.checkpoint, { now, work: from.work })',
    replace:
      "const decision = Reflect.get(decide, 'made') ?? (await decide(from.checkpoint, { now, work: from.work })); Reflect.set(decide, 'made', decision)",
    within: 100,
  },
  {
    name: 'what attempts in flight have set aside is forgotten',
    file: 'core/budget.ts',
    find: 'sum + Math.max(lease.cap_usd ?? 0, lease.reserved_usd), 0)',
    replace: 'sum, 0)',
    within: 400,
  },
  {
    name: 'a settle whose answer was lost does not find itself',
    file: 'app/phases/handoff.ts',
    find: 'if (before !== undefined) return { events: [], abstain: true, answer: before }',
    replace: '',
    within: 200,
  },
  {
    name: 'any request is answered',
    file: 'core/lanes.ts',
    find: "if (state?.at === 'dispatched' && state.nonce === nonce) return",
    replace: "if (state?.at === 'dispatched') return",
    within: 200,
  },
  {
    name: 'an attempt is counted when it ends',
    file: 'core/lease.ts',
    find: 'const ledger = isLanding ? checkpoint.ledger :',
    replace: 'const ledger = true ? checkpoint.ledger :',
    within: 5,
  },
  {
    name: 'a landing counts as an attempt',
    file: 'core/lease.ts',
    find: 'const ledger = isLanding ? checkpoint.ledger :',
    replace: 'const ledger =',
    within: 200,
  },
  {
    name: 'what others have landed is landed over',
    file: 'core/settle.ts',
    find: 'if (onto === checkpoint.work.head || isPlan(task)) return undefined',
    replace: 'if (true) return undefined',
    within: 200,
  },
  {
    name: 'a person who cancels is not obeyed',
    file: 'core/sweep.ts',
    find: "CONSEQUENCES[verdict].then === 'pause'",
    replace: "CONSEQUENCES[verdict].then === 'park'",
    within: 400,
  },
  {
    name: 'lanes are asked for while the loop is held or waits',
    file: 'core/lanes.ts',
    find: "if (standing(checkpoint, now).status !== 'running') return []",
    replace: '',
    within: 100,
  },
  {
    name: 'attempts are never used up',
    file: 'core/settle.ts',
    find: 'const next = parkSpent(open, checkpoint.config.settings.policy.attempts)',
    replace: 'const next = open',
    within: 400,
  },
  {
    name: 'what was done is forgotten',
    file: 'core/settle.ts',
    find: 'withinLimit([...checkpoint.completed_tasks, done], rest.remaining_tasks)',
    replace: 'withinLimit([...checkpoint.completed_tasks.slice(-3), done], rest.remaining_tasks)',
    within: 20,
  },
  {
    name: 'commits of our own are taken for those of others',
    file: 'app/phases/restore.ts',
    find: 'return ours.length === 0',
    replace: 'return ours.length >= 0',
    within: 400,
  },
  {
    name: 'the work branch is not brought to where the state stands',
    file: 'app/phases/restore.ts',
    find: 'const moved = await store.moveWork(tip, head)',
    replace: "const moved = tip === '' ? await store.moveWork(tip, head) : ({ is: 'saved' } as const)",
    within: 1_000,
  },
  {
    name: 'files are not looked through for secrets',
    file: 'app/breaches.ts',
    find: 'const suspects = [...after].filter(([, text]) => spots(text).length > 0)',
    replace: 'const suspects = [...after].filter(([, text]) => text.length < 0)',
    within: 100,
  },
  {
    name: 'protected files may be changed',
    file: 'app/breaches.ts',
    find: 'return [...guard(changes, settings.protect), ...leaksInNames',
    replace: 'return [...leaksInNames',
    within: 50,
  },
  {
    name: 'an agent that says it is done is believed',
    file: 'app/phases/verify.ts',
    find: "if (failed !== undefined) return { ...taken, ...verdict('verify_failed', failed.because, failed.failure) }",
    replace: '',
    within: 20,
  },
  {
    name: 'what is merged is not verified again',
    file: 'app/merge.ts',
    find: "if (red !== undefined) return failed(verdict('conflict', redMerged(red), red.failure))",
    replace: '',
    within: 1_000,
  },
  {
    name: 'two changes have one number',
    file: 'core/status.ts',
    find: 'seq: checkpoint.seq + 1, updated_at',
    replace: 'seq: checkpoint.seq + (events.length > 2 ? 0 : 1), updated_at',
    within: 5,
  },
  {
    name: 'the cap of a day forgets what is in flight',
    file: 'core/budget.ts',
    find: 'spentToday(checkpoint, now) + held.usd < limit) return',
    replace: 'spentToday(checkpoint, now) < limit) return',
    within: 600,
  },
  {
    name: 'every agent is told all that is left',
    file: 'core/budget.ts',
    find: 'if (lease.cap_usd !== undefined) return lease.cap_usd',
    replace: '',
    within: 3_000,
  },
  {
    name: 'the cap on tokens is never looked at',
    file: 'core/budget.ts',
    find: "['tokens', tokens, landing ? undefined : budget.tokens,",
    replace: "['tokens', tokens, undefined,",
    within: 300,
  },
  {
    name: 'what a dead run was charged is not remembered',
    file: 'core/lease.ts',
    find: 'return { ...after, ledger: remember(after.ledger, estimate) }',
    replace: 'return after',
    within: 600,
  },
  {
    name: 'a late settle is charged beside its estimate',
    file: 'core/ledger.ts',
    find: 'usd: less(next.usd, usd),\n    usd_estimated',
    replace: 'usd: next.usd,\n    usd_estimated',
    within: 600,
  },
  {
    name: 'a run that is over is never looked up',
    file: 'core/sweep.ts',
    find: "const due = state.at === 'running' ? epoch(state.until)",
    replace: "const due = state.at === 'running' ? Number.POSITIVE_INFINITY",
    within: 200,
  },
  {
    name: 'a request that was lost is never made again',
    file: 'core/sweep.ts',
    find: "return [{ type: 'lane_dispatched', at, lane: id, nonce: nonce(), by, replaces: state.nonce }]",
    replace: 'return []',
    within: 200,
  },
  {
    name: 'a lane ends that another run holds by now',
    file: 'core/begin.ts',
    find: "const ours = state?.at === 'running' && state.run === of && state.iteration === iteration",
    replace: "const ours = state?.at === 'running'",
    within: 600,
  },
  {
    name: 'the call is made before it is written down',
    file: 'app/iterate.ts',
    find: 'const begun = await plan(ports, run, { asked, restored, onward })',
    replace:
      'await ports.relay.dispatch({ lane: asked.lane, nonce: `${asked.nonce}x`, loop: run.loop }); const begun = await plan(ports, run, { asked, restored, onward })',
    within: 5,
  },
  {
    name: 'more lanes are at work than the file allows',
    file: 'core/lanes.ts',
    find: 'checkpoint.config.settings.parallel - live.size,',
    replace: 'checkpoint.config.settings.parallel + 1 - live.size,',
    within: 50,
  },
  {
    name: 'a spare from the cache is believed',
    file: 'app/phases/recover.ts',
    find: 'if (isHeld || (await isOfTip(ports, stored, spare.checkpoint))) return',
    replace: 'if (isHeld || ports !== undefined) return',
    within: 400,
  },
  {
    name: 'a broken checkpoint is replaced by an empty one',
    file: 'app/phases/restore.ts',
    find: 'if (older !== undefined) {',
    replace: 'if (older !== undefined && older.completed_tasks.length < 0) {',
    within: 600,
  },
]
