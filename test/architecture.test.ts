/** The dependency rules of ARCHITECTURE.md, executable. */
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'

/** Layer → what it may import. Anything not listed is forbidden. */
const MAY_IMPORT: Record<string, readonly (string | RegExp)[]> = {
  core: ['core', 'zod', 'node:crypto'],
  ports: ['ports', 'core'],
  app: ['app', 'ports', 'core'],
  adapters: [
    'adapters',
    'ports',
    'core',
    'zod',
    'execa',
    'yaml',
    /^@clack\//,
    /^@secretlint\//,
    /^@modelcontextprotocol\//,
    /^node:/,
    /^@actions\//,
    /^@octokit\//,
    'bottleneck',
  ],
  entry: [
    'entry',
    'app',
    'adapters',
    'ports',
    'core',
    'commander',
    '@actions/core',
    '../package.json',
    /^node:/,
  ],
}

/** Adapters know the ports; of each other only what is listed here. */
const MAY_KNOW: Record<string, readonly string[]> = {
  agent: ['process'],
  git: ['process'],
  github: ['process'],
  install: ['process'],
  mcp: ['system'],
  process: ['agent'],
  store: ['git', 'github'],
  system: ['process'],
}

// biome-ignore format: one row, one word
const MAY_SAY: readonly [word: RegExp, files: RegExp][] = [
  [/Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|node:timers|performance\.(now|timeOrigin)/, /^adapters\/(system\/clock|terminal\/ticker|process\/\w+)\.ts$/],
  [/process\.env/,            /^entry\//],
  [/['"]execa['"]/,           /^adapters\/process\//],
  [/node:child_process/,      /^adapters\/(process|git)\//],
  // A hash is a function like any other; nothing else of it may be used in the core.
  [/node:crypto/,             /^(adapters\/|core\/checkpoint-text\.ts$)/],
  [/console\./,               /^adapters\/terminal\//],
  [/@actions\//,              /^(adapters\/github\/|entry\/action)/],
  [/['"](@octokit\/|bottleneck)/, /^adapters\/github\/octokit\.ts$/],
  [/['"]yaml['"]/,            /^adapters\/config\//],
  [/['"]commander['"]/,       /^entry\/program\.ts$/],
  [/@clack\//,                /^adapters\/terminal\//],
  [/@secretlint\//,           /^adapters\/secrets\//],
  [/@modelcontextprotocol\//, /^adapters\/mcp\//],
]

const SRC = join(import.meta.dirname, '../src')
const FILES = globSync('**/*.ts', { cwd: SRC }).toSorted()

/** Comments at the start of a line become spaces: every place stays where it was. */
const withoutComments = (code: string): string =>
  code.replace(/^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*)/gm, (comment) => comment.replace(/[^\n]/g, ' '))

const SOURCES = new Map(FILES.map((file) => [file, withoutComments(readFileSync(join(SRC, file), 'utf8'))]))
const source = (file: string): string => SOURCES.get(file) ?? ''

const IMPORT = /^(?:import|export)\b[^'"=()]*\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

/** Static, dynamic and type imports, all of them. */
const importsOf = (file: string): string[] =>
  [...source(file).matchAll(IMPORT)].map(([, named, bare, dynamic]) => named ?? bare ?? dynamic ?? '')

/** Own files by their path under src, packages by their name. */
const targetsOf = (file: string): string[] =>
  importsOf(file).map((specifier) =>
    specifier.startsWith('.') ? relative(SRC, join(SRC, dirname(file), specifier)) : specifier,
  )

const layerOf = (target: string): string => (target.endsWith('.ts') ? (target.split('/')[0] ?? '') : target)

/** Words that are types only: there in the source, gone when Node erases the types. */
function erased(file: string, word: RegExp): string[] {
  const code = source(file)
  const left = stripTypeScriptTypes(code)
  expect(left).toHaveLength(code.length)
  return [...code.matchAll(word)]
    .filter(({ 0: text, index }) => left.slice(index, index + text.length) !== text)
    .map(({ 0: text, index }) => `${file}:${code.slice(0, index).split('\n').length}: ${text}`)
}

test('there is something to look at', () => {
  expect(FILES.length).toBeGreaterThan(100)
  expect(new Set(FILES.map(layerOf))).toEqual(new Set(Object.keys(MAY_IMPORT)))
  // Two of the forms an import can have.
  expect(importsOf('app/commit.ts')).toContain('../core/checkpoint.ts')
  expect(FILES.flatMap(importsOf).filter((one) => one === '@clack/prompts')).not.toEqual([])
})

test.each(FILES)('%s imports only what its layer may', (file) => {
  const allowed = MAY_IMPORT[layerOf(file)] ?? []
  const forbidden = targetsOf(file).filter(
    (target) =>
      !allowed.some((rule) => (typeof rule === 'string' ? rule === layerOf(target) : rule.test(target))),
  )
  expect(forbidden).toEqual([])
})

test('adapters do not know each other, but for those listed', () => {
  const folder = (path: string) => path.split('/')[1] ?? ''
  const adapters = FILES.filter((file) => layerOf(file) === 'adapters')
  const forbidden = adapters.flatMap((file) =>
    targetsOf(file)
      .filter((target) => layerOf(target) === 'adapters' && folder(target) !== folder(file))
      .filter((target) => !(MAY_KNOW[folder(file)] ?? []).includes(folder(target)))
      .map((target) => `${file} → ${target}`),
  )
  expect(forbidden).toEqual([])
})

test.each(MAY_SAY)('%s is said only in %s', (word, allowed) => {
  const sayers = FILES.filter((file) => word.test(source(file)))
  expect(sayers.filter((file) => !allowed.test(file))).toEqual([])
})

test('nothing imports itself by a detour', () => {
  const cycles: string[] = []
  const finished = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || finished.has(file)) return
    for (const target of targetsOf(file).filter((one) => SOURCES.has(one))) walk(target, [...path, file])
    finished.add(file)
  }
  for (const file of FILES) walk(file, [])
  expect(cycles).toEqual([])
})

describe('every file', () => {
  test('has at most 250 lines', () => {
    const lines = (file: string) => readFileSync(join(SRC, file), 'utf8').trimEnd().split('\n').length
    expect(FILES.filter((file) => lines(file) > 250)).toEqual([])
  })

  test('exports what is its own: no barrels', () => {
    expect(FILES.filter((file) => /^export\b[^'"=(]*\bfrom '/m.test(source(file)))).toEqual([])
    expect(FILES.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([])
  })

  test('has names for what it exports: no default', () => {
    expect(FILES.filter((file) => /^export default\b/m.test(source(file)))).toEqual([])
  })

  test('parses instead of asserting: no `any`, no `as` but `as const`', () => {
    expect(
      FILES.flatMap((file) => erased(file, /\bany\b|\bas (?!const\b)\w+|\bas [{([]|\w!\.|<any>/g)),
    ).toEqual([])
  })
})

test('ports have no behaviour', () => {
  const ports = FILES.filter((file) => layerOf(file) === 'ports')
  const behaving = ports.filter(
    (file) =>
      stripTypeScriptTypes(source(file))
        .trim()
        .replace(/^export \{\}$/, '') !== '',
  )
  expect(behaving).toEqual([])
})
