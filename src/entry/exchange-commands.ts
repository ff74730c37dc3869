/** Ways in and out: import, export. */
import { relative, resolve } from 'node:path'
import { printTasks, withTasks } from '../adapters/config/added-tasks.ts'
import { checkBytes, readLoopFile } from '../adapters/config/loop-file.ts'
import { remotes } from '../adapters/git/remotes.ts'
import { openRepository, type Repository } from '../adapters/git/repository.ts'
import { githubClient } from '../adapters/github/client.ts'
import { githubIssues } from '../adapters/github/issues.ts'
import { type GithubPlace, githubPlace } from '../adapters/github/place.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { projectAt } from '../adapters/system/project.ts'
import { sourcesAt } from '../adapters/system/sources.ts'
import { teamsFolder } from '../adapters/system/teams-folder.ts'
import { targetFile } from '../adapters/system/whole-file.ts'
import { type ExportFlags, exportLoop, renderExport } from '../app/export.ts'
import { type ImportFlags, importTasks } from '../app/import.ts'
import { importDocument, remarkLines, renderImport } from '../app/import-text.ts'
import { restore } from '../app/phases/restore.ts'
import { LoopError } from '../core/error.ts'
import { type Outgoing, outgoingOf, outgoingOfFile } from '../core/exchange/outgoing.ts'
import { schemaFile } from '../core/scaffold.ts'
import type { LoopConfig } from '../core/settings.ts'
import type { Issues } from '../ports/exchange.ts'
import { AGENTS } from './agents.ts'
import { EXIT } from './exit.ts'
import { tokenFor } from './github.ts'
import { remoteMeant } from './home.ts'
import { printJson } from './json.ts'
import { secretsOf } from './secrets.ts'
import { anotherLoop, type Globals, humanOutput, loopFilePath, openSession } from './session.ts'
import { harnessGit, type Variables, variables } from './surroundings.ts'

export interface ImportCommandFlags extends Globals, Omit<ImportFlags, 'loop'> {
  /** Of issues: `owner/name`, or a URL. */
  readonly repo?: string
  readonly print?: boolean
}

export async function importCommand(path: string | undefined, flags: ImportCommandFlags): Promise<number> {
  const env = variables()
  const repository = await repositoryHere(env)
  const root = repository?.topLevel ?? process.cwd()
  const file = loopFilePath(flags, root)
  const { redact, spots } = secretsOf(env)
  const project = projectAt(root)
  const dryRun = flags.dryRun === true || flags.print === true
  const result = await importTasks(
    { ...flags, path, dryRun },
    {
      sources: sourcesAt(process.cwd()),
      issues: () => issuesOf(env, repository, flags.repo),
      target: targetFile(file, relative(process.cwd(), file) || file),
      texts: { check: (bytes) => checkBytes(bytes, { agents: AGENTS, spots }), withTasks, print: printTasks },
      project,
      agents: AGENTS,
    },
  )
  // What editors check the new file by.
  const { path: schema, text } = schemaFile()
  if (result.outcome === 'created' && flags.file === undefined) await project.create(schema, text)
  const notes = humanOutput(true, redact)
  for (const line of remarkLines(result)) notes.line(line)
  const output = humanOutput(flags.json, redact)
  // Of a dry run, standard output is the YAML and no more.
  if (result.yaml === '' && result.outcome === 'shown') notes.line(renderImport(result))
  else if (result.outcome !== 'shown') output.line(renderImport(result))
  else if (flags.json !== true) output.line(result.yaml.trimEnd())
  if (flags.json === true) printJson(importDocument(result), redact)
  return EXIT.reached
}

async function repositoryHere(env: Variables): Promise<Repository | undefined> {
  try {
    return await openRepository(harnessGit(env), process.cwd())
  } catch (error) {
    if (error instanceof LoopError) return undefined
    throw error
  }
}

