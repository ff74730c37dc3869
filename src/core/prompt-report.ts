/** How an agent is told to report: the last section of its prompt. */
import { LIMITS } from './limits.ts'
import { byteLength, clip } from './text.ts'

const TASK_FILE = `{"id": "1 to 40 of a-z, 0-9 and -", "name": "one line", "spec": "what to do, for somebody who knows nothing else", "needs": ["ids of tasks that must be done first"], "priority": 0, "verify": ["shell command that must succeed when it is done"]}`

/** Of an ordinary task. */
export const REPORT = `Work in the current directory. You need not commit: everything you leave there is taken as your result, except files that git ignores. Do not change files under .github, .cms or .claude.

You may write $CMS_OUTBOX/report.json: {"status": "ready" | "blocked" | "split", "summary": "one or two sentences", "outputs": {"any": "small JSON that later tasks should know"}, "because": "why it is blocked, or split"}. Without it, your work is taken as ready. You cannot declare the task done; the commands above decide.

If there is more to do beside your task, you may propose tasks for others, one file each, $CMS_OUTBOX/tasks/<id>.json, at most ${LIMITS.proposals_attempt}: ${TASK_FILE}. Only id and name or spec are needed. If your task is too large for one session, do none of it: propose its parts in this way and report "split". Your changes are then not kept; when the parts are done, the commands above are run on them.

If you found out something that others will need, above all what got you past a failure, write it down in a sentence or two, one file each, $CMS_OUTBOX/lessons/<name>.json: {"text": "when …, do …", "scope": "task" | "loop", "paths": ["where it holds"]}.`

/** Of a task that several attempts could not do. */
export const SPLIT = `Several attempts at this task have failed: it is too much for one. Do none of it now. Propose its parts, each small enough for one session, one file each as told below, and report "split". Say in each part what is known of why the others failed.`

/** Of the plan. */
export const PLAN_REPORT = `Write each task into a file of its own, $CMS_OUTBOX/tasks/<id>.json, at most ${LIMITS.proposals_plan}: ${TASK_FILE}. Nothing else is read of it. Ids are unique; plan, tick, human and all are taken; \`needs\` names tasks of yours, in no circle. A file that breaks a rule is dropped, and so are the tasks that need it. The commands in \`verify\` are run in a clean checkout when the task is done, beside those that are run after every task.

You may write $CMS_OUTBOX/report.json: {"status": "ready" | "blocked", "summary": "one or two sentences on the plan", "because": "why there can be no plan without a person"}. Files of the repository that you change are not kept.`

const TOOLS = `The tools of the server \`cms\` (task_list, task_get, task_create, send_message, read_inbox, ack_message, set_output, note_lesson, report) do the same: they write these files for you, and say at once what is wrong. Prefer them.
`

/** A prompt for an agent that has the tools. They are an offer: what its files say counts as much. */
export const withTools = (prompt: string): string =>
  `${clip(prompt, LIMITS.prompt_bytes - byteLength(TOOLS) - 1)}\n${TOOLS}`
