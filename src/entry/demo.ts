/** `cms demo`: the main job on real input, in a repository of its own that is left behind. */
import { cp, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { terminalOutput } from '../adapters/terminal/output.ts'
import { LoopError } from '../core/error.ts'
import { secretsOf } from './secrets.ts'
import { harnessGit, variables } from './surroundings.ts'

const EXAMPLE = join('examples', 'textkit')

export async function demoCommand(): Promise<number> {
  const output = terminalOutput(process.stdout, secretsOf(variables()).redact)
  const folder = join(await mkdtemp(join(tmpdir(), 'cms-demo-')), 'textkit')
  await cp(await exampleFolder(), folder, { recursive: true })
  const git = harnessGit(variables())
  const at = { cwd: folder }
  await git.run(['init', '--quiet', '--initial-branch=main'], at)
  await git.run(['add', '-A'], at)
  const who = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com']
  await git.run([...who, 'commit', '--quiet', '-m', 'A small library, partly red'], at)

  output.line(`A small library with five things to mend: ${folder}`)
  output.line('Each task gets a fresh process; its own tests decide whether it is done.\n')
  process.chdir(folder)
  const { runCommand } = await import('./loop-commands.ts')
  const code = await runCommand({ local: true })

  const log = await git.run(['log', '--oneline', '--no-decorate', 'main..cms/main/work'], at)
  output.line(`\nThe work branch, newest first:\n${log.text}`)
  output.line(`\nLook around:\n  cd ${folder}`)
  output.line('  git log cms/main/state       the story of the loop, one commit for each step')
  output.line('  git show cms/main/state:README.md')
  output.line('  git diff main cms/main/work  what was done')
  return code
}

/** Beside the sources and beside the bundle alike: in the folder of the package. */
async function exampleFolder(): Promise<string> {
  for (let at = import.meta.dirname; dirname(at) !== at; at = dirname(at)) {
    const found = join(at, EXAMPLE)
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
