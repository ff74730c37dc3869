/** `cms doctor`: asks for every fact, then has them judged. Changes nothing. */
import { diagnose } from '../core/doctor/diagnose.ts'
import {
  type Facts,
  type GitFacts,
  type GithubFacts,
  type RepositoryAnswer,
  UNASKED,
} from '../core/doctor/facts.ts'
import type { Finding } from '../core/doctor/finding.ts'
import { chooseSubject } from '../core/doctor/subject.ts'
import { loopRefs, shortRef } from '../core/refs.ts'
import { agentFor, type LoopConfig } from '../core/settings.ts'
import type { AskProgram, CloneSurvey, HostSettings, ReadWorkflows } from '../ports/doctor.ts'

export interface DoctorPorts {
  readonly workflows: ReadWorkflows
  readonly clone: CloneSurvey
  /** `undefined`: there is no token, or no GitHub. */
  readonly settings: HostSettings | undefined
  readonly askProgram: AskProgram
}

/** What is known before anybody is asked. */
export type Given = Pick<Facts, 'loop' | 'loopFile' | 'node' | 'remote' | 'place' | 'named'>

/** Looks at everything. @returns the worst first. */
export async function examine(ports: DoctorPorts, given: Given): Promise<readonly Finding[]> {
  const workflows = await ports.workflows()
  const config = given.loopFile.is === 'valid' ? given.loopFile.config : undefined
  const early = { ...given, workflows, programs: [], hasToken: ports.settings !== undefined, run: undefined }
  const { subject } = chooseSubject({ ...early, github: NOTHING, git: SILENT })
  const asked = { file: subject?.file ?? given.named, loop: given.loop, config }
  const [github, git, programs] = await Promise.all([
    askGithub(ports.settings, asked),
    askGit(ports, asked),
    askPrograms(ports.askProgram, config),
  ])
  return diagnose({ ...early, programs, github, git })
}

interface Asked {
  /** The workflow. */
  readonly file: string | undefined
  readonly loop: string
  readonly config: LoopConfig | undefined
}

/** Nobody was asked. */
export const NOTHING: GithubFacts = {
  repository: UNASKED,
  workflow: UNASKED,
  actionsEnabled: UNASKED,
  tokenDefaults: UNASKED,
  secrets: UNASKED,
  rules: UNASKED,
}

/** Git was not asked either. */
export const SILENT: GitFacts = {
  version: undefined,
  hasCommits: true,
  branches: UNASKED,
  push: UNASKED,
  workflowThere: UNASKED,
}

/** Where the repository itself cannot be seen, nothing of it can. */
async function askGithub(
  settings: HostSettings | undefined,
  { file, loop, config }: Asked,
): Promise<GithubFacts> {
  if (settings === undefined) return NOTHING
  const repository: RepositoryAnswer = await settings.repository()
  if (repository.is !== 'known') return { ...NOTHING, repository }
  const { state, work } = loopRefs(loop, config?.settings.refs)
  const branches = [state, work].filter((ref) => ref.startsWith('refs/heads/')).map(shortRef)
  const [workflow, actionsEnabled, tokenDefaults, secrets, rules] = await Promise.all([
    file === undefined ? UNASKED : settings.workflow(file),
    settings.actionsEnabled(),
    settings.tokenDefaults(),
    settings.secrets(),
    settings.rules(branches),
  ])
  return { repository, workflow, actionsEnabled, tokenDefaults, secrets, rules }
}

async function askGit({ clone }: DoctorPorts, { file, loop, config }: Asked): Promise<GitFacts> {
  const [version, hasCommits] = await Promise.all([clone.version(), clone.hasCommits()])
  const base = config?.base === undefined ? [] : [config.base]
  const [branches, push] = await Promise.all([
    clone.branches(['cms', `cms/${loop}`, ...base]),
    hasCommits ? clone.dryPush(`cms/${loop}/doctor`) : UNASKED,
  ])
  const workflowThere = await textThere(clone, file, branches)
  return { version, hasCommits, branches, push, workflowThere }
}

/** From this clone, where it has the newest commit of the default branch. */
function textThere(
  clone: CloneSurvey,
  file: string | undefined,
  branches: GitFacts['branches'],
): Promise<GitFacts['workflowThere']> {
  if (file === undefined || branches.is !== 'known') return Promise.resolve(UNASKED)
  const { head } = branches.value
  // A remote without any commit has no file either.
  return head === undefined
    ? Promise.resolve({ is: 'known', value: undefined })
    : clone.fileAt(head, `.github/workflows/${file}`)
}

/** Of every agent that a task uses, once. */
async function askPrograms(ask: AskProgram, config: LoopConfig | undefined): Promise<Facts['programs']> {
  if (config === undefined) return []
  const all = [undefined, ...config.tasks.map((task) => task.agent)].map((one) =>
    agentFor(config.settings, one),
  )
  const used = new Map(all.map((agent) => [agent.use, agent]))
  const programs = await Promise.all([...used.values()].map(ask))
  return programs.filter((one) => one !== undefined)
}
