/** `cms lessons`: what a loop has learnt, and what people say of it. */
import { tellLoop } from '../app/people.ts'
import { restore } from '../app/phases/restore.ts'
import { LoopError } from '../core/error.ts'
import type { LessonWord } from '../core/learning/people.ts'
import { lessonLines } from '../core/learning/tell.ts'
import { EXIT } from './exit.ts'
import { printJson } from './json.ts'
import { type Globals, openSession } from './session.ts'

export interface LessonsFlags extends Globals {
  readonly add?: true
  readonly path?: readonly string[]
  readonly edit?: string
  readonly pin?: string
  readonly unpin?: string
  readonly drop?: string
}

export async function lessonsCommand(flags: LessonsFlags, text: string): Promise<number> {
  const word = wordOf(flags, text)
  const session = await openSession(flags, 'ignored')
  try {
    const { ports, output, run } = session
    if (word !== undefined) output.line((await tellLoop(ports, { say: 'lesson', word })).what)
    const restored = await restore(ports, { mend: false })
    if (restored === undefined) throw new LoopError('no-loop', `There is no loop "${run.loop}" here.`)
    const { checkpoint } = restored
    if (flags.json === true) printJson({ loop: checkpoint.loop, lessons: checkpoint.lessons }, ports.redact)
    else if (word === undefined) output.line(listOf(lessonLines(checkpoint)))
    return EXIT.reached
  } finally {
    session.close()
  }
}

const listOf = (lines: readonly string[]): string =>
  lines.length === 0
    ? 'Nothing was learnt yet: lessons come from checks that fail and from notes of agents. Yours: cms lessons --add "…"'
    : lines.join('\n')

/** @throws LoopError `bad-input` when it is not clear what is wanted. */
function wordOf(
  { add, path = [], edit, pin, unpin, drop }: LessonsFlags,
  text: string,
): LessonWord | undefined {
  const words: LessonWord[] = [
    ...(add === true ? [{ say: 'add' as const, text, paths: path }] : []),
    ...(edit === undefined ? [] : [{ say: 'edit' as const, lesson: edit, text }]),
    ...(pin === undefined ? [] : [{ say: 'pin' as const, lesson: pin }]),
    ...(unpin === undefined ? [] : [{ say: 'unpin' as const, lesson: unpin }]),
    ...(drop === undefined ? [] : [{ say: 'drop' as const, lesson: drop }]),
  ]
  if (words.length > 1)
    throw new LoopError('bad-input', 'One thing at a time: --add, --edit, --pin, --unpin or --drop.')
  const [word] = words
  if (path.length > 0 && word?.say !== 'add')
    throw new LoopError('bad-input', '--path says where a lesson holds that --add brings.', {
      hint: 'Say `cms lessons --add "…" --path "src/**"`.',
    })
  const takesText = word?.say === 'add' || word?.say === 'edit'
  if (!takesText && text !== '')
    throw new LoopError('bad-input', `What is to become of "${text}"?`, {
      hint: 'Say `cms lessons --add "…"`, or `cms lessons --edit <id> "…"`.',
    })
  return word
}
