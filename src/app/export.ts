/** `cms export`: writes what a loop is for another tool. */
import { LoopError } from '../core/error.ts'
import type { Outgoing } from '../core/exchange/outgoing.ts'
import { teamFiles, teamNameOf } from '../core/exchange/to-agent-teams.ts'
import type { Clock } from '../ports/clock.ts'
import type { TeamsFolder } from '../ports/exchange.ts'

export interface ExportFlags {
  readonly to: string
  readonly team?: string | undefined
  readonly force?: boolean | undefined
}

export interface ExportTools {
  readonly folder: TeamsFolder
  readonly clock: Pick<Clock, 'now'>
  /** Where the work is done. */
  readonly cwd: string
}

export interface Exported {
  readonly to: 'agent-teams'
  readonly team: string
  readonly folder: string
  readonly files: readonly string[]
  readonly tasks: { readonly pending: number; readonly in_progress: number; readonly completed: number }
  readonly messages: number
}

/** @throws LoopError `bad-input`, `team-taken`. */
export async function exportLoop(
  outgoing: Outgoing,
  flags: ExportFlags,
  tools: ExportTools,
): Promise<Exported> {
  if (flags.to !== 'agent-teams')
    throw new LoopError(
      'bad-input',
      `There is no format ${JSON.stringify(flags.to.slice(0, 60))} to export to; there is agent-teams.`,
    )
  const team = teamNameOf(flags.team ?? `cms-${outgoing.loop}`)
  const { folder, clock, cwd } = tools
  const there = await folder.look(team)
  if (there.isThere && there.loop !== outgoing.loop && flags.force !== true) {
    const whose = there.loop === undefined ? 'that no loop has written' : `of loop "${there.loop}"`
    throw new LoopError(
      'team-taken',
      `There is a team ${team} ${whose} in ${folder.path}. Nothing was written.`,
    )
  }
  const files = teamFiles(outgoing, { team, now: clock.now(), cwd })
  await folder.write(team, files)
  const count = (status: string) => outgoing.tasks.filter((task) => task.status === status).length
  return {
    ...{ to: 'agent-teams', team, folder: folder.path, files: files.map(({ path }) => path) },
    tasks: { pending: count('pending'), in_progress: count('in_progress'), completed: count('completed') },
    messages: outgoing.messages.length,
  }
}

/** What was written, and how it comes back. */
export function renderExport({ team, folder, tasks, messages }: Exported): string {
  const { pending, in_progress, completed } = tasks
  const mail = messages === 0 ? '' : `, ${messages} unread messages`
  return [
    `wrote   team ${team} to ${folder}: ${pending} pending, ${in_progress} in progress, ${completed} completed${mail}`,
    '',
    'Back again:',
    `  cms import ${folder} --team ${team}`,
  ].join('\n')
}
