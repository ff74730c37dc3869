/** Bugs in what a loop learns. */
import { type Bug, bugsIn } from './bug.ts'

export const LEARNING_BUGS: readonly Bug[] = [
  ...bugsIn('core/learning/choose', 'core/learning/choose', [
    {
      name: 'nothing-is-ever-left-out',
      find: 'if (chanceFrom(drawn) >= 1 / OMIT_ONE_IN) return undefined',
      replace: 'if (chanceFrom(drawn) >= 0) return undefined',
      hurts: 'Nobody ever knows what a lesson is worth.',
    },
    {
      name: 'left-out-and-given',
      find: 'chosen.filter((lesson) => lesson !== omitted)',
      replace: 'chosen',
      hurts: 'What an attempt was given counts as what it did without.',
    },
    {
      name: 'retired-ones-come-back',
      find: "checkpoint.lessons.filter(({ state }) => state !== 'retired')",
      replace: 'checkpoint.lessons',
      hurts: 'What is known to be useless still takes words of each prompt.',
    },
    {
      name: 'switched-off-and-given-all-the-same',
      find: 'checkpoint.config.settings.policy.lessons === false',
      replace: 'checkpoint.lessons.length < 0',
      hurts: 'Who does not want lessons gets them.',
    },
    {
      name: 'several-about-one-failure',
      find: 'told.add(symptom)',
      replace: 'told.delete(symptom)',
      hurts: 'A prompt says three times the same, and other lessons have no room.',
    },
    {
      name: 'pinned-ones-are-left-out',
      find: '.filter(({ pinned }) => pinned !== true)\n    .toSorted',
      replace: '.toSorted',
      hurts: 'What a person wants given is kept from an attempt.',
    },
  ]),
  ...bugsIn('core/learning/record', 'core/learning/record', [
    {
      name: 'wins-are-losses',
      find: "const winsIn = (outcomes: string): number => outcomes.replaceAll('0', '').length",
      replace: "const winsIn = (outcomes: string): number => outcomes.replaceAll('1', '').length",
      hurts: 'What fails becomes a skill.',
    },
    {
      name: 'never-left-out-and-promoted',
      find: "lesson.state === 'skill' || shares.omissions === 0 || sureness(lesson) < SURE",
      replace: "lesson.state === 'skill' || sureness(lesson) < SURE",
      hurts: 'A lesson that rides along with good ones becomes a skill.',
    },
    {
      name: 'skills-for-ever',
      find: "lesson.state === 'retired' || lesson.pinned === true",
      replace: "lesson.state !== 'open' || lesson.pinned === true",
      hurts: 'A rule changes, and its skill goes on misleading everybody.',
    },
    {
      name: 'the-oldest-are-remembered',
      find: '.slice(-LESSON_LIMITS.window)',
      replace: '.slice(0, LESSON_LIMITS.window)',
      hurts: 'A rule changes, and its record never does.',
    },
  ]),
  ...bugsIn('core/learning/credit', 'core/learning/gather', [
    {
      name: 'waits-count-against-lessons',
      find: "return attempt === 'yes' && then === 'open' && tellsOfWork(verdict) ? false : undefined",
      replace: "return attempt !== 'no' || then !== 'done' ? false : undefined",
      hurts: 'A limit of the service retires what is true.',
    },
    {
      name: 'a-miss-is-forgotten-by-the-retry',
      find: 'done && !isKnown ? 0',
      replace: 'done ? 0',
      hurts: 'A wrong lesson costs every task an attempt, and is never noticed.',
    },
    {
      name: 'a-landing-forgets-its-lessons',
      find: '? task.candidate?.lessons',
      replace: '? undefined',
      hurts: 'On lanes no lesson ever earns a thing.',
      tests: ['core/learning/landing'],
    },
    {
      name: 'met-in-itself-twice',
      find: 'lesson.met.filter((one) => one.task !== task.id)',
      replace: 'lesson.met',
      hurts: 'A task that fails twice passes for two tasks.',
    },
  ]),
  ...bugsIn('core/learning/gather', 'core/learning/gather', [
    {
      name: 'the-same-is-learnt-again',
      find: 'if (lessons.some((other) => isSame(other, one))) continue',
      replace: 'if (lessons.some((other) => isSame(other, one)) && lessons.length > 50) continue',
      hurts: 'The list fills up with one sentence.',
    },
    {
      name: 'skills-go-for-room',
      find: "state !== 'skill' && pinned !== true",
      replace: 'pinned !== true',
      hurts: 'A flood of notes drives out what has proven itself.',
    },
    {
      name: 'anything-that-fails-is-a-lesson',
      find: "if (verdict !== 'verify_failed' || failure === undefined",
      replace: 'if (failure === undefined',
      hurts: 'Trouble of a machine is taught to every task.',
    },
  ]),
  ...bugsIn('core/learning/note', 'core/learning/note', [
    {
      name: 'orders-are-lessons',
      find: 'return POISON.find(([pattern]) => pattern.test(text))?.[1]',
      replace: 'return POISON.slice(1).find(([pattern]) => pattern.test(text))?.[1]',
      hurts: 'One agent tells all others to get around the checks.',
    },
    {
      name: 'secrets-are-taught',
      find: 'oneLine(redact(parsed.data.text))',
      replace: 'oneLine(parsed.data.text)',
      hurts: 'A key stands in every prompt, and on the state branch.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('core/learning/symptom', 'core/learning/symptom', [
    {
      name: 'all-that-was-printed',
      find: 'named === undefined ? fingerprint',
      replace: 'named !== undefined ? fingerprint',
      hurts: 'A failure is never known again in another test.',
    },
    {
      name: 'assertions-are-all-alike',
      find: 'NAMED.test(line) && !ASSERTION.test(line)',
      replace: 'NAMED.test(line) || ASSERTION.test(line)',
      hurts: 'Every failed assertion is taken for the same failure.',
    },
  ]),
  ...bugsIn('core/learning/symptom', 'core/learning/failures', [
    {
      name: 'the-last-words-of-a-runner-are-the-failure',
      find: '!SAYS_NOTHING.some(',
      replace: '!SAYS_NOTHING.slice(5).some(',
      hurts: 'All failed tests of cargo are one failure, and teach each other nonsense.',
    },
  ]),
  ...bugsIn('core/learning/skill', 'core/learning/skill', [
    {
      name: 'a-skill-is-run-when-it-is-loaded',
      find: '/!(?=`)|`(?=!)|',
      replace: '/',
      hurts: 'A note of one agent runs a command on the machines of all others.',
    },
  ]),
  ...bugsIn('core/learning/note', 'core/learning/note', [
    {
      name: 'asterisks-without-end',
      find: '.length > ASTERISKS)',
      replace: '.length > 1_000)',
      hurts: 'A pattern of an agent takes seconds of every lease.',
    },
  ]),
  ...bugsIn('core/escalation', 'core/escalation', [
    {
      name: 'the-first-attempt-escalates',
      find: 'policy.escalate[Math.min(nth, policy.escalate.length) - 1]',
      replace: 'policy.escalate[Math.min(nth, policy.escalate.length - 1)]',
      hurts: 'The second attempt has the dear model already.',
    },
    {
      name: 'what-cannot-be-split-is-told-to',
      find: "step === 'split' && !maySplit(task)",
      replace: "step === 'split' && isPlan(task)",
      hurts: 'An attempt proposes parts that are all refused, again and again.',
    },
    {
      name: 'another-program-with-foreign-arguments',
      find: 'agentFor(settings, { ...rest, use: named })',
      replace: 'agentFor(settings, { ...task.agent, use: named })',
      hurts: 'Another agent is started with a model that it does not know.',
    },
  ]),
]
