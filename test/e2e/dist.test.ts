/** `dist/` is what the sources make: other tests run it, and users do. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

const ROOT = new URL('../../', import.meta.url).pathname
const fresh = mkdtempSync(join(tmpdir(), 'cms-dist-'))
afterAll(() => rmSync(fresh, { recursive: true }))

const filesIn = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

test('a fresh build is byte for byte what is committed; `npm run build` makes it so', () => {
  const rolldown = join(ROOT, 'node_modules', '.bin', 'rolldown')
  execFileSync(rolldown, ['-c', '-d', fresh], { cwd: ROOT, stdio: 'pipe' })
  const built = filesIn(fresh)
  const committed = filesIn(join(ROOT, 'dist'))
  expect(Object.keys(committed)).toEqual(Object.keys(built))
  expect(Object.keys(built).filter((name) => built[name] !== committed[name])).toEqual([])
})

test('it stays small, readable, and free of what a run does not need', () => {
  const files = filesIn(join(ROOT, 'dist'))
  const size = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  expect(size).toBeLessThan(3_000_000)
  const imports = (name: string, seen = new Set<string>()): Set<string> => {
    seen.add(name)
    for (const [, next = ''] of (files[name] ?? '').matchAll(/^(?:import|export)\b[^;]*?"\.\/([^"]+)"/gm))
      if (!seen.has(next)) imports(next, seen)
    return seen
  }
  const eager = [...imports('action.js')]
  expect(eager).toContain('zod.js')
  expect(
    eager.filter((name) => /octokit|undici|cache|secretlint|yaml|commander|clack|adapters|loop/.test(name)),
  ).toEqual([])
  expect([...imports('cli.js')]).toEqual(['cli.js'])
})
