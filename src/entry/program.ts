/** The `cms` command line: names, help and options. What the commands do is in the files beside. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { explain, LoopError } from '../core/error.ts'
import { EXIT } from './exit.ts'
import { printJson } from './json.ts'
import { outliveListeners } from './listeners.ts'
import type { Globals } from './session.ts'
import { endTogether } from './signals.ts'

const count = (text: string): number => {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

const HELP = `
The usual way:
  cms init        write .cms/loop.yml and a workflow
  cms plan        see what would run; spends nothing
  cms run         run the loop here until it is done; Ctrl-C and cms run --resume at any time
  cms status      where it stands and what to type next

Exit codes: 0 reached, 1 bug, 2 bad usage or input, 3 needs a person, 4 budget used up,
5 waiting on a limit, 130 interrupted. Every error names a code: docs/errors.md explains it.`

/** Runs one command line. @returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  outliveListeners()
  endTogether()
  let code: number = EXIT.reached
  const program = build((exit) => {
    code = exit
  })
  try {
    await program.parseAsync([...argv])
    return code
  } catch (error) {
    return report(error, argv.includes('--json'))
  }
}

function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.reached
    // It has printed its own message for people.
    if (json) printError(new LoopError('bad-input', error.message.replace(/^error: /, '')))
    return EXIT.input
  }
  if (error instanceof LoopError) {
    process.stderr.write(`error: ${explain(error)}\n`)
    if (json) printError(error)
    return EXIT.input
  }
  const text = Error.isError(error) ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`This is a bug in cms-iterate, please report it:\n${text}\n`)
  return EXIT.bug
}

const printError = ({ code, message, hint }: LoopError): void => printJson({ error: { code, message, hint } })

type Finish = (code: number) => void

function build(finish: Finish): Command {
  const program = new Command('cms')
    .description('Runs coding agents in a loop that cannot rot, stall or lose work.')
    .addHelpText('after', HELP)
    .exitOverride()
    .showHelpAfterError('(add --help for what it takes)')
    .version(manifest.version, '--version')
  addFileCommands(program, finish)
  addLoopCommands(program, finish)
  addPeopleCommands(program, finish)
  addDemo(program, finish)
  return program
}

/** A command with the options that all of them share. */
function command(program: Command, name: string, text: string): Command {
  return program
    .command(name)
    .description(text)
    .exitOverride()
    .option('--loop <id>', 'which loop (default: the one of the loop file, or main)')
    .option('--file <path>', 'the loop file (default: .cms/loop.yml)')
    .option('--json', 'one JSON document on stdout, human text on stderr')
    .addOption(new Option('--local', 'the loop in this clone').conflicts('remote'))
    .option('--remote [name]', 'the loop on a remote (default: origin)')
}

function addFileCommands(program: Command, finish: Finish): void {
  command(program, 'init', 'Write .cms/loop.yml and the workflow; never overwrites.')
    .option('--yes', 'take the defaults, ask nothing')
    .option('--agent <name>', 'claude or command')
    .option('--goal <text>', 'what the whole is for')
    .option('--tests <command>', 'the command that tests the project')
    .action(async (flags) => finish(await (await import('./file-commands.ts')).initCommand(flags)))
  command(program, 'validate', 'Check the loop file; every mistake at once, with line and column.').action(
    async (flags: Globals) => finish(await (await import('./file-commands.ts')).validateCommand(flags)),
  )
  command(program, 'plan', 'What would run, in which order, with estimates; spends nothing.').action(
    async (flags: Globals) => finish(await (await import('./file-commands.ts')).planCommand(flags)),
  )
}

function addLoopCommands(program: Command, finish: Finish): void {
  command(program, 'run', 'Run the loop in this terminal until it ends; an unfinished one is continued.')
    .option('--resume', 'insist on an unfinished loop')
    .option('--fresh', 'begin a new epoch')
    .option('--parallel <n>', 'lanes (one for now)', count)
    .option('--max-iterations <n>', 'stop after so many iterations', count)
    .option('--wait', 'sleep through limits instead of ending with exit code 5')
    .action(async (flags) => finish(await (await import('./loop-commands.ts')).runCommand(flags)))
  command(program, 'iterate', 'One iteration and no more: what the action does in a job.')
    .requiredOption('--lane <k>', 'the lane that was asked for')
    .requiredOption('--nonce <n>', 'the nonce of the request')
    .action(async (flags) => finish(await (await import('./loop-commands.ts')).iterateCommand(flags)))
  command(program, 'tick', 'Repair what died and ask for what is missing, once.').action(
    async (flags: Globals) => finish(await (await import('./loop-commands.ts')).tickCommand(flags)),
  )
}

function addPeopleCommands(program: Command, finish: Finish): void {
  const people = () => import('./people-commands.ts')
  command(program, 'status', 'State, tasks, cost against caps, why it stopped, what to type next.').action(
    async (flags: Globals) => finish(await (await people()).statusCommand(flags)),
  )
  command(program, 'log', 'Every decision, from the history of the state branch.')
    .option('--task <id>', 'only what is about this task')
    .option('--limit <n>', 'at most so many commits', count, 1_000)
    .action(async (flags) => finish(await (await people()).logCommand(flags)))
  command(program, 'stop', 'Pause the loop: attempts in flight settle, nothing new begins.').action(
    async (flags: Globals) =>
      finish(
        await (await people()).sayCommand(flags, { say: 'stop', because: 'A person stopped the loop.' }),
      ),
  )
  command(program, 'resume', 'Let a paused loop go on.').action(async (flags: Globals) =>
    finish(await (await people()).sayCommand(flags, { say: 'resume' })),
  )
  command(program, 'retry', 'Fresh attempts for a parked task.')
    .argument('<task>')
    .action(async (task: string, flags: Globals) =>
      finish(await (await people()).sayCommand(flags, { say: 'retry', task })),
    )
  command(program, 'accept', 'Take a task as done, as it is.')
    .argument('<task>')
    .action(async (task: string, flags: Globals) =>
      finish(await (await people()).sayCommand(flags, { say: 'accept', task })),
    )
}

function addDemo(program: Command, finish: Finish): void {
  program
    .command('demo')
    .description('A small real loop in a temporary repository, start to end; needs git and nothing else.')
    .exitOverride()
    .action(async () => finish(await (await import('./demo.ts')).demoCommand()))
}