/** @throws LoopError `no-remote`, `bad-input`, `auth-failed`. */
async function issuesOf(
  env: Variables,
  repository: Repository | undefined,
  repo: string | undefined,
): Promise<Issues> {
  const place =
    repo === undefined ? await placeHere(env, repository) : await placeNamed(env, repository, repo)
  const token = await tokenFor(env, place)
  if (token === undefined)
    throw new LoopError(
      'auth-failed',
      `There is no token for ${place.host}${place.isPrivate ? '' : ', and none is sent over plain http'}.`,
      {
        hint: `Set GH_TOKEN, or log in with gh. Or ask gh for the issues: gh issue list --label <name> --json number,title,body,labels,state > issues.json, then cms import issues.json.`,
      },
    )
  return githubIssues(githubClient({ token, apiUrl: place.apiUrl }), place)
}

async function placeHere(env: Variables, repository: Repository | undefined): Promise<GithubPlace> {
  if (repository === undefined)
    throw new LoopError('no-remote', 'This is no repository: it does not say whose issues are meant.', {
      hint: 'Name the repository: --repo owner/name.',
    })
  const { name, url } = await remoteMeant({ globals: {}, env, repository })
  const place = githubPlace(url, env)
  if (place !== undefined) return place
  throw new LoopError('no-remote', `The remote ${name} is no repository on a GitHub.`, {
    hint: 'Name the repository: --repo owner/name.',
  })
}

/** `owner/name` is on the server of the remote, where there is one. */
async function placeNamed(
  env: Variables,
  repository: Repository | undefined,
  repo: string,
): Promise<GithubPlace> {
  const known =
    repository === undefined ? new Map<string, string>() : await remotes(harnessGit(env), repository)
  const url = known.get('origin') ?? [...known.values()][0] ?? ''
  const server = githubPlace(url, env)?.serverUrl ?? `https://${env['GH_HOST'] ?? 'github.com'}`
  const place = githubPlace(/^[\w.-]+\/[\w.-]+$/.test(repo) ? `${server}/${repo}` : repo, env)
  if (place !== undefined) return place
  throw new LoopError(
    'bad-input',
    `${JSON.stringify(repo.slice(0, 80))} is no repository: owner/name, or its URL.`,
  )
}

export interface ExportCommandFlags extends Globals, ExportFlags {
  readonly out: string
}

export async function exportCommand(flags: ExportCommandFlags): Promise<number> {
  const { redact } = secretsOf(variables())
  const { outgoing, cwd } = await outgoingHere(flags)
  const folder = teamsFolder(resolve(process.cwd(), flags.out), flags.out)
  const exported = await exportLoop(outgoing, flags, { folder, clock: systemClock, cwd })
  humanOutput(flags.json, redact).line(renderExport(exported))
  if (flags.json === true) printJson(exported, redact)
  return EXIT.reached
}

/** The loop as it stands, where it was ever started; else what the loop file says. */
async function outgoingHere(flags: Globals): Promise<{ outgoing: Outgoing; cwd: string }> {
  const session = await openSession(flags, 'ignored')
  try {
    const { repository, ports, run } = session
    const checkpoint = (await restore(ports, { mend: false }))?.checkpoint
    const path = loopFilePath(flags, repository.topLevel)
    const cwd = repository.topLevel
    if (checkpoint !== undefined)
      return { outgoing: outgoingOf(checkpoint, await specsIn(path, run.loop)), cwd }
    const config = await readLoopFile(path, { agents: AGENTS })
    if (flags.loop !== undefined && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop)
    return { outgoing: outgoingOfFile(config), cwd }
  } finally {
    session.close()
  }
}

/** What the loop file says now, where it can be read, and is of this loop. */
async function specsIn(path: string, loop: string): Promise<LoopConfig['tasks']> {
  try {
    const config = await readLoopFile(path, { agents: AGENTS })
    return config.loop === loop ? config.tasks : []
  } catch (error) {
    if (error instanceof LoopError) return []
    throw error
  }
}
