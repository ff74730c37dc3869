/** Bugs in what is said of an attempt, and in how it is settled. */
import { type Bug, bugsIn } from './bug.ts'

export const VERDICT_BUGS: readonly Bug[] = [
  ...bugsIn('app/phases/verify', 'app/phases app/run app/lanes', [
    {
      name: 'interrupted-is-red',
      find: "  if (failed?.aborted === true) return { ...taken, ...verdict('interrupted', failed.because) }\n",
      replace: '',
      hurts: 'Ctrl-C during verification costs an attempt.',
    },
    {
      name: 'limit-is-done',
      find: "if (executed.end === 'agent_limit' && !executed.seenRed) {",
      replace: "if (executed.end === 'agent_limit' && executed.seenRed && false) {",
      hurts: 'An agent that was stopped in the middle is done where nothing tells otherwise.',
      breaks: 'G1',
    },
    {
      name: 'clean-checkout-without-setup',
      find: 'const isUnready = place === undefined || lease.landing === true',
      replace: 'const isUnready = place !== undefined || lease.landing === true',
      hurts: 'In a clean checkout every verification fails for want of dependencies.',
    },
  ]),
  ...bugsIn('app/phases/learn', 'app/phases app/run', [
    {
      name: 'other-files-are-the-same',
      find: 'old.fingerprint === print && old.tree === tree',
      replace: 'old.fingerprint === print',
      hurts: 'An agent that tries another way and fails alike is taken to have done nothing.',
    },
  ]),
  ...bugsIn('app/phases/handoff', 'app/iterate app/phases app/unheard app/lanes app/landing.faults', [
    {
      name: 'settle-does-not-insist',
      find: '{ known: handing.restored, insist: true },',
      replace: '{ known: handing.restored },',
      hurts: 'A remote that is away for a minute costs a whole attempt.',
      breaks: 'G2',
    },
    {
      name: 'settled-twice-after-a-lost-answer',
      find: '  if (before !== undefined) return { events: [], abstain: true, answer: before }\n',
      replace: '',
      hurts: 'A settle whose answer was lost lands its cost again, and asks for its lanes again.',
      breaks: 'G2',
    },
    {
      name: 'lands-on-a-branch-that-was-moved',
      find: 'landable(told.fact, work === checkpoint.work.head)',
      replace: 'landable(told.fact, work !== undefined)',
      hurts: 'Commits of others that came in the same moment are overwritten, or the push fails for ever.',
      breaks: 'G1',
    },
    {
      name: 'tried-commits-are-forgotten',
      find: '  if (fact.commit !== undefined) tried.push(fact.commit)\n',
      replace: '',
      hurts: 'A settle that landed while the lane went on does not recognise its own commit.',
      breaks: 'G2',
    },
    {
      name: 'minutes-in-milliseconds',
      find: 'minutes: (now - startedAt) / MINUTE }',
      replace: 'minutes: now - startedAt }',
      hurts: 'One attempt uses up the minutes of the loop.',
      breaks: 'G4',
    },
    {
      name: 'salvage-of-any-size',
      find: 'CONSEQUENCES[judged.verdict].salvage === true && (judged.bytes ?? 0) <= SALVAGE_BYTES',
      replace: 'CONSEQUENCES[judged.verdict].salvage === true',
      hurts: 'Every failed attempt pushes what it has left, however large.',
      breaks: 'G8',
    },
    {
      name: 'lane-without-its-calls',
      find: "return { is: 'settled', asked, verdict, because: fact.because, refused: [], mail: NO_REFUSAL }",
      replace:
        "return { is: 'settled', asked: [], verdict, because: fact.because, refused: [], mail: NO_REFUSAL }",
      hurts: 'A settle whose answer was lost makes none of the calls that it has committed.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('app/phases/consequences', 'app/iterate app/phases app/unheard app/lanes app/landing.faults', [
    {
      name: 'cancelled-run-asks-on',
      find: '  if (around.isCancelled && draft.checkpoint.hold === null)\n',
      replace: '  if (around.isCancelled && draft.checkpoint.hold !== null)\n',
      hurts: 'Somebody cancels the run, and the loop goes on with the next.',
    },
    {
      name: 'fact-is-not-judged-again',
      find: 'proposed(checkpoint, judgeFact(checkpoint, fact), around.offer)',
      replace: 'proposed(checkpoint, fact, around.offer)',
      hurts: 'After a lost race a fact is saved that is not true any more, or refused with an error.',
      breaks: 'G2',
    },
    {
      name: 'lanes-by-what-was-before',
      find: 'endLane(draft.checkpoint, {',
      replace: 'endLane(checkpoint, {',
      hurts: 'The settle asks for lanes by what was ready before it: a chain of tasks stops after each.',
      breaks: 'G3',
    },
    {
      name: 'settle-forgets-to-wait',
      find: '  draft.add(...followUp(checkpoint, event, { now, jitter }))\n',
      replace: '',
      hurts: 'A limit is run into again at once, until the iterations are used up.',
    },
  ]),
  ...bugsIn('app/phases/stamp', 'app/stamp app/lanes app/recover', [
    {
      name: 'stamp-of-the-state-before',
      find: 'stamped(plan.message, { seq: after.seq, state })',
      replace: 'stamped(plan.message, { seq: after.seq - 1, state })',
      hurts: 'A commit says that it landed with the state before it: after a roll-back it counts as old.',
      breaks: 'G1',
    },
    {
      name: 'draws-anew-for-the-real-commit',
      find: 'const one = drawn[at] ?? draw()',
      replace: 'const one = draw()',
      hurts: 'A commit names a state that never was: its spare is never gone on from.',
    },
  ]),
  ...bugsIn('app/phases/unlandable', 'app/unlandable app/phases', [
    {
      name: 'refused-work-is-not-kept',
      find: "verdict: 'conflict', because, salvage: commit }, held }",
      replace: "verdict: 'conflict', because }, held }",
      hurts: 'What a rule of the branch refuses is gone, and has to be paid again.',
      breaks: 'G2',
    },
    {
      name: 'refused-for-ever',
      find: '!FINAL.has(error.code) || commit === undefined) throw error',
      replace: 'FINAL.has(error.code) || commit === undefined) throw error',
      hurts: 'A push that is refused for its code is tried by run after run.',
      breaks: 'G3',
    },
  ]),
  ...bugsIn('app/phases/settle-salvage', 'app/settle-salvage', [
    {
      name: 'late-work-over-newer-work',
      find: 'return newest >= attempt ? []',
      replace: 'return newest > attempt ? []',
      hurts: 'What a run taken for dead brings late takes the place of what the next attempt has kept.',
      breaks: 'G2',
    },
    {
      name: 'late-work-of-an-old-epoch',
      find: ' || fact.epoch !== checkpoint.epoch) return []',
      replace: ') return []',
      hurts: 'Salvage of an old epoch is put where an attempt of the new one looks.',
      breaks: 'G5',
    },
  ]),
  ...bugsIn('app/breaches', 'app/breaches app/phases', [
    {
      name: 'names-are-not-looked-at',
      find: '...leaksInNames(changes, spots), ...found]',
      replace: '...found]',
      hurts: 'A file whose name is the token lands.',
      breaks: 'G7',
    },
    {
      name: 'a-million-files',
      find: 'if (changes.length > MOST_FILES)',
      replace: 'if (changes.length > 100 * MOST_FILES)',
      hurts: 'A change of a million files is looked through until memory is gone.',
      breaks: 'G8',
    },
    {
      name: 'unread-is-clean',
      find: 'return [...unread, ...stray, ...leaked]',
      replace: 'return [...stray, ...leaked]',
      hurts: 'What could not be read was not looked at, and lands.',
      breaks: 'G6',
    },
    {
      name: 'one-batch-for-all',
      find: 'if (all.length === 0 || size > left) {',
      replace: 'if (all.length === 0) {',
      hurts: 'A large change is read into memory all at once.',
      breaks: 'G8',
    },
  ]),
  ...bugsIn('app/setup', 'app/redacted app/phases app/run', [
    {
      name: 'setup-once-and-never-again',
      find: 'JSON.stringify([settings.setup, await ports.workspaces.lockfiles(workspace)])',
      replace: 'JSON.stringify([settings.setup])',
      hurts: 'After a task has changed the lockfile all others work with the old dependencies.',
    },
    {
      name: 'secret-in-the-tail-of-a-command',
      find: 'ports.redact(result.tail).slice(-LIMITS.tail_chars)',
      replace: 'result.tail.slice(-LIMITS.tail_chars)',
      hurts: 'The next prompt, and so another machine, sees what a command has printed.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('app/redacted', 'app/redacted app/phases', [
    {
      name: 'secret-in-a-commit-message',
      find: 'message: redact(plan.message) })',
      replace: 'message: plan.message })',
      hurts: 'An agent that ends with a token in its summary puts it into the history.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('app/own-commits', 'app/phases app/lanes', [
    {
      name: 'history-is-not-guarded',
      find: 'if ((await breachesOf(ports, attempt, one)).length > 0) return folded',
      replace: 'if ((await breachesOf(ports, attempt, one)).length > 1_000) return folded',
      hurts: 'A secret that one commit adds and the next one takes out is in the history.',
      breaks: 'G7',
    },
  ]),
]
