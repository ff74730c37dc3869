/** What a clone and its remote say of themselves. Asks, and changes nothing. */
import type { Answer, DryPush, RemoteBranches } from '../../core/doctor/facts.ts'
import { LoopError } from '../../core/error.ts'
import { oneLine } from '../../core/text.ts'
import { SECOND } from '../../core/time.ts'
import type { CloneSurvey } from '../../ports/doctor.ts'
import { configEnvironment, tokenConfig } from './credentials.ts'
import type { Git } from './git.ts'
import { resolveCommit } from './repository.ts'

export interface Surveyed {
  /** Ours: for questions about the clone. */
  readonly git: Git
  /** The person's: for questions to the remote. */
  readonly network: Git
  readonly cwd: string
  /** Of the remote; `undefined`: there is none. */
  readonly url: string | undefined
  readonly token: string | undefined
}

/** How long a remote may take for one answer, ms. */
const ASK_REMOTE = 20 * SECOND

/** Facts about the clone at `cwd`. */
export function cloneSurvey({ git, network, cwd, url, token }: Surveyed): CloneSurvey {
  const env = url === undefined || token === undefined ? {} : configEnvironment(tokenConfig(url, token))
  const options = { cwd, env, timeout: ASK_REMOTE }
  return {
    version: () =>
      git.run(['version']).then(
        ({ text }) => /\d+(\.\d+)+/.exec(text)?.[0],
        () => undefined,
      ),
    hasCommits: () =>
      resolveCommit(git, cwd, 'HEAD').then(
        (commit) => commit !== undefined,
        () => false,
      ),
    branches: (names) =>
      answered(url, async (remote) => {
        const refs = names.map((name) => `refs/heads/${name}`)
        const { text } = await network.run(['ls-remote', '--symref', '--', remote, 'HEAD', ...refs], options)
        return branchesOf(text)
      }),
    async fileAt(commit, path) {
      try {
        if (!/^[0-9a-f]{40,64}$/.test(commit) || (await resolveCommit(git, cwd, commit)) === undefined)
          return { is: 'unknown', because: 'its newest commit is not in this clone' }
        const listed = await git.run(['ls-tree', '-z', '--full-tree', commit, '--', path], { cwd })
        const blob = /^\d+ blob ([0-9a-f]+)\t/.exec(listed.text)?.[1]
        if (blob === undefined) return { is: 'known', value: undefined }
        return {
          is: 'known',
          value: (await git.run(['cat-file', 'blob', blob], { cwd })).bytes.toString('utf8'),
        }
      } catch (error) {
        return { is: 'unknown', because: wordsOf(error) }
      }
    },
    dryPush: (branch) => answered(url, (remote) => dryPush(network, remote, { branch, options })),
  }
}

/** Without a remote nobody is asked. */
async function answered<T>(url: string | undefined, ask: (url: string) => Promise<T>): Promise<Answer<T>> {
  if (url === undefined) return { is: 'unasked' }
  try {
    return { is: 'known', value: await ask(url) }
  } catch (error) {
    return { is: 'unknown', because: wordsOf(error) }
  }
}

/** What git has said, without the command: one line. */
const wordsOf = (error: unknown): string => {
  const text = Error.isError(error) ? error.message : String(error)
  return oneLine(text.replace(/^`git [^`]*` failed: /, '')).slice(0, 300)
}

/** `ref: refs/heads/main<tab>HEAD`, then one line for each ref. */
function branchesOf(text: string): RemoteBranches {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const to = lines.find(([what, name]) => name === 'HEAD' && what?.startsWith('ref: '))?.[0]
  const head = lines.find(([what, name]) => name === 'HEAD' && what?.startsWith('ref: ') === false)?.[0]
  const names = lines.flatMap(([, name = '']) => /^refs\/heads\/(.+)$/.exec(name)?.[1] ?? [])
  return { defaultBranch: /^ref: refs\/heads\/(.+)$/.exec(to ?? '')?.[1], head, names }
}

/** Codes by which a remote says no; every other failure is no answer. */
const REFUSALS: ReadonlySet<string> = new Set(['auth-failed', 'push-refused'])

async function dryPush(
  network: Git,
  url: string,
  { branch, options }: { branch: string; options: { cwd: string; env: object; timeout: number } },
): Promise<DryPush> {
  try {
    const args = ['push', '--dry-run', '--porcelain', '--no-verify', '--no-recurse-submodules', '--', url]
    await network.run([...args, `HEAD:refs/heads/${branch}`], { ...options, env: { ...options.env } })
    return { is: 'taken' }
  } catch (error) {
    if (error instanceof LoopError && REFUSALS.has(error.code))
      return { is: 'refused', because: wordsOf(error) }
    throw error
  }
}
