/** Finds the list of tasks that a person means, and reads it. */

import { LoopError } from '../core/error.ts'
import { readAgentTeams, type TeamFolder } from '../core/exchange/agent-teams.ts'
import {
  type FileFormat,
  type Format,
  formatsOf,
  type ReadWanted,
  readText,
  recognised,
  type SourceText,
} from '../core/exchange/formats.ts'
import type { Found } from '../core/exchange/found.ts'
import { parsedJson } from '../core/exchange/json.ts'
import { textAt } from '../core/exchange/loose.ts'
import type { TeamFile } from '../core/exchange/team-mail.ts'
import { quote } from '../core/mistake.ts'
import { isRecord } from '../core/task-mistakes.ts'
import type { ReadText, Source, SourceFolder } from '../ports/exchange.ts'

/** A list of tasks, and what it turned out to be. */
export interface Gathered {
  readonly format: Format
  readonly file: string
  readonly found: Found
}

export interface Meant {
  /** As typed. */
  readonly path: string
  readonly format: Format | undefined
  readonly wanted: ReadWanted
}

/** @throws LoopError `bad-source`, `unknown-format`, `bad-input`. */
export async function gather(source: Source, meant: Meant): Promise<Gathered> {
  if (source.is === 'folder') return fromFolder(source.folder, meant)
  const { path, format, wanted } = meant
  if (format === 'agent-teams')
    throw new LoopError('bad-source', `${path} is a file, and a team is a folder.`, {
      hint: 'Name the folder with `tasks` and `teams` in it, or the one with the tasks of the team.',
    })
  return fromText({ file: path, text: source.text }, format, {
    ...wanted,
    current:
      tagIn(await source.beside.read('../state.json')) ?? tagIn(await source.beside.read('state.json')),
  })
}

function fromText(source: SourceText, format: FileFormat | undefined, wanted: ReadWanted): Gathered {
  const known = format ?? recognised(source)
  const found = readText(known, source, wanted)
  return {
    format: known,
    file: found.part === undefined ? source.file : `${source.file} (${found.part})`,
    found,
  }
}

/** `currentTag` of a `state.json`. */
function tagIn(read: ReadText): string | undefined {
  const parsed = read !== undefined && 'text' in read ? parsedJson(read.text) : undefined
  const value = parsed !== undefined && 'value' in parsed ? parsed.value : undefined
  return isRecord(value) ? textAt(value, 'currentTag') || undefined : undefined
}

/** Where tools keep their lists, and the file that names a tag. */
const PLACES: readonly { readonly file: string; readonly state?: string }[] = [
  { file: '.taskmaster/tasks/tasks.json', state: '.taskmaster/state.json' },
  { file: 'tasks/tasks.json', state: 'state.json' },
  { file: 'tasks.json' },
  { file: 'prd.json' },
  { file: '.ralph/prd.json' },
  { file: 'scripts/ralph/prd.json' },
  { file: 'tasks.md' },
  { file: 'fix_plan.md' },
  { file: '.ralph/fix_plan.md' },
  { file: '.ralph/ralph-tasks.md' },
]

interface Candidate {
  readonly path: string
  readonly format: Format
  /** What to add to the command line, where the path alone does not say it. */
  readonly more: string
  readonly read: () => Promise<Gathered>
}

async function fromFolder(folder: SourceFolder, meant: Meant): Promise<Gathered> {
  const candidates = [...(await filesIn(folder, meant)), ...(await teamsIn(folder, meant))].filter(
    ({ format }) => meant.format === undefined || format === meant.format,
  )
  const [first, ...others] = candidates
  if (first !== undefined && others.length === 0) return first.read()
  if (first !== undefined) {
    const lines = candidates.map(({ path, more }) => `cms import ${path}${more}`)
    throw new LoopError('unknown-format', `There are several lists of tasks in ${meant.path}.`, {
      hint: `Say which one: ${lines.slice(0, 10).join('; or ')}.`,
    })
  }
  const what =
    meant.format === undefined ? 'no list of tasks that is known' : `nothing in the format ${meant.format}`
  throw new LoopError('unknown-format', `There is ${what} in ${meant.path}.`, {
    hint: 'Name the file itself: cms import <file>.',
  })
}

