/** The `cms` command line: names, help and options. What the commands do is in the files beside. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { diskTrouble } from '../core/errno.ts'
import { explain, LoopError } from '../core/error.ts'
import type { Redact } from '../core/secrets/redact.ts'
import { EXIT } from './exit.ts'
import { afterHelp, type CommandName, LESSONS, type Lesson, OVERVIEW } from './help.ts'
import { outliveListeners } from './listeners.ts'
import type { Globals } from './session.ts'
import { endTogether } from './signals.ts'
import { variables } from './surroundings.ts'

const count = (text: string): number => {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

/** Runs one command line. @returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  outliveListeners()
  endTogether()
  let code: number = EXIT.reached
  const program = build((exit) => {
    code = exit
  })
  try {
    // Who types nothing more wants to know what there is.
    await program.parseAsync(argv.length > 2 ? [...argv] : [...argv, '--help'])
    return code
  } catch (error) {
    return await report(diskTrouble(error), argv.includes('--json'))
  }
}

async function report(thrown: unknown, json: boolean): Promise<number> {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.reached
  // `cms help rum`: the help itself was the answer.
  if (thrown instanceof CommanderError && thrown.code === 'commander.help') return EXIT.input
  const error = thrown instanceof CommanderError ? badUsage(thrown) : thrown
  const { secretsOf } = await import('./secrets.ts')
  const { redact } = secretsOf(variables())
  if (error instanceof LoopError) {
    process.stderr.write(`error: ${redact(explain(error))}\n`)
    if (json) await printError(error, redact)
    return EXIT.input
  }
  const text = Error.isError(error) ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`This is a bug in cms-iterate, please report it:\n${redact(text)}\n`)
  return EXIT.bug
}

/** `error: unknown option '--paralel'`, and on a line of its own what is near: `(Did you mean --parallel?)` */
function badUsage({ message }: CommanderError): LoopError {
  const [what = '', near] = message.replace(/^error: /, '').split('\n')
  const hint = 'Run the command with --help to see what it takes.'
  return new LoopError('bad-input', what, {
    hint: near === undefined ? hint : `${near.slice(1, -1)} ${hint}`,
  })
}

async function printError({ code, message, hint }: LoopError, redact: Redact): Promise<void> {
  const { printJson } = await import('./json.ts')
  printJson({ error: { code, message, hint } }, redact)
}

type Finish = (code: number) => void

function build(finish: Finish): Command {
  const program = new Command('cms')
    .description('Runs coding agents in a loop that cannot rot, stall or lose work.')
    .addHelpText('after', OVERVIEW)
    .exitOverride()
    // Errors of usage are told like all others, by `report`.
    .configureOutput({ outputError: () => {} })
    .version(manifest.version, '--version')
  addFileCommands(program, finish)
  addExchange(program, finish)
  addLoopCommands(program, finish)
  addPeopleCommands(program, finish)
  addLessons(program, finish)
  addMcp(program, finish)
  addDemo(program, finish)
  return program
}

/** A command that says what it does, how it is typed and what it answers. */
function taught(program: Command, name: CommandName): Command {
  const lesson: Lesson = LESSONS[name]
  return program
    .command(name)
    .summary(lesson.summary)
    .description([lesson.summary, ...(lesson.more === undefined ? [] : [lesson.more])].join('\n'))
    .addHelpText('after', afterHelp(lesson))
}

/** A command with the options that all of them share. */
function command(program: Command, name: CommandName): Command {
  return (
    taught(program, name)
      .option('--loop <id>', 'which loop (default: the one of the loop file, or main)')
      // Every command takes them all; the help of a command shows those that mean something to it.
      .addOption(
        new Option('--file <path>', 'the loop file (default: .cms/loop.yml)').hideHelp(name === 'init'),
      )
      .option('--json', 'one JSON document on stdout, human text on stderr')
      // A loop in a clone is not started: the option is there to say so to who tries it.
      .addOption(
        new Option('--local', 'the loop in this clone')
          .conflicts('remote')
          .hideHelp(['init', 'validate', 'start', 'doctor', 'import'].includes(name)),
      )
      .addOption(
        new Option('--remote [name]', 'the loop on a remote (default: origin)').hideHelp(
          ['init', 'validate', 'import'].includes(name),
        ),
      )
  )
}

function addFileCommands(program: Command, finish: Finish): void {
  command(program, 'init')
    .option('--yes', 'take the defaults, ask nothing')
    .option('--agent <name>', 'claude, codex, gemini, opencode or command')
    .option('--goal <text>', 'what the whole is for')
    .option('--tests <command>', 'the command that tests the project')
    .option('--form <name>', 'of the workflow: one-job, or walled (the agent apart from the token)')
    .action(async (flags) => finish(await (await import('./file-commands.ts')).initCommand(flags)))
  command(program, 'validate').action(async (flags: Globals) =>
    finish(await (await import('./file-commands.ts')).validateCommand(flags)),
  )
  command(program, 'plan').action(async (flags: Globals) =>
    finish(await (await import('./file-commands.ts')).planCommand(flags)),
  )
  command(program, 'doctor')
    .option('--workflow <file>', 'the workflow to look at, where several carry loops')
    .action(async (flags) => finish(await (await import('./doctor-command.ts')).doctorCommand(flags)))
}

