/**
 * Installs the agents that `npm run test:agents` drives: `npm run agents:install`.
 *
 * Exactly what the lock file in scripts/agents says, into a folder that git ignores, with nothing run
 * on the way: of each agent only the program is needed. What is there already is kept.
 * Prints the programs.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..')
const LIST = join(import.meta.dirname, 'agents')
const FOLDER = join(ROOT, '.cache/agents')

/** A folder for PATH: the programs under the names that adapters call. */
export const AGENTS_BIN = join(FOLDER, 'bin')

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const { dependencies } = Manifest.parse(JSON.parse(readFileSync(join(LIST, 'package.json'), 'utf8')))

interface Program {
  /** The npm package that people install. */
  readonly package: string
  /** Where its program is; npm brings the package of this machine alone. */
  readonly path: string
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  claude: { package: '@anthropic-ai/claude-code', path: '@anthropic-ai/claude-code-*/claude' },
  codex: { package: '@openai/codex', path: '@openai/codex-*/vendor/*/bin/codex' },
  gemini: { package: '@google/gemini-cli', path: '@google/gemini-cli/bundle/gemini.js' },
  // The one for old processors is there, too.
  opencode: { package: 'opencode-ai', path: 'opencode-{linux,darwin}-{x64,arm64}/bin/opencode' },
}

/** The versions that the tests are about, by the names of the agents. */
export const AGENT_VERSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PROGRAMS).map(([name, program]) => [name, dependencies[program.package] ?? '']),
)

/** What a program says of itself; empty where there is none that runs. */
const saysVersion = (name: string): string =>
  spawnSync(join(AGENTS_BIN, name), ['--version'], { encoding: 'utf8', timeout: 60_000 }).stdout ?? ''

/** @throws Error that says what to type. */
export function needAgents(...names: readonly string[]): void {
  for (const name of names) {
    const version = AGENT_VERSIONS[name] ?? '?'
    if (!saysVersion(name).split(/\s+/).includes(version))
      throw new Error(`${name} ${version} is not installed. Type: npm run agents:install`)
  }
}

function install(): void {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(AGENTS_BIN, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(LIST, file), join(FOLDER, file))
  const args = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`)
  for (const [name, { package: from, path }] of Object.entries(PROGRAMS)) {
    const [program] = globSync(join(FOLDER, 'node_modules', path))
    if (program === undefined) throw new Error(`${from} has no program for this platform`)
    chmodSync(program, 0o755)
    symlinkSync(program, join(AGENTS_BIN, name))
  }
}

if (import.meta.main) {
  const names = Object.keys(PROGRAMS)
  try {
    needAgents(...names)
  } catch {
    install()
    needAgents(...names)
  }
  for (const name of names) process.stdout.write(`${join(AGENTS_BIN, name)} ${AGENT_VERSIONS[name]}\n`)
}
