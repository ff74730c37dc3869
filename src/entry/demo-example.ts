/** An example of the package as a repository of its own, to run a demo in. */
import { cp, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Git } from '../adapters/git/git.ts'
import { LoopError } from '../core/error.ts'

/** Copied and committed, on `main`; it is left behind. @returns its folder. */
export async function exampleRepository(git: Git, name: string, subject: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'cms-demo-')), name)
  await cp(await exampleFolder(join('examples', name)), folder, { recursive: true })
  const at = { cwd: folder }
  await git.run(['init', '--quiet', '--initial-branch=main'], at)
  await git.run(['add', '-A'], at)
  const who = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com']
  await git.run([...who, 'commit', '--quiet', '-m', subject], at)
  return folder
}

/** Beside the sources and beside the bundle alike: in the folder of the package. */
async function exampleFolder(example: string): Promise<string> {
  for (let at = import.meta.dirname; dirname(at) !== at; at = dirname(at)) {
    const found = join(at, example)
    if (
      await stat(found).then(
        () => true,
        () => false,
      )
    )
      return found
  }
  throw new LoopError('bad-input', 'The example of the demo is missing from this installation.', {
    hint: 'Install the package again, or run the demo from a clone of the repository.',
  })
}
