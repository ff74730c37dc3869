/** What an agent's change may not do, whatever its verification says. */
import { globMatcher } from './glob.ts'

/** Paths an agent may not touch unless the loop file takes them out with `!path`. */
export const PROTECTED: readonly string[] = [
  '.github/**',
  '.cms/**',
  '.claude/**',
  '.codex/**',
  '.gemini/**',
  '.opencode/**',
  '.mcp.json',
  'opencode.json',
  'opencode.jsonc',
  'CLAUDE.md',
  'AGENTS.md',
  'GEMINI.md',
  '.gitattributes',
  '.gitmodules',
]

/** Git hosts refuse files over 100 MiB; well below that a file is a mistake. */
export const HUGE_BYTES = 50 * 1024 * 1024

/** Git file modes of a submodule and of a link. */
export const GITLINK = '160000'
export const LINK = '120000'

/** One file that an agent added, changed or deleted. */
export interface FileChange {
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted'
  /** Git file mode after the change: `100644`, `100755`, `LINK` or `GITLINK`. */
  readonly mode: string
  /** Bytes after the change; 0 when deleted. */
  readonly size: number
  /** Target of a link. */
  readonly link?: string
}

const NESTED = 'is a repository inside the repository'
/** A submodule's commit is code that no diff shows. `freeze` leaves each where it is: whoever moved one went around it. */
const MOVED = 'is a submodule, and was moved to another commit'

/** Every breach, one sentence each. */
export function guard(changes: readonly FileChange[], protect: readonly string[]): string[] {
  const isProtected = protection(protect)
  return changes.flatMap((change) => breaches(change, isProtected))
}

function breaches(change: FileChange, isProtected: (path: string) => boolean): string[] {
  const { path, status, mode, size, link } = change
  return [
    ...(isProtected(path) ? [`${path} is protected and was ${status}.`] : []),
    ...(size > HUGE_BYTES ? [`${path} is ${Math.round(size / 1024 / 1024)} MB; the limit is 50 MB.`] : []),
    ...(link !== undefined && leavesTree(path, link)
      ? [`${path} is a link that leaves the tree (${link}).`]
      : []),
    ...(mode === GITLINK ? [`${path} ${status === 'added' ? NESTED : MOVED}.`] : []),
  ]
}

/**
 * The defaults, then the loop file's own patterns; the last one that matches decides. Case does not count: on
 * many disks `claude.md` is the file that `CLAUDE.md` names.
 */
function protection(protect: readonly string[]): (path: string) => boolean {
  const rules = [...PROTECTED, ...protect].map((pattern) => ({
    protects: !pattern.startsWith('!'),
    matches: orItself(pattern.replace(/^!/, '').toLowerCase()),
  }))
  return (path) => rules.findLast((rule) => rule.matches(path.toLowerCase()))?.protects ?? false
}

/** `folder/**` guards the name of the folder too: a link in its place would stand for all below it. */
function orItself(pattern: string): (path: string) => boolean {
  const below = globMatcher(pattern)
  const folder = pattern.replace(/\/(\*\*)?$/, '')
  return (path) => below(path) || path === folder.replace(/^\//, '')
}

/** What git keeps beside the tree. */
const INTO_GIT = /(^|\/)\.git(\/|$)/i

/** Whether a link at `path` points outside of the tree. */
export function leavesTree(path: string, target: string): boolean {
  if (target.startsWith('/') || INTO_GIT.test(target)) return true
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const ups = parts.filter((part) => part === '..').length
  // `..` behind a name leads who knows where: the name may be a link itself.
  return ups >= path.split('/').length || parts.slice(0, ups).some((part) => part !== '..')
}
