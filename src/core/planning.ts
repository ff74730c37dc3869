/**
 * The plan: the first task of a loop that has a goal and no tasks. Its agent changes nothing; the tasks
 * that it proposes are what it is for.
 */
import type { LoopStarted } from './event.ts'
import type { TaskSpec } from './settings.ts'
import type { Task } from './task.ts'
import { openTask } from './tasks.ts'

/** Its id, which no other task can have. */
export const PLAN = 'plan'

/** Whether a task is the plan, and not one that it has proposed. */
export const isPlan = ({ id, source }: Pick<Task, 'id' | 'source'>): boolean =>
  id === PLAN && source === 'plan'

/** What it is asked to do. The goal is in the prompt of every task, as it stands then. */
const SPEC = `Split the goal of the whole into tasks. Look at the repository first: what is there, how it is built and tested, what the goal asks for that is missing.

Each task is done by somebody who starts in a fresh session and knows nothing but its text: say which files it is about, what has to be so when it is done, and what to leave alone. Make tasks small enough for one session, and such that commands can show that each is done. Say what needs what: a task begins when all that it needs are done, and tasks that do not need each other may be worked on at the same time, so let those touch different files.

Change no file of the repository.`

/** What has to be planned, as a task. */
export const PLAN_SPEC: TaskSpec = {
  id: PLAN,
  name: 'Plan the tasks',
  spec: SPEC,
  needs: [],
  uses: [],
  verify: [],
  priority: 0,
  allow_empty: true,
}

/** Whether a loop begins with a plan: there is a goal, and nobody has said what is to be done for it. */
export const wantsPlan = ({
  goal,
  tasks,
}: {
  readonly goal: string
  readonly tasks: readonly unknown[]
}): boolean => tasks.length === 0 && goal.trim() !== ''

/** The tasks that a loop begins with. */
export const firstTasks = ({ goal, tasks }: Pick<LoopStarted, 'goal' | 'tasks'>): Task[] =>
  wantsPlan({ goal, tasks })
    ? [openTask(PLAN_SPEC, 0, 'plan')]
    : tasks.map((spec, order) => openTask(spec, order, 'file'))
