/** Words and commands of a found task, within the limits of a loop file and without what a terminal would obey. */
import { LIMITS } from '../limits.ts'
import { quote } from '../mistake.ts'
import type { AgentOverride } from '../settings.ts'
import { byteLength, clip, oneLine, printable } from '../text.ts'
import { type PlainTask, soundAgent } from './entry.ts'
import type { FoundTask } from './found.ts'

type Note = (at: string, text: string) => void

interface Around {
  readonly id: string
  readonly note: Note
  readonly agents: readonly string[] | undefined
}

type Texts = Omit<PlainTask, 'id' | 'needs' | 'uses'>

export function textsFor(task: FoundTask, { id, note, agents }: Around): Texts {
  const told = (text: string) => note(task.at, text)
  const name = oneLine(task.name.toWellFormed())
  const isLong = name.length > LIMITS.name_chars
  if (isLong)
    told(`Its name has more than ${LIMITS.name_chars} characters: it was cut, and all of it is in the spec.`)
  const verify = (task.verify ?? []).filter((command) => isCommand(command, told))
  const agent = agentFor(task.agent, agents, told)
  return {
    name: isLong ? shortName(name) : name === '' ? id : name,
    spec: bounded(clean(isLong ? `${name}\n\n${task.spec}` : task.spec), LIMITS.spec_bytes, 'Its spec', told),
    verify,
    priority: Number.isSafeInteger(task.priority) ? (task.priority ?? 0) : 0,
    ...(agent === undefined ? {} : { agent }),
    ...(task.run !== undefined && isCommand(task.run, told) ? { run: task.run } : {}),
    allow_empty: task.allow_empty === true,
  }
}

/** What all tasks together are for. */
export const goalFor = (goal: string, note: Note): string =>
  bounded(clean(goal), LIMITS.goal_bytes, 'The goal', (text) => note('goal', text)).trim()

const clean = (text: string): string => printable(text).toWellFormed()

function bounded(text: string, bytes: number, what: string, told: (text: string) => void): string {
  if (byteLength(text) <= bytes) return text
  told(`${what} has more than ${bytes} bytes: the end was left out.`)
  return clip(text, bytes)
}

const shortName = (name: string): string => `${name.slice(0, LIMITS.name_chars - 1).toWellFormed()}…`

function isCommand(command: string, told: (text: string) => void): boolean {
  const isSound = /\S/.test(command) && clean(command) === command
  if (!isSound)
    told(`The command ${quote(clean(command))} is empty or holds control characters: it was left out.`)
  return isSound
}

function agentFor(
  agent: AgentOverride | undefined,
  known: readonly string[] | undefined,
  told: (text: string) => void,
): AgentOverride | undefined {
  if (agent === undefined) return undefined
  const { use } = agent
  const isUnknown = use !== undefined && known !== undefined && !known.includes(use)
  const sound = isUnknown ? { fault: `there is no agent ${quote(use)}` } : soundAgent(agent)
  if ('agent' in sound) return Object.keys(sound.agent).length === 0 ? undefined : sound.agent
  told(`What it says of its agent was left out: ${sound.fault}.`)
  return undefined
}
