/** Bugs in what comes first, what is kept, and what is found again. */
import { type Bug, bugsIn } from './bug.ts'

export const ORDER_OF_WORK_BUGS: readonly Bug[] = [
  ...bugsIn('core/ready', 'core/lanes core/landing core/status', [
    {
      name: 'two-land-at-once',
      find: 'return isHeld ? tasks.filter((task) => !needsNoAgent(task)) : tasks',
      replace: 'return isHeld && tasks.length === 0 ? [] : tasks',
      hurts: 'Landing runs begin while another lane lands, and lose to it.',
    },
    {
      name: 'finished-work-waits-its-turn',
      find: 'return [...tasks.filter(needsNoAgent), ...tasks.filter((task) => !needsNoAgent(task))]',
      replace: 'return tasks',
      hurts: 'What is finished lies about while new work moves the head away from it.',
    },
    {
      name: 'parked-root-unseen',
      find: "task.state.at === 'parked' && task.needs.every(",
      replace: "task.state.at === 'parked' && task.needs.some(",
      hurts: 'The loop says that needs can never be met, and not which task a person has to look at.',
    },
  ]),
  ...bugsIn('core/graph', 'core/graph core/plan core/scheduling', [
    {
      name: 'shortest-path-first',
      find: 'b.path - a.path ||',
      replace: 'a.path - b.path ||',
      hurts: 'The longest chain is begun last, and all lanes wait for it in the end.',
    },
    {
      name: 'setbacks-do-not-count',
      find: '/ 2 ** setbacks',
      replace: '/ 2 ** Math.min(setbacks, 0)',
      hurts: 'A task that keeps failing is tried before all others until its attempts are gone.',
    },
    {
      name: 'one-need-is-enough',
      find: 'needs.every((need) => completed.has(need)))\n}',
      replace: 'needs.length === 0 || needs.some((need) => completed.has(need)))\n}',
      hurts: 'A task starts when the first of its needs is done.',
    },
    {
      name: 'need-named-twice-is-waited-for-twice',
      find: '[...new Set(needs)].filter((need) => dependents.has(need)).length',
      replace: 'needs.filter((need) => dependents.has(need)).length',
      hurts: 'A need that is written twice makes a task count as part of a cycle.',
    },
  ]),
  ...bugsIn('core/durations', 'core/durations', [
    {
      name: 'quick-failure-is-a-quick-task',
      find: 'const isLonger = own !== undefined && own > others',
      replace: 'const isLonger = own !== undefined',
      hurts: 'A task that failed at once is taken to be short, and the long chain starts too late.',
    },
    {
      name: 'accepted-tasks-took-no-time',
      find: 'done.filter(({ attempts }) => attempts > 0)',
      replace: 'done.filter(({ attempts }) => attempts >= 0)',
      hurts: 'Tasks that a person accepted make all others look shorter.',
    },
  ]),
  ...bugsIn('core/schedule', 'app/schedule', [
    {
      name: 'schedule-is-kept-by-what-waits-for-people',
      find: "status === 'running' || status === 'waiting'",
      replace: "status !== 'done'",
      hurts: 'A loop that waits for a person keeps its workflow switched on for ever.',
    },
    {
      name: 'schedule-is-kept-at-every-tick',
      find: 'kept < utcDay(at)',
      replace: 'kept <= utcDay(at)',
      hurts: 'Every tick makes a commit and a request.',
      breaks: 'G8',
    },
  ]),
  ...bugsIn('core/salvage', 'core/salvage app/run', [
    {
      name: 'salvage-refs-stay',
      find: '    ...gone.map(([task, { attempt }]) => ({ task, attempt, commit: null })),\n',
      replace: '',
      hurts: 'Every attempt leaves a ref behind for ever.',
      breaks: 'G8',
    },
    {
      name: 'newest-salvage-is-forgotten',
      find: 'a.at < b.at ? -1 : 1',
      replace: 'a.at < b.at ? 1 : -1',
      hurts: 'What was just kept is the first to be deleted.',
    },
    {
      name: 'finished-work-is-forgotten',
      find: 'const unfinished = all.filter(({ isFinished }) => !isFinished)',
      replace: 'const unfinished = all',
      hurts: 'Work that was verified and waits to land is deleted to make room.',
      breaks: 'G2',
    },
    {
      name: 'starts-from-what-failed-since',
      find: "if (since.some(({ verdict }) => verdict !== 'setup_failed' && tellsOfWork(verdict))) return undefined",
      replace: "if (since.some(({ verdict }) => verdict === 'done')) return undefined",
      hurts: 'The next attempt starts from work that an attempt after it has shown to be bad.',
    },
  ]),
  ...bugsIn('core/recover', 'core/reduce app/restore', [
    {
      name: 'recovered-head-stays',
      find: 'work: { ...after.work, head: event.head } }',
      replace: 'work: after.work }',
      hurts: 'Tasks are done whose commits the work head does not contain.',
      breaks: 'G1',
    },
    {
      name: 'recovered-iterations-are-free',
      find: 'iterations: ledger.iterations + attempts }',
      replace: 'iterations: ledger.iterations }',
      hurts: 'After a roll-back iterations are numbered as others were, and their cap is passed.',
      breaks: 'G4',
    },
    {
      name: 'recovered-in-the-order-of-commits',
      find: 'event.tasks.toSorted((a, b) => a.iteration - b.iteration)',
      replace: 'event.tasks.toSorted((a, b) => b.iteration - a.iteration)',
      hurts: 'All unknown iterations are charged to one task.',
    },
    {
      name: 'recovered-lease-is-free',
      find: 'chargeUnseen(chargeLease(checkpoint, one.task, at), one, at)',
      replace: 'chargeUnseen(checkpoint, one, at)',
      hurts: 'An attempt that was in flight when the state was lost costs nothing.',
      breaks: 'G4',
    },
  ]),
]
