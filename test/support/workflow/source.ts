/** Where the files of workflows and actions come from: a commit of the loopback repository, or a local folder. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GithubServer } from '../github-server.ts'

/** One version of one repository. */
export interface Source {
  /** `owner/name` */
  readonly slug: string
  /** As it was asked for: `v1`, `refs/heads/main`. */
  readonly ref: string
  readonly sha: string
  /** The text of a file; throws where there is none. */
  readonly text: (path: string) => string
  /** The whole tree on disk. */
  readonly folder: () => string
}

/** A commit of the repository that the runs belong to. @param scratch where its tree may be laid out. */
export function commitSource(server: GithubServer, ref: string, sha: string, scratch: string): Source {
  const folder = join(scratch, `tree-${sha}`)
  let isLaidOut = false
  return {
    slug: server.repository,
    ref,
    sha,
    text: (path) => `${server.git('show', `${sha}:${path}`)}\n`,
    folder: () => {
      if (isLaidOut) return folder
      mkdirSync(folder, { recursive: true })
      const archive = execFileSync('git', ['archive', sha], {
        cwd: server.gitDir,
        maxBuffer: 256 * 1024 * 1024,
      })
      execFileSync('tar', ['-x', '-C', folder], { input: archive })
      isLaidOut = true
      return folder
    },
  }
}

/** A repository of somebody else's, which the test keeps in a folder. */
export const folderSource = (slug: string, ref: string, folder: string): Source => ({
  slug,
  ref,
  sha: '0'.repeat(40),
  text: (path) => readFileSync(join(folder, path), 'utf8'),
  folder: () => folder,
})

/** A file or an action of a source. */
export interface Located {
  readonly source: Source
  /** Below the root of the source; empty: the root. */
  readonly path: string
}

/** Folders by `owner/name@ref`. */
export type Repositories = Readonly<Record<string, string>>

/**
 * What `uses` names, seen from the file that says it: `./x` of a job and `$/x` are in the repository
 * and commit of that file, `owner/name/x@ref` is where the test keeps it.
 */
export function located(uses: string, from: Source, repositories: Repositories): Located {
  if (/^[.$]\//.test(uses)) return { source: from, path: uses.slice(2).replace(/\/$/, '') }
  const [, slug = '', path = '', ref = ''] = /^([^/@]+\/[^/@]+)(?:\/([^@]*))?@(.+)$/.exec(uses) ?? []
  const folder = repositories[`${slug}@${ref}`]
  if (folder === undefined) throw new Error(`Unable to resolve action ${uses}, repository not found`)
  return { source: folderSource(slug, ref, folder), path }
}
