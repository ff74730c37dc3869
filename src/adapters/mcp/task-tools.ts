/** Tools about tasks: which there are, what one is, and proposing another. */
import { z } from 'zod'
import { TaskId } from '../../core/ids.ts'
import { LIMITS } from '../../core/limits.ts'
import { ProposalFile } from '../../core/proposal.ts'
import { proposed } from '../../core/tools/proposing.ts'
import { taskPage, taskView } from '../../core/tools/task-view.ts'
import { type Tool, tool } from './tool.ts'

const STATES = ['done', 'open', 'leased', 'parked'] as const

const taskList = tool({
  name: 'task_list',
  title: 'List the tasks',
  description:
    'Lists the tasks of the whole piece of work, as they stood when you were started: id, name, state, and the ids that each needs. `leased`: an agent is at work on it; `parked`: it waits for a person. Long lists come in pages: pass `next` of one page as `after` for the following one.',
  isReading: true,
  input: z.strictObject({
    state: z.enum(STATES).optional().describe('Only tasks in this state.'),
    after: TaskId.optional().describe('The id after which the list goes on.'),
  }),
  run: async (wanted, { desk }) => taskPage(desk.context, wanted),
})

const taskGet = tool({
  name: 'task_get',
  title: 'Look at a task',
  description:
    'Your own task in full: goal of the whole, spec, how it is verified, outputs of the tasks before it, the last failure. With an id, another task: its name, state, needs, and its outputs if yours uses them.',
  isReading: true,
  input: z.strictObject({
    id: TaskId.optional().describe('Of the task; your own if left out.'),
  }),
  run: async ({ id }, { desk }) => taskView(desk.context, id),
})

const { id, name, spec, needs, priority, verify } = ProposalFile.shape

const taskCreate = tool({
  name: 'task_create',
  title: 'Propose a task',
  description: `Proposes a task for another agent, in a fresh session; at most ${LIMITS.proposals_attempt}, or ${LIMITS.proposals_plan} where your task is the plan. Use it for work beside your own task, or to split yours: propose its parts, then report "split". It is taken or refused when your own work is accepted. Proposing the same id again replaces it.`,
  input: z.strictObject({
    id: id.describe('1 to 40 of a-z, 0-9 and "-".'),
    name: name.describe('One line.'),
    spec: spec.describe('What to do, for somebody who knows nothing else. This or a name is needed.'),
    needs: needs.describe('Ids of tasks that must be done first.'),
    priority: priority.describe('Higher goes first; 0 is ordinary.'),
    verify: verify.describe(
      'Shell commands that must succeed when it is done, beside those of the whole piece of work.',
    ),
  }),
  run: (given, { desk }) =>
    desk.inTurn(async () => {
      const before = await desk.names('tasks')
      const { proposal, isAgain, dangling } = proposed(given, { context: desk.context, proposed: before })
      await desk.putTask(proposal.id, proposal)
      const said = `Task "${proposal.id}" is proposed${isAgain ? ', in place of the one before' : ''}.`
      if (dangling.length === 0) return said
      return `${said} It needs ${dangling.join(', ')}, which is not there: propose that, too, or this one will be dropped.`
    }),
})

export const TASK_TOOLS: readonly Tool[] = [taskList, taskGet, taskCreate]
