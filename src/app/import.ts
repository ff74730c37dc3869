/** `cms import`: finds a list of tasks, makes it fit, and puts it into the loop file. */
import { LoopError } from '../core/error.ts'
import { entryOf, type PlainTask } from '../core/exchange/entry.ts'
import { type FitOptions, fit, type Imported, type ImportedTask, type LeftOut } from '../core/exchange/fit.ts'
import { type Format, formatNamed } from '../core/exchange/formats.ts'
import type { Remark } from '../core/exchange/found.ts'
import { readIssues } from '../core/exchange/issues.ts'
import { loopIdOf } from '../core/ids.ts'
import { LIMITS } from '../core/limits.ts'
import { type Mistake, printMistakes } from '../core/mistake.ts'
import { loopHead } from '../core/scaffold.ts'
import type { LoopConfig } from '../core/settings.ts'
import { byteLength } from '../core/text.ts'
import type { Issues, LoopTexts, Sources, TargetFile } from '../ports/exchange.ts'
import type { Project } from '../ports/project.ts'
import { guessCommands } from './guess.ts'
import { type Gathered, gather } from './import-source.ts'

/** What a person typed. */
export interface ImportFlags {
  readonly path?: string | undefined
  readonly from?: string | undefined
  readonly tag?: string | undefined
  readonly team?: string | undefined
  readonly label?: string | undefined
  readonly all?: boolean | undefined
  readonly inOrder?: boolean | undefined
  readonly prefix?: string | undefined
  readonly skipExisting?: boolean | undefined
  readonly dryRun?: boolean | undefined
  /** Of a new loop file. */
  readonly loop?: string | undefined
  readonly goal?: string | undefined
  readonly agent?: string | undefined
}

export interface ImportTools {
  readonly sources: Sources
  /** Asked only for issues that no file has. */
  readonly issues: () => Promise<Issues>
  readonly target: TargetFile
  readonly texts: LoopTexts
  readonly project: Pick<Project, 'facts'>
  readonly agents: readonly string[]
}

export interface ImportResult {
  readonly format: Format
  /** What was read. */
  readonly source: string
  /** The loop file. */
  readonly file: string
  readonly outcome: 'created' | 'added' | 'nothing' | 'shown'
  readonly tasks: readonly ImportedTask[]
  /** Ids that the loop file has already. */
  readonly existing: readonly string[]
  readonly leftOut: readonly LeftOut[]
  readonly remarks: readonly Remark[]
  /** The new entries, as YAML. */
  readonly yaml: string
}

/** @throws LoopError `bad-input`, `bad-source`, `unknown-format`, `task-taken`, `bad-loop-file`. */
export async function importTasks(flags: ImportFlags, tools: ImportTools): Promise<ImportResult> {
  const { target, texts } = tools
  const { format, file, found } = await gathered(flags, tools)
  const before = await target.read()
  const config = before === undefined ? undefined : configOf(before, tools)
  if (config !== undefined && flags.loop !== undefined && flags.loop !== config.loop)
    throw new LoopError('bad-input', `${target.path} describes loop "${config.loop}", not "${flags.loop}".`, {
      hint: `Leave out --loop, or name the file of that loop with --file.`,
    })
  const imported = fit(found, {
    ...fitOptions(flags, tools),
    room: LIMITS.tasks - (config?.tasks.length ?? 0),
    there: new Set(config?.tasks.map(({ id }) => id)),
  })
  const { fresh, existing, remarks } = sorted(imported, config, flags)
  const entries = fresh.map((task) => entryOf(withAgent(task, config, flags)))
  const yaml = texts.print(entries)
  const said = { format, source: file, file: target.path, tasks: fresh, existing, yaml }
  const result = { ...said, leftOut: imported.leftOut, remarks: [...imported.remarks, ...remarks] }
  if (fresh.length === 0) return { ...result, outcome: flags.dryRun === true ? 'shown' : 'nothing' }
  const text =
    before === undefined
      ? texts.withTasks(await headOf(imported, flags, tools), entries)
      : texts.withTasks(textOf(before), entries)
  mustBeValid(text, tools)
  if (flags.dryRun === true) return { ...result, outcome: 'shown' }
  if ((await target.write(text, before)) === 'changed')
    throw new LoopError(
      'bad-input',
      `${target.path} was changed by somebody else in this moment: nothing was written.`,
      {
        hint: 'Run the command again.',
      },
    )
  return { ...result, outcome: before === undefined ? 'created' : 'added' }
}

/** The agent that a person named, where the loop has another one and the task says nothing. */
const withAgent = (
  task: ImportedTask,
  config: LoopConfig | undefined,
  { agent }: ImportFlags,
): ImportedTask =>
  agent === undefined ||
  config === undefined ||
  config.settings.agent.use === agent ||
  task.agent !== undefined
    ? task
    : { ...task, agent: { use: agent } }

