/** Commands by which people look at a loop and speak to it. */
import { tellLoop, type Word } from '../app/people.ts'
import { restore } from '../app/phases/restore.ts'
import { asItStands } from '../app/standing.ts'
import { LoopError } from '../core/error.ts'
import { lanesToLaunch } from '../core/lanes.ts'
import { aboutTask, logEntry, logText } from '../core/log.ts'
import { statusDocument } from '../core/report.ts'
import { statusText } from '../core/status-text.ts'
import { EXIT, exitOfStatus } from './exit.ts'
import { goOn } from './go-on.ts'
import { printJson } from './json.ts'
import { type Globals, openSession, type Session } from './session.ts'

/** A session that is closed whatever happens. */
export async function withSession<T>(flags: Globals, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(flags, 'ignored')
  try {
    return await work(session)
  } finally {
    session.close()
  }
}

/** There is none to speak to. */
export const noLoop = ({ run }: Session): LoopError =>
  new LoopError('no-loop', `There is no loop "${run.loop}" here.`)

export const statusCommand = (flags: Globals): Promise<number> =>
  withSession(flags, async (session) => {
    const restored = await restore(session.ports, { mend: false })
    if (restored === undefined) throw noLoop(session)
    const shown = await asItStands(session.ports, restored)
    if (flags.json === true) printJson(statusDocument(shown), session.ports.redact)
    else session.output.line(statusText(shown, session.output.width, session.ports.clock.now()))
    return EXIT.reached
  })

export interface LogFlags extends Globals {
  readonly task?: string
  readonly limit: number
}

export const logCommand = (flags: LogFlags): Promise<number> =>
  withSession(flags, async (session) => {
    const versions = await session.ports.store.history(flags.limit)
    if (versions.length === 0) throw noLoop(session)
    const all = versions.map(logEntry)
    const entries = flags.task === undefined ? all : aboutTask(all, flags.task)
    if (flags.json === true) printJson(entries, session.ports.redact)
    else session.output.line(entries.length === 0 ? `Nothing about "${flags.task}".` : logText(entries))
    return EXIT.reached
  })

/** stop, resume, retry, accept. */
export const sayCommand = (flags: Globals, word: Word): Promise<number> =>
  withSession(flags, async (session) => {
    const heard = await tellLoop(session.ports, word)
    const { checkpoint, what, obeyed } = heard
    session.output.line(what)
    session.output.line(
      `loop ${checkpoint.loop}: ${checkpoint.status.replaceAll('_', ' ')} — ${checkpoint.reason}`,
    )
    const now = session.ports.clock.now()
    const onwards = lanesToLaunch(checkpoint, now).length > 0 ? await goOn(session) : undefined
    if (onwards !== undefined) session.output.line(onwards)
    else if (checkpoint.next !== '') session.output.line(`next: ${checkpoint.next}`)
    const document = { ...statusDocument(checkpoint), what, ...(onwards && { onwards }) }
    if (flags.json === true) printJson(document, session.ports.redact)
    return obeyed ? EXIT.reached : exitOfStatus(checkpoint.status)
  })
