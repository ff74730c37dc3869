/** One version of Claude Code: recorded, driven by `npm run test:agents`, and installed by the action. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { CLAUDE_VERSION } from '../../../scripts/agents.ts'
import { claude } from '../../../src/adapters/agent/claude.ts'

const ROOT = join(import.meta.dirname, '../../..')
const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const Lock = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) })
const Adapter = z.object({
  program: z.object({
    package: z.string(),
    version: z.string(),
    binaries: z.record(z.string(), z.object({ package: z.string(), integrity: z.string() })),
  }),
})

test('the recordings are of the version that is driven', () => {
  const recording = readFileSync(join(ROOT, 'test/fixtures/claude/edit-2.jsonl'), 'utf8')
  expect(recording).toContain(`"claude_code_version":"${CLAUDE_VERSION}"`)
})

test('what the adapter asks to install is what is driven, to the byte', () => {
  const { program } = Adapter.parse(claude)
  const { dependencies } = Manifest.parse(json('scripts/agents/package.json'))
  const { packages } = Lock.parse(json('scripts/agents/package-lock.json'))
  expect(dependencies).toEqual({ [program.package]: program.version })
  for (const { package: name, integrity } of Object.values(program.binaries))
    expect([name, integrity]).toEqual([name, packages[`node_modules/${name}`]?.integrity])
})
