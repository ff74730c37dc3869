/** Where a loop lives: in this clone, or on a remote. */
import { localLoop, remoteLoop, remotes } from '../adapters/git/remotes.ts'
import type { Repository } from '../adapters/git/repository.ts'
import { LoopError } from '../core/error.ts'
import { loopRefs, type RefsKind, shortRef } from '../core/refs.ts'
import type { RemoteHome } from './compose.ts'
import { harnessGit, personalGit, type Variables } from './surroundings.ts'

/** How long we wait for a remote to say whether it has the loop, ms. */
const ASK_REMOTE = 8_000

export interface Home {
  /** `local`, or the remote's name. */
  readonly name: string
  readonly remote: RemoteHome | undefined
  /** Where its refs were found; `undefined` when there is no loop yet. */
  readonly refs: RefsKind | undefined
  /** What a person should know of the choice. */
  readonly note?: string
}

interface Asking {
  /** What a person said; `remote: true` is the usual one. */
  readonly globals: { readonly local?: boolean; readonly remote?: string | true }
  readonly env: Variables
  readonly repository: Repository
  readonly loop: string
}

/**
 * The local loop if it exists here, else the remote's if that has one; both: a person must say.
 * A remote that does not answer has said neither yes nor no: nothing is begun beside it.
 */
export async function findHome(asking: Asking): Promise<Home> {
  const { globals, repository, loop } = asking
  const here = await local(asking)
  if (globals.local === true) return here
  const known = await remotes(harnessGit(asking.env), repository)
  if (globals.remote !== undefined) return there(asking, named(globals.remote, known))
  const usual = usualOf(known)
  if (usual === undefined) return here
  const found = await there(asking, usual).catch((error: unknown) => unanswered(error, usual, loop))
  if (found instanceof LoopError && here.refs === undefined) throw found
  if (found instanceof LoopError)
    return { ...here, note: `${found.message}\n  The loop in this clone goes on.` }
  if (found.refs === undefined) return here
  if (here.refs === undefined) return found
  const state = shortRef(loopRefs(loop, here.refs).state)
  throw new LoopError(
    'two-loops',
    `Loop "${loop}" is both here (${state}) and on ${usual.name} (${usual.name}/${state}).`,
  )
}

/** What it means for the choice that a remote did not answer. */
function unanswered(error: unknown, { name }: Remote, loop: string): LoopError {
  if (!(error instanceof LoopError)) throw error
  const text = `The remote ${name} did not say whether it has loop "${loop}": ${error.message}`
  const hint = 'Run again when it answers, or say which loop you mean: --local or --remote.'
  return new LoopError('remote-unreachable', text, { cause: error, hint })
}

async function local({ env, repository, loop }: Asking): Promise<Home> {
  return { name: 'local', remote: undefined, refs: await localLoop(harnessGit(env), repository, loop) }
}

/** The remote that is meant; nobody is asked over the network. @throws LoopError `no-remote` */
export async function remoteMeant({ globals, env, repository }: Omit<Asking, 'loop'>): Promise<Remote> {
  return named(globals.remote ?? true, await remotes(harnessGit(env), repository))
}

export interface Remote {
  readonly name: string
  readonly url: string
}

type Remotes = ReadonlyMap<string, string>

/** `origin`, else the first there is. */
function usualOf(known: Remotes): Remote | undefined {
  const origin = known.get('origin')
  const [first] = known
  if (origin !== undefined) return { name: 'origin', url: origin }
  return first && { name: first[0], url: first[1] }
}

function named(wanted: string | true, known: Remotes): Remote {
  if (wanted === true) {
    const usual = usualOf(known)
    if (usual === undefined) throw new LoopError('no-remote', 'This repository has no remote.')
    return usual
  }
  const url = known.get(wanted)
  if (url !== undefined) return { name: wanted, url }
  const names = [...known.keys()].join(', ') || 'none'
  throw new LoopError('no-remote', `There is no remote "${wanted}"; there are: ${names}.`)
}

/** @throws LoopError when the remote does not answer. */
async function there({ env, repository, loop }: Asking, { name, url }: Remote): Promise<Home> {
  const token = tokenFor(url, env['GITHUB_TOKEN'])
  const cwd = repository.topLevel
  const network = personalGit(env)
  const refs = await remoteLoop(network, { url, token, cwd, loop, timeout: ASK_REMOTE })
  return { name, remote: { url, network, ...(token === undefined ? {} : { token }) }, refs }
}

/** A GitHub token is for GitHub over HTTPS, and for nobody else. */
export const tokenFor = (url: string, token: string | undefined): string | undefined =>
  token !== undefined && token !== '' && /^https:\/\/([^/]+\.)?(github\.com|ghe\.com)\//.test(url)
    ? token
    : undefined