async function filesIn(folder: SourceFolder, meant: Meant): Promise<Candidate[]> {
  const features = (await folder.list('specs')).map(({ name }) => ({ file: `specs/${name}/tasks.md` }))
  const found = await Promise.all(
    [...PLACES, ...features].map(async ({ file, ...more }): Promise<Candidate[]> => {
      const read = await folder.read(file)
      if (read === undefined) return []
      if ('refused' in read)
        throw new LoopError('bad-source', `${below(meant.path, file)} cannot be read: ${read.refused}.`)
      const source = { file: below(meant.path, file), text: read.text }
      const format = formatIn(source, meant.format)
      if (format === undefined) return []
      const state = 'state' in more && more.state !== undefined ? await folder.read(more.state) : undefined
      const wanted = { ...meant.wanted, current: tagIn(state) }
      return [{ path: source.file, format, more: '', read: async () => fromText(source, format, wanted) }]
    }),
  )
  return found.flat()
}

/** Formats of which no single file is JSON. */
const NO_JSON: readonly (Format | undefined)[] = ['agent-teams', 'checklist', 'spec-kit']

/** Of a file that is only a guess, another shape means that it is none of those that are meant. */
function formatIn(source: SourceText, asked: Format | undefined): FileFormat | undefined {
  const { fits, json } = formatsOf(source.text)
  // Of broken JSON nobody can tell: it is named.
  if (json !== undefined && 'because' in json && !NO_JSON.includes(asked)) return recognised(source)
  if (asked !== undefined) return fits.find((format) => format === asked)
  return fits.length === 0 ? undefined : recognised(source)
}

const below = (path: string, file: string): string =>
  path === '.' ? file : `${path.replace(/\/+$/, '')}/${file}`

const TASK_FILE = /^\d+\.json$/

/** Folders of teams: those below `tasks`, or the one that was named. */
async function teamsIn(folder: SourceFolder, meant: Meant): Promise<Candidate[]> {
  const own = await tasksOf(folder, '')
  if (own.length > 0)
    return [
      {
        path: meant.path,
        format: 'agent-teams',
        more: '',
        read: () => readTeam(folder, { tasks: own }, meant.path),
      },
    ]
  const teams = (await folder.list('tasks')).filter(
    ({ name, kind }) => kind === 'folder' && isMeant(name, meant),
  )
  const found = await Promise.all(
    teams.map(async ({ name }): Promise<Candidate[]> => {
      const tasks = await tasksOf(folder, `tasks/${name}/`)
      const read = () =>
        readTeam(folder, { tasks, team: `teams/${name}/` }, below(meant.path, `tasks/${name}`))
      return tasks.length === 0
        ? []
        : [{ path: meant.path, format: 'agent-teams', more: ` --team ${name}`, read }]
    }),
  )
  if (meant.wanted.team !== undefined && teams.length === 0)
    throw new LoopError('bad-source', `There is no team ${quote(meant.wanted.team)} in ${meant.path}.`)
  return found.flat()
}

const isMeant = (name: string, { wanted }: Meant): boolean =>
  wanted.team === undefined || wanted.team === name

async function tasksOf(folder: SourceFolder, path: string): Promise<string[]> {
  const entries = await folder.list(path)
  return entries.flatMap(({ name }) => (TASK_FILE.test(name) ? [`${path}${name}`] : []))
}

interface TeamPlace {
  readonly tasks: readonly string[]
  readonly team?: string
}

async function readTeam(folder: SourceFolder, { tasks, team }: TeamPlace, file: string): Promise<Gathered> {
  const read = async (path: string): Promise<TeamFile[]> => {
    const found = await folder.read(path)
    return found === undefined ? [] : [{ path, ...found }]
  }
  const inboxes: Record<string, TeamFile> = Object.create(null)
  const names = team === undefined ? [] : await folder.list(`${team}inboxes`)
  for (const { name } of names) {
    const [one] = name.endsWith('.json') ? await read(`${team}inboxes/${name}`) : []
    if (one !== undefined) inboxes[name.slice(0, -'.json'.length)] = one
  }
  const [config] = team === undefined ? [] : await read(`${team}config.json`)
  const files: TeamFolder = { tasks: (await Promise.all(tasks.map(read))).flat(), config, inboxes }
  return { format: 'agent-teams', file, found: readAgentTeams(files) }
}
