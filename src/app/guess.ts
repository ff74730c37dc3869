/** Guesses how a project is set up and tested, from what lies at its root. */
import type { ProjectFacts } from '../ports/project.ts'

export interface Commands {
  readonly setup: readonly string[]
  readonly verify: readonly string[]
}

interface Guess extends Commands {
  readonly when: (facts: ProjectFacts) => boolean
}

const has =
  (...names: string[]) =>
  ({ files }: ProjectFacts) =>
    names.some((name) => files.includes(name))

/** npm writes a test script that only fails; it tests nothing. */
const testScript = ({ scripts }: ProjectFacts): boolean =>
  scripts['test'] !== undefined && !scripts['test'].includes('no test specified')

const node = (files: string[], install: string, test: string): Guess[] => [
  { when: (facts) => has(...files)(facts) && testScript(facts), setup: [install], verify: [test] },
  { when: has(...files), setup: [install], verify: [] },
]

const PYTEST = ['tests', 'test', 'pytest.ini', 'conftest.py']

/** The first that fits. */
const GUESSES: readonly Guess[] = [
  ...node(['pnpm-lock.yaml'], 'pnpm install --frozen-lockfile', 'pnpm test'),
  ...node(['yarn.lock'], 'yarn install --immutable', 'yarn test'),
  ...node(['bun.lock', 'bun.lockb'], 'bun install --frozen-lockfile', 'bun run test'),
  ...node(['package-lock.json', 'npm-shrinkwrap.json'], 'npm ci', 'npm test'),
  // A lockfile that `setup` writes would become part of the work.
  ...node(['package.json'], 'npm install --no-package-lock', 'npm test'),
  { when: has('Cargo.toml'), setup: ['cargo fetch'], verify: ['cargo test'] },
  { when: has('go.mod'), setup: ['go mod download'], verify: ['go test ./...'] },
  { when: has('uv.lock'), setup: ['uv sync --frozen'], verify: ['uv run pytest'] },
  { when: has('poetry.lock'), setup: ['poetry install'], verify: ['poetry run pytest'] },
  // Without a lock there is no environment of the project's own: `pip install` would change the person's.
  {
    when: (facts) => has('pyproject.toml', 'requirements.txt')(facts) && has(...PYTEST)(facts),
    setup: [],
    verify: ['python -m pytest'],
  },
]

/** Nothing where nothing is known: a wrong command is worse than none. */
export function guessCommands(facts: ProjectFacts): Commands {
  const { setup, verify } = GUESSES.find(({ when }) => when(facts)) ?? { setup: [], verify: [] }
  const isMade = verify.length === 0 && facts.targets.includes('test')
  return { setup, verify: isMade ? ['make test'] : verify }
}

/** Labels of runners that GitHub lends; with an expression nobody knows. */
const LENT = /^(ubuntu|windows|macos)-|\$\{\{/

/** One label, or a list in brackets. */
const LABELS = /^(?:[A-Za-z0-9._-]+|\[ *[A-Za-z0-9._-]+(?: *, *[A-Za-z0-9._-]+)* *\])$/

/**
 * The runner that all the other workflows use, where that is one of the owner's own: a repository
 * that has such runners often has no minutes, or no way to its network, on GitHub's.
 */
export function guessRunner({ workflows }: ProjectFacts): string | undefined {
  const used = workflows.flatMap((text) =>
    [...text.matchAll(/^[ -]*runs-on:(.*)$/gm)].map(([, value = '']) => value.replace(/ #.*$/, '').trim()),
  )
  const [only, ...others] = new Set(used)
  if (only === undefined || others.length > 0 || !LABELS.test(only)) return undefined
  const labels = only.replace(/[[\]\s]/g, '').split(',')
  return labels.some((label) => LENT.test(label)) ? undefined : only
}
