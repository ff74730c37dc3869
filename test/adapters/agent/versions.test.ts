/** One version of each agent: recorded, driven by `npm run test:agents`, and installed by the action. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { AGENT_VERSIONS } from '../../../scripts/agents.ts'
import { registry } from '../../../src/adapters/agent/registry.ts'

const ROOT = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string(), integrity: z.string().optional() })),
})

const programs = [...registry.values()].flatMap(({ name, program }) =>
  program === undefined ? [] : [{ name, ...program }],
)

test('every agent that has a program is driven, in the version that is installed', () => {
  const { dependencies } = Manifest.parse(JSON.parse(read('scripts/agents/package.json')))
  expect(dependencies).toEqual(
    Object.fromEntries(programs.map(({ package: from, version }) => [from, version])),
  )
  expect(AGENT_VERSIONS).toEqual(Object.fromEntries(programs.map(({ name, version }) => [name, version])))
})

test.each(programs)('what the adapter of $name asks to install is what is driven, to the byte', (program) => {
  const { packages } = Lock.parse(JSON.parse(read('scripts/agents/package-lock.json')))
  for (const { package: name, suffix = '', integrity } of Object.values(program.binaries)) {
    const known = Object.entries(packages).filter(([path]) => path.startsWith(`node_modules/${name}`))
    const wanted = known.find(([, { version }]) => version === `${program.version}${suffix}`)
    expect([name, integrity]).toEqual([name, wanted?.[1].integrity])
  }
})

// Of the others, the recordings do not say it.
test.each([['claude', 'test/fixtures/claude/edit-2.jsonl', '"claude_code_version":"$"']])(
  'the recordings of %s are of the version that is driven',
  (name, path, words) => {
    expect(read(path)).toContain(words.replace('$', AGENT_VERSIONS[name] ?? '?'))
  },
)
