/** The first run of a loop looks around before anything is spent: what `cms doctor` can tell without asking anybody. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as core from '@actions/core'
import { readWorkflows } from '../adapters/config/workflows.ts'
import { leavesCredentials } from '../adapters/git/left-credentials.ts'
import { openRepository } from '../adapters/git/repository.ts'
import { plain } from '../adapters/github/plain.ts'
import { NOTHING, SILENT } from '../app/doctor.ts'
import { diagnose, stopper } from '../core/doctor/diagnose.ts'
import type { Facts, LoopFileFacts, RunFacts } from '../core/doctor/facts.ts'
import type { Finding } from '../core/doctor/finding.ts'
import { isKeyVariable } from '../core/doctor/keys.ts'
import { findingLines } from '../core/doctor/text.ts'
import { LoopError } from '../core/error.ts'
import { sentences } from '../core/text.ts'
import type { ActionRun } from './action-did.ts'
import { harnessGit, variables } from './surroundings.ts'

/**
 * Errors become annotations, warnings a group of the log.
 *
 * @throws LoopError `not-ready` for what no loop can work with.
 */
export async function firstLook(action: ActionRun): Promise<void> {
  const { context, ports } = action
  const file = context.workflow?.file
  // Without a loop file nothing begins, and that is told elsewhere.
  if (file === undefined || action.run.config === undefined) return
  const findings = diagnose(await factsOf(action, file))
  const stop = stopper(findings)
  const place = { file: `.github/workflows/${file}`, line: 1, column: 1 }
  for (const { level, what, why, fix } of findings)
    if (level === 'error' && what !== stop?.what)
      ports.reporter.tell({ type: 'warning', text: sentences(what, why, `Fix: ${fix}`), place })
  group(findings, (text) => plain(ports.redact(text)))
  if (stop === undefined) return
  throw new LoopError('not-ready', sentences(stop.what, stop.why), { hint: stop.fix, place })
}

function group(findings: readonly Finding[], shown: (text: string) => string): void {
  const warnings = findings.filter(({ level }) => level === 'warning')
  if (warnings.length === 0) return
  core.startGroup(`Before the first iteration: ${warnings.length} worth a look`)
  for (const { text } of findingLines(warnings)) core.info(shown(text))
  core.endGroup()
}

async function factsOf(action: ActionRun, file: string): Promise<Facts> {
  const { context, inputs, run } = action
  const { owner, repo, serverUrl, repository } = context
  const cwd = resolve(context.workspace, inputs['working-directory'])
  const { topLevel, gitDir } = await openRepository(harnessGit(variables()), cwd)
  const workflows = (await readWorkflows(topLevel)).filter((one) => one.file === file)
  const loopFile: LoopFileFacts =
    run.config === undefined ? { is: 'missing', path: inputs.file } : { is: 'valid', config: run.config }
  const facts: RunFacts = {
    job: variables()['GITHUB_JOB'] ?? '',
    ref: context.ref,
    defaultBranch: context.defaultBranch,
    hasOwnToken: inputs['github-token'] !== undefined && inputs['github-token'] !== inputs['job-token'],
    hasKey: await hasKey(action, topLevel),
    keyNames: action.inputs.job === 'all' ? namesWithValues() : undefined,
    hasCredentials: await leavesCredentials(gitDir),
    isAtRoot: topLevel === resolve(context.workspace),
  }
  return {
    ...{ loop: run.loop, loopFile, node: process.versions.node, programs: [] },
    remote: { name: 'origin', url: `${serverUrl}/${repository}` },
    place: { owner, repo, serverUrl },
    hasToken: true,
    workflows,
    named: file,
    github: NOTHING,
    git: SILENT,
    run: facts,
  }
}

const namesWithValues = (): readonly string[] =>
  Object.entries(variables()).flatMap(([name, value]) => (value === '' ? [] : [name]))

/** The key of one of the inputs, a variable that the agent may know, or a helper that gets one. */
async function hasKey({ inputs }: ActionRun, root: string): Promise<boolean | undefined> {
  // In the form with several jobs, only the one with the agent has it.
  if (inputs.job !== 'all') return undefined
  if ((inputs['anthropic-api-key'] ?? inputs['claude-code-oauth-token']) !== undefined) return true
  const isGiven = Object.entries(variables()).some(([name, value]) => value !== '' && isKeyVariable(name))
  if (isGiven) return true
  const settings = await readFile(join(root, '.claude', 'settings.json'), 'utf8').catch(() => '')
  return settings.includes('apiKeyHelper')
}
