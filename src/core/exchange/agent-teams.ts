/**
 * Folders of Agent Teams: `tasks/<team>/<n>.json`, `teams/<team>/config.json`, `teams/<team>/inboxes/<who>.json`.
 *
 * What their tasks cannot say stands under `metadata.cms`, where `to-agent-teams.ts` has put it. It is read
 * as what a stranger wrote: what does not fit is left out. Messages that nobody has read go to the task
 * of whom they are for.
 */
import { z } from 'zod'
import { TaskId } from '../ids.ts'
import { AgentOverride } from '../settings.ts'
import { isRecord } from '../task-mistakes.ts'
import { oneLine } from '../text.ts'
import type { Found, FoundTask, Remark } from './found.ts'
import { type Json, keysOf, own, textAt } from './loose.ts'
import { stateOf } from './statuses.ts'
import { delivered, jsonIn, type TeamFile } from './team-mail.ts'
import { titleOf } from './wording.ts'

/** All that belongs to one team. */
export interface TeamFolder {
  readonly tasks: readonly TeamFile[]
  readonly config?: TeamFile | undefined
  /** By the name of whom it is for. */
  readonly inboxes: Readonly<Record<string, TeamFile>>
}

/** What we add to a task, and find again. */
export const Ours = z.object({
  id: TaskId,
  /** In their order. */
  needs: z.array(TaskId).catch([]),
  uses: z.array(TaskId).catch([]),
  verify: z.array(z.string()).catch([]),
  priority: z.int().catch(0),
  agent: AgentOverride.optional().catch(undefined),
  run: z.string().optional().catch(undefined),
  allow_empty: z.boolean().catch(false),
})
export type Ours = z.infer<typeof Ours>

/** What we add to the team. */
export const OurTeam = z.object({
  loop: z.string(),
  goal: z.string().catch(''),
  agent: z.string().optional().catch(undefined),
})
export type OurTeam = z.infer<typeof OurTeam>

/** The name under which both stand. */
export const OWN_KEY = 'cms'

interface Raw {
  readonly task: Json
  readonly at: string
  readonly key: string
  readonly ours: Ours | undefined
}

export function readAgentTeams({ tasks: files, config, inboxes }: TeamFolder): Found {
  const remarks: Remark[] = []
  const raws = files.flatMap((file) => rawOf(file, remarks)).toSorted(byNumber)
  const team = config === undefined ? undefined : teamOf(config, remarks)
  const names = { before: needsOf(raws), ...namesOf(raws) }
  const tasks = raws.map((raw) => taskOf(raw, names, remarks))
  const commands = tasks.filter((task) => task.run !== undefined || (task.verify ?? []).length > 0)
  if (commands.length > 0)
    remarks.push({
      at: 'metadata',
      text: `${commands.length} tasks name commands in it, which a loop runs: look at them before you do.`,
    })
  return {
    goal: team?.goal ?? '',
    ...(team?.agent === undefined ? {} : { agent: team.agent }),
    tasks: delivered(tasks, inboxes, remarks),
    remarks,
  }
}

/** As numbers where they are. */
const byNumber = (a: Raw, b: Raw): number => {
  const [first, second] = [Number(a.key), Number(b.key)]
  const isClear = Number.isFinite(first) && Number.isFinite(second) && first !== second
  return isClear ? first - second : a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

function rawOf(file: TeamFile, remarks: Remark[]): Raw[] {
  const value = jsonIn(file, remarks)
  if (value === undefined) return []
  if (!isRecord(value)) {
    remarks.push({ at: file.path, text: 'It is no task: it was left out.' })
    return []
  }
  const [, name = file.path] = /([^/]+)\.json$/.exec(file.path) ?? []
  const metadata = own(value, 'metadata')
  const ours = isRecord(metadata) ? oursIn(own(metadata, OWN_KEY), file.path, remarks) : undefined
  return [{ task: value, at: file.path, key: textAt(value, 'id').trim() || name, ours }]
}

/** Without a word of ours there is nothing to tell. */
function oursIn(value: unknown, at: string, remarks: Remark[]): Ours | undefined {
  if (!isRecord(value)) return undefined
  const { data } = Ours.safeParse(value)
  const isLost = (key: string) =>
    own(value, key) !== undefined &&
    (data === undefined ||
      (key === 'agent' ? data.agent === undefined : !isSame(own(value, key), own(data, key))))
  const lost = Object.keys(Ours.shape).filter(isLost)
  if (lost.length > 0)
    remarks.push({ at, text: `What it says of ${lost.join(', ')} in metadata.cms does not fit: left out.` })
  return data
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function teamOf(config: TeamFile, remarks: Remark[]): OurTeam | undefined {
  const value = jsonIn(config, remarks)
  if (!isRecord(value)) return undefined
  return OurTeam.safeParse(own(value, OWN_KEY)).data ?? { loop: '', goal: textAt(value, 'description') }
}

/** Both sides say it, and either may have forgotten. */
function needsOf(raws: readonly Raw[]): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>(raws.map(({ key }) => [key, new Set<string>()]))
  for (const { task, key } of raws) for (const one of keysOf(own(task, 'blockedBy'))) needs.get(key)?.add(one)
  for (const { task, key } of raws) for (const one of keysOf(own(task, 'blocks'))) needs.get(one)?.add(key)
  return needs
}

/** Of two that say they are the same, the first is. */
function namesOf(raws: readonly Raw[]): Pick<Team, 'keys' | 'ids'> {
  const pairs = raws.flatMap(({ key, ours }): [string, string][] =>
    ours === undefined ? [] : [[ours.id, key]],
  )
  return { keys: new Map(pairs.toReversed()), ids: new Map(pairs.map(([id, key]) => [key, id])) }
}

interface Team {
  readonly before: ReadonlyMap<string, ReadonlySet<string>>
  /** Their names of tasks, by our ids. */
  readonly keys: ReadonlyMap<string, string>
  readonly ids: ReadonlyMap<string, string>
}

function taskOf({ task, at, key, ours }: Raw, team: Team, remarks: Remark[]): FoundTask {
  const description = textAt(task, 'description')
  const owner = oneLine(textAt(task, 'owner'))
  const place = (need: string) => {
    const index = ours?.needs.indexOf(team.ids.get(need) ?? '') ?? -1
    return index === -1 ? Number.MAX_SAFE_INTEGER : index
  }
  return {
    key,
    at,
    ...(ours === undefined ? {} : written(ours, team.keys)),
    name: textAt(task, 'subject').trim() || titleOf(description),
    spec: description,
    needs: [...(team.before.get(key) ?? [])].toSorted((a, b) => place(a) - place(b)),
    state: stateOf(textAt(task, 'status'), at, remarks),
    ...(owner === '' ? {} : { owner }),
  }
}

/** What only we say. Whom it needs, their own lists say. */
const written = (
  { id, uses, verify, priority, agent, run, allow_empty }: Ours,
  keys: ReadonlyMap<string, string>,
): Partial<FoundTask> => ({
  wish: id,
  uses: uses.map((use) => keys.get(use) ?? use),
  verify,
  priority,
  allow_empty,
  ...(agent === undefined ? {} : { agent }),
  ...(run === undefined ? {} : { run }),
})