async function gathered(flags: ImportFlags, { sources, issues }: ImportTools): Promise<Gathered> {
  const format = flags.from === undefined ? implied(flags) : formatNamed(flags.from)
  const { path, all, tag, team, label } = flags
  if (path !== undefined || format !== 'github-issues') {
    const meant = { path: path ?? '.', format, wanted: { all, tag, team, label } }
    return gather(await sources.open(meant.path), meant)
  }
  if (label === undefined || label.trim() === '')
    throw new LoopError('bad-input', 'Issues are taken from GitHub by a label.', {
      hint: 'Name one: --label <name>. Anybody may open an issue, but only who has rights in the repository may label it.',
    })
  const { issues: list, isCut } = await (await issues()).list(label)
  const found = readIssues(list, { all })
  const text = `There may be more than ${list.length} issues: those that are newer were left out.`
  const remarks = isCut ? [...found.remarks, { at: 'issues', text }] : found.remarks
  return { format, file: `issues with the label "${label}"`, found: { ...found, remarks } }
}

/** Only one format has tags, and only one has teams. */
const implied = ({ tag, team }: ImportFlags): Format | undefined =>
  team !== undefined ? 'agent-teams' : tag === undefined ? undefined : 'task-master'

const fitOptions = (
  { all, tag, team, label, prefix, inOrder }: ImportFlags,
  { agents }: ImportTools,
): FitOptions => {
  if (prefix !== undefined && !/^[a-z0-9][a-z0-9-]{0,19}$/.test(prefix))
    throw new LoopError(
      'bad-input',
      'A prefix has 1 to 20 of a-z, 0-9 and "-", and starts with a letter or digit.',
    )
  return { all, tag, team, label, prefix, inOrder, agents }
}

function configOf(bytes: Uint8Array, { texts, target }: ImportTools): LoopConfig {
  const checked = texts.check(bytes)
  if (checked.is === 'valid') return checked.config
  throw new LoopError('bad-loop-file', printMistakes(target.path, checked.text, checked.mistakes))
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

interface Sorted {
  readonly fresh: readonly ImportedTask[]
  readonly existing: readonly string[]
  readonly remarks: readonly Remark[]
}

/** Nothing that a person has in the loop file is ever changed. */
function sorted({ tasks }: Imported, config: LoopConfig | undefined, { skipExisting }: ImportFlags): Sorted {
  const known = new Map<string, PlainTask>(config?.tasks.map((task) => [task.id, task]))
  const existing = tasks.filter(({ id }) => known.has(id))
  const other = existing.filter((task) => !saysTheSame(task, known.get(task.id)))
  if (other.length > 0 && skipExisting !== true) {
    const ids = other.slice(0, 10).map(({ id }) => id)
    const more = other.length > ids.length ? ` and ${other.length - ids.length} more` : ''
    throw new LoopError(
      'task-taken',
      `The loop file has other tasks with these ids: ${ids.join(', ')}${more}. Nothing was written.`,
    )
  }
  const isOther = new Set(other)
  return {
    fresh: tasks.filter(({ id }) => !known.has(id)),
    existing: existing.map(({ id }) => id),
    remarks: existing.map((task) => ({
      at: task.origin.at,
      text: isOther.has(task)
        ? `The loop file has a task ${task.id} that says something else: it was left as it is.`
        : `The loop file has task ${task.id} already.`,
    })),
  }
}

/** Whom it waits for may have changed: what is done there is waited for no more. */
const saysTheSame = (task: PlainTask, other: PlainTask | undefined): boolean => {
  const words = ({ name, spec, verify, run }: PlainTask) => JSON.stringify([name, spec.trim(), verify, run])
  return other !== undefined && words(task) === words(other)
}

/** A loop file without a task yet, as `cms init` would write it. */
async function headOf(
  imported: Imported,
  flags: ImportFlags,
  { project, agents }: ImportTools,
): Promise<string> {
  const loop = loopIdOf(flags.loop ?? 'main')
  const goal = (flags.goal ?? imported.goal).trim()
  if (byteLength(goal) > LIMITS.goal_bytes)
    throw new LoopError('bad-input', `The goal is longer than ${LIMITS.goal_bytes} bytes.`)
  const agent = flags.agent ?? imported.agent ?? 'claude'
  if (!agents.includes(agent))
    throw new LoopError('agent-unknown', `There is no agent "${agent}"; there are ${agents.join(', ')}.`)
  const facts = await project.facts()
  const { setup, verify } = guessCommands(facts)
  return loopHead({ loop, agent, goal, setup, verify: verify.slice(0, 1), branch: facts.branch })
}

/** What was found may still not fit: an agent that needs more than there is, a secret, more than a file may hold. */
function mustBeValid(text: string, { texts, target }: ImportTools): void {
  const bytes = new TextEncoder().encode(text)
  const most = 1024 * 1024
  if (bytes.length > most)
    throw new LoopError(
      'bad-source',
      `With these tasks ${target.path} would be larger than 1 MB. Nothing was written.`,
      {
        hint: 'Import less at once: one tag, one file, one label.',
      },
    )
  const checked = texts.check(bytes)
  if (checked.is === 'valid') return
  throw new LoopError(
    'bad-source',
    `With these tasks, ${misprinted(target.path, checked)}\nNothing was written.`,
    {
      hint: `Mend the source, or look at what would be written (--dry-run${agentHint(checked.mistakes)}).`,
    },
  )
}

const misprinted = (
  path: string,
  { text, mistakes }: { readonly text: string; readonly mistakes: readonly Mistake[] },
) => printMistakes(path, text, mistakes.slice(0, 20))

const agentHint = (mistakes: readonly Mistake[]): string =>
  mistakes.some(({ message }) => message.includes('`run`'))
    ? '); the `command` agent needs a `run` in each task (see --agent'
    : ''
