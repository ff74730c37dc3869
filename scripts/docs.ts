/**
 * Writes what can be generated: the JSON Schemas, and the tables of inputs and outputs in
 * README.md. With --check it writes nothing and fails when something is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Checkpoint } from '../src/core/checkpoint.ts'
import { loopFileJsonSchema } from '../src/core/loop-file.ts'

const root = join(import.meta.dirname, '..')
const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

const Entry = z.object({
  description: z.string().default(''),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
})
const ActionFile = z.object({
  inputs: z.record(z.string(), Entry).default({}),
  outputs: z.record(z.string(), Entry).default({}),
})

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')

const inputRow = ([name, entry]: [string, z.infer<typeof Entry>]): string => {
  const value =
    entry.default === undefined || entry.default === '' ? '' : ` \`${cell(String(entry.default))}\` `
  return `| \`${name}\` | ${cell(entry.description)} |${value}|`
}

const inputTable = (action: z.infer<typeof ActionFile>): string =>
  [
    '| Input | What it does | Default |',
    '| --- | --- | --- |',
    ...Object.entries(action.inputs).map(inputRow),
  ].join('\n')

const outputTable = (action: z.infer<typeof ActionFile>): string =>
  [
    '| Output | What it holds |',
    '| --- | --- |',
    ...Object.entries(action.outputs).map(
      ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
    ),
  ].join('\n')

/** Replaces what stands between two markers; a README without them is a mistake. */
function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`README.md lacks the markers ${start} and ${end}`)
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`
}

/** The same action in a folder: a reusable workflow names a folder of its own repository, never its root. */
const JOB_ACTION = '.github/actions/cms/action.yml'

const jobAction = (text: string): string =>
  `# Generated from action.yml by \`npm run docs\`: the same action, as a step of .github/workflows/loop.yml.\n${text.replaceAll(
    /(main|post): dist\//g,
    '$1: ../../../dist/',
  )}`

/** Every generated file, by path. */
function generated(): Map<string, string> {
  const checkpoint = z.toJSONSchema(Checkpoint, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  const files = new Map([
    ['schema/loop.schema.json', json(loopFileJsonSchema())],
    ['schema/checkpoint.schema.json', json(checkpoint)],
  ])
  const actionText = readFileSync(join(root, 'action.yml'), 'utf8')
  const action = ActionFile.parse(parse(actionText))
  files.set(JOB_ACTION, jobAction(actionText))
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  files.set(
    'README.md',
    between(between(readme, 'inputs', inputTable(action)), 'outputs', outputTable(action)),
  )
  return files
}

const isCurrent = ([path, text]: [string, string]): boolean =>
  existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === text

const stale = [...generated()].filter((file) => !isCurrent(file))
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is out of date: run \`npm run docs\`\n`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`wrote ${path}\n`)
  }
}
