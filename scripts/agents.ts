/**
 * Installs the agents that `npm run test:agents` drives: `npm run agents:install`.
 *
 * Exactly what the lock file in scripts/agents says, into a folder that git ignores, with nothing run
 * on the way: of each agent only the native program is needed. What is there already is kept.
 * Prints the programs.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..')
const LIST = join(import.meta.dirname, 'agents')
const FOLDER = join(ROOT, '.cache/agents')

/** A folder for PATH: the programs under the names that adapters call. */
export const AGENTS_BIN = join(FOLDER, 'bin')

const CLAUDE = '@anthropic-ai/claude-code'
const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const { dependencies } = Manifest.parse(JSON.parse(readFileSync(join(LIST, 'package.json'), 'utf8')))

/** The version of Claude Code that the tests are about. */
export const CLAUDE_VERSION = dependencies[CLAUDE] ?? ''

/** What the program says of itself; empty where there is none that runs. */
const saysVersion = (program: string): string =>
  spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 60_000 }).stdout ?? ''

/** @throws Error that says what to type. */
export function needAgents(): void {
  if (!saysVersion(join(AGENTS_BIN, 'claude')).startsWith(`${CLAUDE_VERSION} `))
    throw new Error(`Claude Code ${CLAUDE_VERSION} is not installed. Type: npm run agents:install`)
}

function install(): void {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(AGENTS_BIN, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(LIST, file), join(FOLDER, file))
  const args = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`)
  // One package for each platform; npm brings that of this machine.
  const [program] = globSync(join(FOLDER, `node_modules/${CLAUDE}-*/claude`))
  if (program === undefined) throw new Error(`${CLAUDE} has no program for this platform`)
  symlinkSync(program, join(AGENTS_BIN, 'claude'))
}

if (import.meta.main) {
  try {
    needAgents()
  } catch {
    install()
    needAgents()
  }
  process.stdout.write(`${join(AGENTS_BIN, 'claude')} ${CLAUDE_VERSION}\n`)
}
