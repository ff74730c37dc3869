/** The package as people install it: packed, installed into an empty folder under an empty home, and used. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const ROOT = new URL('../../', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'cms-pack-'))
const project = join(folder, 'project')
afterAll(() => rmSync(folder, { recursive: true }))

/** Nothing of the person who tests: no home, no config, no settings of npm. */
function env(): Record<string, string> {
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`
  return { PATH: path, HOME: home, TMPDIR: folder, npm_config_offline: 'true', npm_config_audit: 'false' }
}

const run = (file: string, args: readonly string[], cwd: string) =>
  spawnSync(file, args, { cwd, env: env(), encoding: 'utf8' })

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, env: env() })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true }')
  execFileSync('npm', ['install', '--silent', join(folder, tarball)], { cwd: project, env: env() })
}, 60_000)

test('nothing comes with it: no dependency, no Node', () => {
  const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(installed).toEqual(['cms-iterate'])
  const inside = readdirSync(join(project, 'node_modules', 'cms-iterate')).toSorted()
  expect(inside).toEqual(['LICENSE', 'README.md', 'action.yml', 'dist', 'examples', 'package.json', 'schema'])
})

test('it says its version, the one of package.json', () => {
  const version = /"version": "([^"]+)"/.exec(readFileSync(join(ROOT, 'package.json'), 'utf8'))?.[1]
  const ran = run('npx', ['--no', 'cms', '--', '--version'], project)
  expect([ran.status, ran.stdout.trim()]).toEqual([0, version])
})

test('the demo runs to its end', () => {
  const ran = run(join(project, 'node_modules', '.bin', 'cms'), ['demo'], project)
  expect([ran.status, ran.stderr]).toEqual([0, ''])
  expect(ran.stdout).toMatch(/All 5 tasks are done/)
}, 60_000)

test('an older Node is told what it needs, in syntax that it can read', () => {
  // The version is what `cli.js` looks at; what it must not do before is load the rest.
  const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.19.0"})'
  const cli = join(project, 'node_modules', 'cms-iterate', 'dist', 'cli.js')
  const ran = run(process.execPath, ['--import', old, cli, '--version'], project)
  expect([ran.status, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toMatch(/needs Node 24 or newer; this is Node 20\.19\.0/)
  expect(readFileSync(cli, 'utf8')).not.toMatch(/^import /m)
})
