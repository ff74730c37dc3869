/** What is taken out of each package is all that its program needs. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { AGENTS_BIN, needAgents } from '../../scripts/agents.ts'
import { registry } from '../../src/adapters/agent/registry.ts'
import { platformKey } from '../../src/adapters/install/platform.ts'

const PACKAGES = join(AGENTS_BIN, '../node_modules')
const folder = mkdtempSync(join(tmpdir(), 'cms-programs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const programs = [...registry.values()].flatMap(({ name, program }) => {
  const binary = program?.binaries[platformKey()]
  return program === undefined || binary === undefined ? [] : [{ name, version: program.version, ...binary }]
})

test.each(programs)('$name says its version from a folder of its own', ({ name, version, ...binary }) => {
  needAgents(name)
  const from = join(PACKAGES, `${binary.package}${binary.suffix ?? ''}`)
  const into = join(folder, name)
  for (const path of [binary.path, ...(binary.beside ?? [])]) {
    mkdirSync(dirname(join(into, path)), { recursive: true })
    cpSync(join(from, path), join(into, path), { recursive: true })
  }
  const { stdout, stderr } = spawnSync(join(into, binary.path), ['--version'], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
  })
  expect({ stderr, words: stdout.split(/\s+/) }).toEqual({ stderr, words: expect.arrayContaining([version]) })
})