function addExchange(program: Command, finish: Finish): void {
  command(program, 'import')
    .argument('[path]', 'a file, or a folder of another tool (default: this folder)')
    .option('--from <format>', 'agent-teams, prd, task-master, spec-kit, checklist or github-issues')
    .option('--dry-run', 'print the tasks as YAML, and write nothing')
    .addOption(new Option('--print', 'the same').hideHelp())
    .option('--all', 'what is done there, too')
    .option('--in-order', 'each task waits for the one before it')
    .option('--prefix <text>', 'put before every id')
    .option('--skip-existing', 'keep tasks of the loop file that say something else under the same id')
    .option('--goal <text>', 'of a new loop file: what the whole is for')
    .option('--agent <name>', 'claude, codex, gemini, opencode or command')
    .option('--tag <name>', 'task-master: which list')
    .option('--team <name>', 'agent-teams: which team')
    .option('--label <name>', 'github-issues: only those with this label')
    .option('--repo <owner/name>', 'github-issues: of which repository (default: the remote)')
    .action(async (path: string | undefined, flags) =>
      finish(await (await import('./exchange-commands.ts')).importCommand(path, flags)),
    )
  command(program, 'export')
    .requiredOption('--to <format>', 'agent-teams')
    .option('--out <folder>', 'where to write', 'agent-teams')
    .option('--team <name>', 'how it is called there (default: cms-<loop>)')
    .option('--force', 'replace a team that something else has written')
    .action(async (flags) => finish(await (await import('./exchange-commands.ts')).exportCommand(flags)))
}

function addLoopCommands(program: Command, finish: Finish): void {
  command(program, 'run')
    .option('--resume', 'insist on an unfinished loop')
    .addOption(new Option('--fresh', 'begin a new epoch').conflicts('resume'))
    .option('--parallel <n>', 'lanes: tasks worked on at once (default: as the loop file says)', count)
    .option('--max-iterations <n>', 'stop after so many iterations', count)
    .option('--wait', 'sleep through limits instead of ending with exit code 5')
    .action(async (flags) => finish(await (await import('./loop-commands.ts')).runCommand(flags)))
  command(program, 'iterate')
    .requiredOption('--lane <k>', 'the lane that was asked for')
    .requiredOption('--nonce <n>', 'the nonce of the request')
    .action(async (flags) => finish(await (await import('./loop-commands.ts')).iterateCommand(flags)))
  command(program, 'tick').action(async (flags: Globals) =>
    finish(await (await import('./loop-commands.ts')).tickCommand(flags)),
  )
}

function addPeopleCommands(program: Command, finish: Finish): void {
  const people = () => import('./people-commands.ts')
  command(program, 'status').action(async (flags: Globals) =>
    finish(await (await people()).statusCommand(flags)),
  )
  command(program, 'log')
    .option('--task <id>', 'only what is about this task')
    .option('--limit <n>', 'at most so many commits', count, 1_000)
    .action(async (flags) => finish(await (await people()).logCommand(flags)))
  command(program, 'start')
    .option('--workflow <file>', 'the workflow, where several carry loops')
    .action(async (flags) => finish(await (await import('./start-command.ts')).startCommand(flags)))
  command(program, 'stop').action(async (flags: Globals) =>
    finish(await (await people()).sayCommand(flags, { say: 'stop', because: 'A person stopped the loop.' })),
  )
  command(program, 'resume').action(async (flags: Globals) =>
    finish(await (await people()).sayCommand(flags, { say: 'resume' })),
  )
  command(program, 'retry')
    .argument('<task>')
    .action(async (task: string, flags: Globals) =>
      finish(await (await people()).sayCommand(flags, { say: 'retry', task })),
    )
  command(program, 'accept')
    .argument('<task>')
    .action(async (task: string, flags: Globals) =>
      finish(await (await people()).sayCommand(flags, { say: 'accept', task })),
    )
  command(program, 'message')
    .argument('[words...]', 'a task (or all of them: all), then what to say to it')
    .option('--reply <id>', 'answer this message')
    .option('--ack <ids>', 'take these as read, apart by commas, or all')
    .option('--list', 'show the mailbox; so does no argument at all')
    .action(async (words: string[], flags) =>
      finish(await (await import('./message-command.ts')).messageCommand(words, flags)),
    )
}

/** For agents, which know neither loop nor file: only what was laid out for them. */
function addMcp(program: Command, finish: Finish): void {
  taught(program, 'mcp')
    .option('--context <file>', 'what the agent is told (default: CMS_CONTEXT)')
    .option('--inbox <folder>', 'its messages (default: CMS_INBOX)')
    .option('--outbox <folder>', 'the only place that is written to (default: CMS_OUTBOX)')
    .action(async (flags) => finish(await (await import('./mcp-command.ts')).mcpCommand(flags)))
}

function addLessons(program: Command, finish: Finish): void {
  const several = (value: string, before: readonly string[] = []) => [...before, value]
  command(program, 'lessons')
    .argument('[text...]', 'what --add and --edit say')
    .option('--add', 'a lesson of yours, given wherever it fits')
    .option('--path <pattern>', 'where it holds; with --add, as often as you like', several)
    .option('--edit <id>', 'new words for a lesson; its record begins anew')
    .option('--pin <id>', 'give it wherever it fits, whatever its record')
    .option('--unpin <id>', 'let it earn its place again')
    .option('--drop <id>', 'forget it')
    .action(async (text: string[], flags) =>
      finish(await (await import('./lessons-command.ts')).lessonsCommand(flags, text.join(' '))),
    )
}

function addDemo(program: Command, finish: Finish): void {
  taught(program, 'demo')
    .option('--learn', 'a loop that fails, learns, and does better for it; and agents that talk')
    .action(async (flags) => finish(await (await import('./demo.ts')).demoCommand(flags)))
}
