/** Bugs in the loop file and in what follows from it, in failures and pull requests. */
import { type Bug, bugsIn } from './bug.ts'

export const LOOP_FILE_BUGS: readonly Bug[] = [
  ...bugsIn('core/fingerprint', 'core/guard', [
    {
      name: 'numbers-make-it-another-failure',
      find: "\\d+(?:[.,]\\d+)*/gi, '<n>'],",
      replace: "\\d+(?:[.,]\\d+)*/gi, '$&'],",
      hurts:
        'A failure that prints how many milliseconds it took is new every time: no progress is never seen.',
    },
    {
      name: 'command-is-no-part-of-a-failure',
      find: 'hash64([command, ...chosen].join',
      replace: 'hash64([...chosen].join',
      hurts: 'Two commands that fail without a word are one failure.',
    },
  ]),
  ...bugsIn('core/loop-file', 'adapters/config/loop-file adapters/config/mistakes', [
    {
      name: 'unknown-keys-are-ignored',
      find: 'export const LoopFile = z\n  .strictObject({',
      replace: 'export const LoopFile = z\n  .looseObject({',
      hurts: '`budgett:` is taken for a comment, and the loop spends the default.',
      breaks: 'G9',
    },
    {
      name: 'a-limit-of-nothing',
      find: ".refine((ms) => ms > 0, 'must be longer than nothing')",
      replace: ".refine((ms) => ms >= 0, 'must be longer than nothing')",
      hurts: '`timeout: 0` ends every attempt at once, after it was charged.',
      breaks: 'G9',
    },
    {
      name: 'protects-above-the-repository',
      find: '!/(^!?|\\/)\\.\\.(\\/|$)/.test(path)',
      replace: '!/^\\.\\.\\//.test(path)',
      hurts: '`protect: [a/../../b]` looks as if it protected something.',
      breaks: 'G9',
    },
  ]),
  ...bugsIn('core/config', 'adapters/config/loop-file adapters/config/mistakes core/quota', [
    {
      name: 'attempt-longer-than-its-job',
      find: 'const wanted = attemptLimit(settings, timeout)',
      replace: 'const wanted = timeout',
      hurts: 'An attempt that cannot fit into its job is found out after it was paid.',
      breaks: 'G9',
    },
    {
      name: 'deps-are-ignored',
      find: 'needs = deps ?? [],',
      replace: 'needs = [],',
      hurts: 'Tasks written with `deps` all start at once.',
      breaks: 'G9',
    },
    {
      name: 'one-cap-drops-the-others',
      find: '{ ...DEFAULT_BUDGET, ...caps, ...until }',
      replace: '{ ...(file.budget === undefined ? DEFAULT_BUDGET : {}), ...caps, ...until }',
      hurts: 'Who sets `iterations: 100` has no cap on dollars any more.',
      breaks: 'G4',
    },
    {
      name: 'plan-is-approved-by-default',
      find: 'file.approve_plan ?? (file.tasks ?? []).length === 0',
      replace: 'file.approve_plan ?? false',
      hurts: 'A loop with only a goal does what its agent has planned before anybody sees it.',
    },
  ]),
  ...bugsIn('core/task-mistakes', 'adapters/config/mistakes adapters/config/loop-file', [
    {
      name: 'two-tasks-with-one-id',
      find: '  ...duplicates(tasks),\n',
      replace: '',
      hurts: 'Two tasks with one id come into the checkpoint, which is not valid then.',
      breaks: 'G9',
    },
    {
      name: 'needs-itself',
      find: '      if (to === id)\n',
      replace: '      if (to === id && id === undefined)\n',
      hurts: 'A task that needs itself is accepted and never starts.',
      breaks: 'G9',
    },
  ]),
  ...bugsIn('core/units', 'core/units', [
    {
      name: 'duration-beyond-timers',
      find: 'ms > LONGEST_DURATION ? wrong(',
      replace: 'ms > 100 * LONGEST_DURATION ? wrong(',
      hurts: '`timeout: 30d` fires at once, because no timer holds as much.',
      breaks: 'G9',
    },
  ]),
  ...bugsIn('core/settings', 'core/settings core/lanes', [
    {
      name: 'foreign-agent-inherits-the-model',
      find: 'model: foreign ? override.model : merged.model,',
      replace: 'model: merged.model,',
      hurts: 'A task with another agent is started with a model that one does not know.',
    },
    {
      name: 'verification-once',
      find: 'settings.setup_timeout + timeout + 2 * settings.verify_timeout + OWN_TIME',
      replace: 'settings.setup_timeout + timeout + settings.verify_timeout + OWN_TIME',
      hurts: 'Where a verification runs twice the job ends in the middle of the second.',
    },
  ]),
  ...bugsIn('core/pull-request', 'core/pull-request app/pull-request', [
    {
      name: 'refused-pull-request-at-every-run',
      find: 'now - epoch(tried_at) < DAY\n',
      replace: 'now - epoch(tried_at) < 0\n',
      hurts: 'What GitHub has refused is asked for by every run.',
      breaks: 'G8',
    },
    {
      name: 'page-is-written-at-every-landing',
      find: 'if (since >= EVERY && at - told >= PAUSE)',
      replace: 'if (since >= 1)',
      hurts: 'With sixteen lanes the page is written so often that the rate limit is reached.',
    },
    {
      name: 'work-after-a-merge-is-not-seen',
      find: 'landings(checkpoint).some((at) => at > epoch(merged))',
      replace: 'landings(checkpoint).some((at) => at < epoch(merged))',
      hurts: 'What lands after a merge is in no pull request.',
    },
  ]),
  ...bugsIn('core/quota', 'core/quota', [
    {
      name: 'the-larger-limit',
      find: 'const most = Math.min(Math.floor(REQUESTS',
      replace: 'const most = Math.max(Math.floor(REQUESTS',
      hurts: 'A loop with more lanes than the API carries is accepted and then stands still.',
      breaks: 'G9',
    },
  ]),
  ...bugsIn('core/outputs', 'core/reduce', [
    {
      name: 'needed-outputs-go-first',
      find: 'for (const needed of [false, true])',
      replace: 'for (const needed of [true, false])',
      hurts: 'What the next task asks for is emptied to keep what nobody does.',
    },
  ]),
]
