/** Tools with which an agent says how it went: outputs, lessons, the report. */
import { z } from 'zod'
import { LESSON_LIMITS } from '../../core/learning/lesson.ts'
import { NoteFile, readNote } from '../../core/learning/note.ts'
import { LIMITS } from '../../core/limits.ts'
import { Text } from '../../core/text.ts'
import { Refused } from '../../core/tools/refused.ts'
import { changedReport, type ReportChange } from '../../core/tools/report-change.ts'
import { type Surroundings, type Tool, tool } from './tool.ts'

/** Puts something into the report, whatever else is in it. */
async function change({ desk }: Surroundings, put: ReportChange): Promise<void> {
  await desk.inTurn(async () => desk.putReport(changedReport(await desk.report(), put)))
}

const setOutput = tool({
  name: 'set_output',
  title: 'Set an output',
  description: `Keeps a small fact for the tasks that need yours: where a file is, which name or version was chosen. All outputs of a task have at most ${LIMITS.outputs_bytes} bytes as JSON.`,
  input: z.strictObject({
    key: z.string().min(1).max(LIMITS.name_chars).describe('What it is called.'),
    value: z.unknown().describe('Any JSON. It replaces an earlier value of the same key.'),
  }),
  async run({ key, value }, around) {
    await change(around, { outputs: { [key]: value } })
    return `Output "${key}" is set.`
  },
})

const noteLesson = tool({
  name: 'note_lesson',
  title: 'Note a lesson',
  description: `Notes what you have found out that others will need: "when …, do …", in a sentence or two. Above all what got you past a failure. One lesson a call, at most ${LESSON_LIMITS.notes}.`,
  input: z.strictObject({
    text: z
      .string()
      .max(LESSON_LIMITS.text_chars)
      .regex(/\S/, 'must not be empty')
      .describe(`At most ${LESSON_LIMITS.text_chars} characters.`),
    scope: z
      .enum(['task', 'loop'])
      .default('task')
      .describe('`task`: for later attempts at this task; `loop`: for all tasks.'),
    paths: NoteFile.shape.paths.describe('Files or folders where it holds, if it does not hold everywhere.'),
  }),
  run: (lesson, { desk }) =>
    desk.inTurn(async () => {
      const note = readNote(lesson, (same) => same)
      if ('refused' in note) throw new Refused(`The lesson was not noted: ${note.refused}.`)
      await desk.add('lessons', lesson, LESSON_LIMITS.notes)
      return 'The lesson is noted.'
    }),
})

const report = tool({
  name: 'report',
  title: 'Report',
  description:
    'Says how it went; call it when you are about to end. "ready": the work can be verified (you cannot declare it done). "blocked": it cannot be done without a person; say why. "split": it is too large for one session; propose its parts with task_create first, and change nothing yourself. Outputs are added to those that were set before.',
  input: z.strictObject({
    status: z.enum(['ready', 'blocked', 'split']).default('ready').describe('How it stands.'),
    summary: Text(LIMITS.summary_bytes).optional().describe('What was done, in one or two sentences.'),
    because: Text(LIMITS.because_bytes).optional().describe('Why it is blocked, or split.'),
    outputs: z.looseObject({}).optional().describe('Small JSON that later tasks should know, by name.'),
  }),
  async run({ status, summary, because, outputs }, around) {
    if (status === 'blocked' && !because?.trim())
      throw new Refused('because: is missing; say why it is blocked, for the person who reads it.')
    await change(around, {
      status,
      ...(summary === undefined ? {} : { summary }),
      ...(because === undefined ? {} : { because }),
      ...(outputs === undefined ? {} : { outputs }),
    })
    if (status !== 'split') return `Reported "${status}".`
    const parts = await around.desk.names('tasks')
    return `Reported "split", with ${parts.length} proposed tasks.${parts.length === 0 ? ' Propose the parts with task_create, or it comes to nothing.' : ''}`
  },
})

export const REPORT_TOOLS: readonly Tool[] = [setOutput, noteLesson, report]
