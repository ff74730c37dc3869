/**
 * A loop as the folders of an Agent Team: one file a task, one of the team, and an inbox for each who is
 * written to. What the format has no word for stands under `metadata.cms`, so that `cms import` gives
 * the same tasks back.
 */
import { LoopError } from '../error.ts'
import { quote } from '../mistake.ts'
import { oneLine } from '../text.ts'
import { iso } from '../time.ts'
import { OWN_KEY } from './agent-teams.ts'
import { agentEntry } from './entry.ts'
import type { Outgoing, OutgoingMessage, OutgoingTask } from './outgoing.ts'
import { inboxOf } from './team-mail.ts'

export interface TeamWanted {
  readonly team: string
  /** Epoch ms. */
  readonly now: number
  /** Where its members work. */
  readonly cwd: string
}

export interface WrittenFile {
  /** Below the folder that is written to. */
  readonly path: string
  readonly text: string
}

const LEAD = 'team-lead'

/** A folder, and half of an address: `lane-1@team`. */
const TEAM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What a person called a team. @throws LoopError `bad-input` */
export function teamNameOf(name: string): string {
  if (TEAM.test(name)) return name
  throw new LoopError(
    'bad-input',
    `${quote(name)} is no name of a team: 1 to 64 letters, digits, ".", "_" and "-".`,
  )
}

/** The folders of a team, below the one in which all teams are. */
export const teamFolders = (team: string): { readonly tasks: string; readonly team: string } => ({
  tasks: `tasks/${team}`,
  team: `teams/${team}`,
})

/** Every file, tasks first. */
export function teamFiles(outgoing: Outgoing, wanted: TeamWanted): WrittenFile[] {
  const { tasks } = outgoing
  const folders = teamFolders(wanted.team)
  const numbers = new Map(tasks.map(({ id }, index) => [id, String(index + 1)]))
  const blocks = new Map<string, string[]>()
  for (const { id, needs } of tasks)
    for (const need of new Set(needs)) blocks.set(need, [...(blocks.get(need) ?? []), numbers.get(id) ?? ''])
  const inboxes = inboxesOf(outgoing, wanted.now)
  return [
    ...tasks.map((task) =>
      file(`${folders.tasks}/${numbers.get(task.id)}.json`, taskJson(task, numbers, blocks)),
    ),
    file(`${folders.team}/config.json`, teamJson(outgoing, wanted)),
    ...[...inboxes].map(([who, messages]) => file(`${folders.team}/inboxes/${who}.json`, messages)),
  ]
}

const file = (path: string, value: object): WrittenFile => ({
  path,
  text: `${JSON.stringify(value, null, 2)}\n`,
})

function taskJson(
  task: OutgoingTask,
  numbers: ReadonlyMap<string, string>,
  blocks: ReadonlyMap<string, readonly string[]>,
): object {
  const {
    id,
    name,
    spec,
    needs,
    uses,
    verify,
    priority,
    agent,
    run,
    allow_empty,
    status,
    owner,
    spec_digest,
  } = task
  return {
    id: numbers.get(id) ?? '',
    subject: name,
    description: spec,
    ...(status === 'in_progress' ? { activeForm: name } : {}),
    ...(owner === undefined ? {} : { owner }),
    status,
    blocks: blocks.get(id) ?? [],
    blockedBy: [...new Set(needs)].flatMap((need) => numbers.get(need) ?? []),
    metadata: {
      [OWN_KEY]: {
        ...{ id, needs, uses, verify, priority },
        ...(agent === undefined ? {} : { agent }),
        ...(run === undefined ? {} : { run }),
        allow_empty,
        spec_digest,
      },
    },
  }
}

function teamJson({ loop, goal, agent, tasks }: Outgoing, { team, now, cwd }: TeamWanted): object {
  const owners = [...new Set(tasks.flatMap(({ owner }) => (owner === undefined ? [] : [owner])))]
  const member = (name: string) => ({
    agentId: `${name}@${team}`,
    name,
    agentType: name === LEAD ? LEAD : 'general-purpose',
    model: agent.model ?? '',
    joinedAt: now,
    tmuxPaneId: '',
    cwd,
    subscriptions: [],
  })
  return {
    name: team,
    description: goal,
    createdAt: now,
    leadAgentId: `${LEAD}@${team}`,
    leadSessionId: `cms-${loop}`,
    members: [LEAD, ...owners].map(member),
    [OWN_KEY]: { loop, goal, agent: agent.use, settings: agentEntry(agent) },
  }
}

/** Messages by who is to read them: who has the task, or nobody yet; for all: everybody with a task in hand. */
function inboxesOf({ tasks, messages }: Outgoing, now: number): Map<string, object[]> {
  const owners = new Map(tasks.map(({ id, owner }) => [id, owner ?? inboxOf(id)]))
  const readers = ({ to, from, acknowledged }: OutgoingMessage): readonly string[] => {
    const others = tasks.filter(({ id }) => id !== from && !acknowledged.includes(id))
    if (to === '*') return [LEAD, ...new Set(others.flatMap(({ owner }) => owner ?? []))]
    return [to === 'human' ? LEAD : (owners.get(to) ?? LEAD)]
  }
  const inboxes = new Map<string, object[]>()
  for (const message of messages)
    for (const who of readers(message)) inboxes.set(who, [...(inboxes.get(who) ?? []), letter(message, now)])
  return inboxes
}

const SUMMARY = 80

function letter({ from, body, at }: OutgoingMessage, now: number): object {
  const line = oneLine(body)
  return {
    from,
    text: body,
    summary: line.length <= SUMMARY ? line : `${line.slice(0, SUMMARY - 1).toWellFormed()}…`,
    timestamp: at === '' ? iso(now) : at,
    read: false,
  }
}
