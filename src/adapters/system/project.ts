/** A project on disk, for `cms init`. Reads little and loosely: it only guesses. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { errnoOf, isDiskFull, isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { WORKFLOW_PATH } from '../../core/scaffold-workflow.ts'
import type { Project, ProjectFacts } from '../../ports/project.ts'

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).catch({}) })

/** The project rooted at `root`. */
export const projectAt = (root: string): Project => ({
  facts: () => factsOf(root),
  create: (path, text) => create(join(root, path), path, text),
})

async function factsOf(root: string): Promise<ProjectFacts> {
  const files = await readdir(root).catch(() => [])
  const makefile = files.find((name) => name === 'Makefile' || name === 'makefile')
  const rules = makefile === undefined ? '' : await read(join(root, makefile))
  return {
    files,
    scripts: scriptsOf(await read(join(root, 'package.json'))),
    targets: [...rules.matchAll(/^([A-Za-z0-9_.-]+)\s*:(?!=)/gm)].map(([, target = '']) => target),
    branch: await branchOf(root),
    workflows: await workflowsOf(root),
    ours: await read(join(root, WORKFLOW_PATH)),
  }
}

async function workflowsOf(root: string): Promise<string[]> {
  const folder = join(root, dirname(WORKFLOW_PATH))
  const names = await readdir(folder).catch(() => [])
  const others = names.filter((name) => /\.ya?ml$/.test(name) && name !== basename(WORKFLOW_PATH))
  return Promise.all(others.toSorted().map((name) => read(join(folder, name))))
}

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

function scriptsOf(manifest: string): Readonly<Record<string, string>> {
  try {
    return Manifest.parse(JSON.parse(manifest)).scripts
  } catch {
    // A manifest that npm could not read either says nothing about tests.
    return {}
  }
}

/** From git's own files, so that it works before the first commit too. */
async function branchOf(root: string): Promise<string | undefined> {
  const pointer = /^gitdir: (.+)$/m.exec(await read(join(root, '.git')))?.[1]
  const own = pointer === undefined ? join(root, '.git') : resolve(root, pointer)
  const common = (await read(join(own, 'commondir'))).trim()
  const shared = common === '' ? own : resolve(own, common)
  const origin = await read(join(shared, 'refs/remotes/origin/HEAD'))
  const head = await read(join(own, 'HEAD'))
  return (
    /^ref: refs\/remotes\/origin\/(\S+)$/m.exec(origin)?.[1] ?? /^ref: refs\/heads\/(\S+)$/m.exec(head)?.[1]
  )
}

/** `wx` refuses whatever is there: files, folders, links to nowhere. */
async function create(path: string, shown: string, text: string): Promise<'written' | 'exists'> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
    return 'written'
  } catch (error) {
    const occupied =
      isErrno(error, 'EEXIST') &&
      (await readdir(dirname(path)).then(
        () => true,
        () => false,
      ))
    if (occupied) return 'exists'
    if (isDiskFull(error)) throw new LoopError('disk-full', `${shown} cannot be written.`, { cause: error })
    throw new LoopError('bad-input', `${shown} cannot be written: ${errnoOf(error) ?? String(error)}.`, {
      cause: error,
      hint: `Make sure that ${dirname(shown)} is a folder you may write to.`,
    })
  }
}
