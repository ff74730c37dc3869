/**
 * The floor: what an iteration costs that does nothing but keep its promises, by git's own plumbing
 * in one shell. Two compare-and-swap commits of a checkpoint and a page for people on an orphan branch.
 */
import { spawn } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { ENV, git } from './place.ts'

const STATE = 'refs/heads/cms/main/state'
const WORK = 'refs/heads/cms/main/work'

/** One commit; its id is in `$commit`, the old one in `$old`. */
const WRITE = `
write() {
  checkpoint=$(git hash-object -w ../checkpoint.json)
  page=$(git hash-object -w ../README.md)
  tree=$(printf '100644 blob %s\\tREADME.md\\n100644 blob %s\\tcheckpoint.json\\n' "$page" "$checkpoint" | git mktree)
  commit=$(echo "iteration" | git commit-tree "$tree" -p "$old")
}
`

const LOCAL = `${WRITE}
old=$(git rev-parse ${STATE})
for step in begin settle; do
  echo >> ../checkpoint.json
  write
  printf 'start\\nupdate ${STATE} %s %s\\nprepare\\ncommit\\n' "$commit" "$old" | git update-ref --stdin > /dev/null
  old=$commit
done
`

/** As on Actions: a fresh clone fetches both branches, then two pushes, the second with the code. */
const FRESH = `
git fetch --quiet --no-tags --depth=1 "$URL" +${STATE}:refs/loop/state +${WORK}:refs/loop/work
`

const PUSHES = `${WRITE}
old=$(git rev-parse refs/loop/state)
echo >> ../checkpoint.json
write
git push --quiet --force-with-lease=${STATE}:$old "$URL" $commit:${STATE}
old=$commit
echo >> ../checkpoint.json
write
head=$(git rev-parse refs/loop/work)
code=$(echo "code" | git commit-tree "$head^{tree}" -p "$head")
git push --quiet --atomic --force-with-lease=${STATE}:$old --force-with-lease=${WORK}:$head "$URL" $commit:${STATE} $code:${WORK}
git update-ref refs/loop/state $commit
git update-ref refs/loop/work $code
`

/** Runs one iteration of the floor, with the files that the loop beside it has just written. @returns ms. */
export type Floor = (files: Files) => Promise<number>

/** The files on the state branch. */
export interface Files {
  readonly checkpoint: string
  readonly page: string
}

/** In one repository. */
export async function localFloor(folder: string): Promise<Floor> {
  const gitDir = await bare(folder)
  await git(gitDir, 'update-ref', STATE, await emptyCommit(gitDir))
  return async (files) => {
    await lay(folder, files)
    return shell(gitDir, LOCAL, {})
  }
}

export interface RemoteFloor {
  readonly folder: string
  /** The bare repository behind the server, where the floor has a repository of its own. */
  readonly url: string
  readonly served: string
  /** A new clone, and so a fetch, in every iteration. */
  readonly fresh: boolean
}

/** Over HTTP. */
export async function remoteFloor({ folder, url, served, fresh }: RemoteFloor): Promise<Floor> {
  const commit = await emptyCommit(served)
  for (const ref of [STATE, WORK]) await git(served, 'update-ref', ref, commit)
  const gitDir = await bare(folder)
  const template = join(folder, 'template.git')
  await cp(gitDir, template, { recursive: true })
  if (!fresh) await shell(gitDir, FRESH, { URL: url })
  return async (files) => {
    await lay(folder, files)
    if (!fresh) return shell(gitDir, PUSHES, { URL: url })
    await rm(gitDir, { recursive: true, force: true })
    await cp(template, gitDir, { recursive: true })
    return shell(gitDir, FRESH + PUSHES, { URL: url })
  }
}

async function bare(folder: string): Promise<string> {
  const gitDir = join(folder, 'floor.git')
  await mkdir(folder, { recursive: true })
  await git(folder, 'init', '--quiet', '--bare', gitDir)
  return gitDir
}

async function lay(folder: string, { checkpoint, page }: Files): Promise<void> {
  await writeFile(join(folder, 'checkpoint.json'), checkpoint)
  await writeFile(join(folder, 'README.md'), page)
}

async function emptyCommit(gitDir: string): Promise<string> {
  const tree = await git(gitDir, 'hash-object', '-t', 'tree', '-w', '/dev/null')
  return git(gitDir, 'commit-tree', tree, '-m', 'first')
}

async function shell(cwd: string, script: string, env: Readonly<Record<string, string>>): Promise<number> {
  const began = performance.now()
  const child = spawn('bash', ['--norc', '-euc', script], {
    cwd,
    env: { ...ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the floor failed: ${said}`)
  return performance.now() - began
}
