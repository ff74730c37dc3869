/** `cms demo`: the main job on real input, in a repository of its own that is left behind. */
import { terminalOutput } from '../adapters/terminal/output.ts'
import { exampleRepository } from './demo-example.ts'
import { secretsOf } from './secrets.ts'
import { harnessGit, variables } from './surroundings.ts'

export async function demoCommand(flags: { readonly learn?: true }): Promise<number> {
  if (flags.learn === true) return (await import('./demo-learn.ts')).learnDemo()
  const output = terminalOutput(process.stdout, secretsOf(variables()).redact)
  const git = harnessGit(variables())
  const folder = await exampleRepository(git, 'textkit', 'A small library, partly red')
  const at = { cwd: folder }
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
