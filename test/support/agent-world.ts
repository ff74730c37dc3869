/** The real loop with a real agent, in a repository of its own, on a model that does as told. */
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AGENTS_BIN, needAgents } from '../../scripts/agents.ts'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { emptyFolder, PATH, type Ran, type Repo, repository } from './cli.ts'
import type { Act, ModelApi } from './model-api.ts'

/** One agent, and the service that it talks to. */
export interface Driven {
  readonly agent: string
  readonly serve: (acts: readonly [Act, ...Act[]]) => Promise<ModelApi>
  /** What it logs in with, of no use anywhere but here. */
  readonly key: Readonly<Record<string, string>>
  /** What it needs in order to talk to this address and no other. */
  readonly env: (url: string) => Readonly<Record<string, string>>
  /** Names of those that the loop file has to allow. */
  readonly allowed: readonly string[]
  /** Under `agent:` in the loop file, without `use` and `env`, as YAML. */
  readonly settings?: (url: string) => string
  /** Files of its HOME. */
  readonly files?: Readonly<Record<string, string>>
}

export interface AgentWorld extends AsyncDisposable {
  readonly repo: Repo
  readonly api: ModelApi
  /** HOME of the loop and its agents; empty at first. */
  readonly home: string
  /** `cms run`, to its end. */
  run(...args: readonly string[]): Promise<Ran>
  /** `cms run` that gets SIGINT once it prints this. */
  interrupted(at: string): Promise<Ran>
  checkpoint(): Checkpoint
}

export interface Furnishing {
  /** Further lines of the loop file. */
  readonly loop?: readonly string[]
  /** More under `agent:`, as YAML: `stall: 2s`. */
  readonly agent?: string
  readonly verify?: string
  /** In place of what it logs in with. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder before all others on PATH. */
  readonly bin?: string
}

/** A loop of one task, `greet`, that wants `hello` in `greeting.txt`. */
export async function agentWorld(
  driven: Driven,
  acts: readonly [Act, ...Act[]],
  { loop = [], agent = '', verify = 'grep -qx hello greeting.txt', env = driven.key, bin }: Furnishing = {},
): Promise<AgentWorld> {
  needAgents(driven.agent)
  const repo = await repository()
  const api = await driven.serve(acts)
  const settings = [driven.settings?.(api.url), agent].filter((part) => part !== undefined && part !== '')
  await repo.loop(
    `agent: { ${[`use: ${driven.agent}`, `env: [${driven.allowed.join(', ')}]`, ...settings].join(', ')} }`,
    ...loop,
    'tasks:',
    '  - id: greet',
    '    spec: Write a greeting into greeting.txt.',
    `    verify: [${JSON.stringify(verify)}]`,
  )
  const home = `${repo.path}.person`
  await mkdir(home)
  for (const [path, text] of Object.entries(driven.files ?? {})) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
  const path = [...(bin === undefined ? [] : [bin]), AGENTS_BIN, PATH].join(':')
  const surroundings = { ...driven.env(api.url), ...env, PATH: path, HOME: home }
  return {
    repo,
    api,
    home,
    run: (...args) => repo.cms(['run', ...args], { env: surroundings }),
    interrupted: (at) => repo.cms(['run'], { env: surroundings, interruptAt: at }),
    checkpoint: () => Checkpoint.parse(JSON.parse(repo.show('cms/main/state', 'checkpoint.json'))),
    [Symbol.asyncDispose]: () => api.close(),
  }
}

/** A program before the real one: writes down what that prints, and every address it connects to. */
export async function wiretap(agent: string) {
  const folder = await emptyFolder()
  const [report, calls] = [join(folder.path, 'report'), join(folder.path, 'calls')]
  const program = join(AGENTS_BIN, agent)
  const wrapper = join(folder.path, 'bin', agent)
  await folder.write(
    `bin/${agent}`,
    `#!/bin/bash\nset -o pipefail\nstrace -f --seccomp-bpf -qq -e trace=connect,sendto -o '${calls}' '${program}' "$@" | tee -a '${report}'\n`,
  )
  await chmod(wrapper, 0o755)
  const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n')
  return {
    bin: join(folder.path, 'bin'),
    report: () => linesOf(report),
    /** Internet addresses, with their ports. */
    addresses: () =>
      linesOf(calls).flatMap((line) => {
        const [, port, address] = /sin6?_port=htons\((\d+)\).*"([^"]+)"/.exec(line) ?? []
        return port === undefined ? [] : [`${address}:${port}`]
      }),
  }
}

/** Processes that were started with this HOME and still live, by their command lines. */
export const livingIn = (home: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && contentOf(`/proc/${name}/environ`).includes(`HOME=${home}\0`))
    .map((name) => contentOf(`/proc/${name}/cmdline`).replaceAll('\0', ' '))

/** Empty for what is gone or dead, and for what is another user's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
