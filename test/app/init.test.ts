import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { checkBytes, readLoopFile } from '../../src/adapters/config/loop-file.ts'
import { projectAt } from '../../src/adapters/system/project.ts'
import { terminalAsk } from '../../src/adapters/terminal/ask.ts'
import { init, renderInit } from '../../src/app/init.ts'
import { loopText, scaffold } from '../../src/core/scaffold.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'init-'))
})
afterEach(() => rm(root, { recursive: true }))

async function put(path: string, text = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}
const files = ['.cms/loop.yml', '.cms/loop.schema.json', '.github/workflows/cms.yml']

test.each(['claude', 'command'])(
  'what it writes for %s is a valid loop file and a workflow',
  async (agent) => {
    await put('package-lock.json')
    await put('package.json', '{ "scripts": { "test": "jest" } }')
    const result = await init({ yes: true, agent }, { project: projectAt(root) })
    expect(result).toEqual({
      is: 'ready',
      written: files,
      existing: [],
      agent,
      form: 'one-job',
      lacksOwner: true,
    })
    const config = await readLoopFile('.cms/loop.yml', {
      directory: root,
      jobMinutes: 120,
      agents: ['claude', 'command'],
    })
    expect(config).toMatchObject({
      warnings: [],
      settings: { agent: { use: agent }, setup: ['npm ci'], verify: ['npm test'] },
      tasks: [{ id: 'describe' }, { id: 'first-step', needs: ['describe'] }],
    })
    expect(JSON.parse(await readFile(join(root, '.cms/loop.schema.json'), 'utf8'))).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      additionalProperties: false,
    })
  },
)

test('whoever is not at the root of the repository is led there first', async () => {
  const result = await init({ yes: true }, { project: projectAt(root) })
  const there = { hasCommits: true, hasRemote: true, visibility: undefined }
  expect(renderInit(result, there)).not.toMatch(/^ {2}cd /m)
  expect(renderInit(result, { ...there, elsewhere: "'/a b'" })).toMatch(/^ {2}cd '\/a b'\n[^]*cms validate/m)
})

test('the last words name what to replace, and the command that starts the loop', async () => {
  const first = renderInit(await init({ yes: true }, { project: projectAt(root) }))
  expect(first).toMatch(
    /replace OWNER in \.github\/workflows\/cms\.yml [^]*git push\n {2}cms doctor .*\n {2}cms start$/,
  )
  expect(workflowText('claude')).toMatch(/# For OWNER write .*@v0.*\n +- uses: OWNER\//)
  const again = async () => renderInit(await init({ yes: true }, { project: projectAt(root) }))
  expect(await again()).toContain('replace OWNER')
  await writeFile(join(root, '.github/workflows/cms.yml'), workflowText('claude').replace('OWNER/', 'acme/'))
  expect(await again()).not.toContain('OWNER')
})

test('it never overwrites, says what was there, and writes the rest', async () => {
  await put('.cms/loop.yml', 'mine')
  await symlink('nowhere', join(root, '.cms/loop.schema.json'))
  const result = await init({ yes: true }, { project: projectAt(root) })
  expect(result).toMatchObject({ existing: files.slice(0, 2), written: files.slice(2) })
  expect(await readFile(join(root, '.cms/loop.yml'), 'utf8')).toBe('mine')
  expect(renderInit(result)).toMatch(
    /exists {2}\.cms\/loop\.yml[^]*wrote|wrote[^]*exists {2}\.cms\/loop\.yml/,
  )
  expect(await init({ yes: true }, { project: projectAt(root) })).toMatchObject({
    existing: files,
    written: [],
  })
})

test('a file where a folder must be is a coded error', async () => {
  await put('.cms', 'a file')
  await expect(init({ yes: true }, { project: projectAt(root) })).rejects.toMatchObject({ code: 'bad-input' })
})

describe('questions', () => {
  test('are asked for what no flag says, and their answers are used', async () => {
    const asked: string[] = []
    const ask = async ({ message, initial }: { message: string; initial: string }) => {
      asked.push(message)
      return message.includes('tests') ? 'make check' : initial
    }
    await init({ goal: 'Ship: it # now' }, { project: projectAt(root), ask })
    expect(asked).toEqual([
      expect.stringContaining('agent'),
      expect.stringContaining('tests'),
      expect.stringContaining('form'),
    ])
    expect(await readLoopFile('.cms/loop.yml', { directory: root })).toMatchObject({
      goal: 'Ship: it # now',
      settings: { verify: ['make check'] },
    })
  })

  test('are not asked with yes', async () => {
    const ask = () => Promise.reject(new Error('asked'))
    expect(await init({ yes: true }, { project: projectAt(root), ask })).toMatchObject({ is: 'ready' })
  })

  test('a person who gives up leaves nothing behind', async () => {
    const result = await init({}, { project: projectAt(root), ask: async () => undefined })
    expect(result).toEqual({ is: 'cancelled' })
    expect((await projectAt(root).facts()).files).toEqual([])
  })

  test('nobody is asked where there is no terminal', async () => {
    expect(await terminalAsk({ input: { isTTY: true }, output: {} })).toBeUndefined()
  })

  test.each([
    [{ agent: 'hal' }, 'agent-unknown'],
    [{ loop: 'A/B' }, 'bad-input'],
    [{ goal: 'x'.repeat(4_097) }, 'bad-input'],
    [{ tests: 'a\0b' }, 'bad-input'],
    [{ form: 'castle' }, 'bad-input'],
  ])('%p is refused before anything is written', async (flags, code) => {
    await expect(init({ yes: true, ...flags }, { project: projectAt(root) })).rejects.toMatchObject({ code })
    expect((await projectAt(root).facts()).files).toEqual([])
  })
})

describe('a project is known by its files', () => {
  const NPM = '{ "scripts": { "test": "jest" } }'
  const NO_TEST = '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }'
  test.each<[Record<string, string>, string[], string[]]>([
    [{ 'package.json': NPM, 'package-lock.json': '' }, ['npm ci'], ['npm test']],
    [{ 'package.json': NPM, 'pnpm-lock.yaml': '' }, ['pnpm install --frozen-lockfile'], ['pnpm test']],
    [{ 'package.json': NPM, 'yarn.lock': '' }, ['yarn install --immutable'], ['yarn test']],
    [{ 'package.json': NPM }, ['npm install --no-package-lock'], ['npm test']],
    [{ 'package.json': '{}', Makefile: 'test:\n' }, ['npm install --no-package-lock'], ['make test']],
    [{ 'requirements.txt': '', 'tests/a.py': '' }, [], ['python -m pytest']],
    [{ 'requirements.txt': '' }, [], []],
    [{ 'package.json': NO_TEST, 'package-lock.json': '' }, ['npm ci'], []],
    [{ 'package.json': 'broken', 'package-lock.json': '' }, ['npm ci'], []],
    [{ 'Cargo.toml': '' }, ['cargo fetch'], ['cargo test']],
    [{ 'go.mod': '' }, ['go mod download'], ['go test ./...']],
    [{ 'pyproject.toml': '', 'uv.lock': '' }, ['uv sync --frozen'], ['uv run pytest']],
    [{ 'pyproject.toml': '' }, [], []],
    [{ 'pyproject.toml': '', 'conftest.py': '' }, [], ['python -m pytest']],
    [{ Makefile: 'all:\n\techo\ntest: all\n\techo\n' }, [], ['make test']],
    [{ Makefile: 'test := 1\n' }, [], []],
    [{}, [], []],
  ])('%p', async (contents, setup, verify) => {
    for (const [path, text] of Object.entries(contents)) await put(path, text)
    await init({ yes: true }, { project: projectAt(root) })
    expect((await readLoopFile('.cms/loop.yml', { directory: root })).settings).toMatchObject({
      setup,
      verify,
    })
  })

  test.each<[string, Record<string, string>, string | undefined]>([
    ['the branch checked out', { '.git/HEAD': 'ref: refs/heads/feature/x\n' }, 'feature/x'],
    [
      'the default branch of origin',
      {
        '.git/HEAD': 'ref: refs/heads/x\n',
        '.git/refs/remotes/origin/HEAD': 'ref: refs/remotes/origin/trunk\n',
      },
      'trunk',
    ],
    [
      'a linked worktree',
      { '.git': 'gitdir: main/w\n', 'main/w/HEAD': 'ref: refs/heads/w\n', 'main/w/commondir': '..\n' },
      'w',
    ],
    ['no repository', {}, undefined],
  ])('its branch: %s', async (_, contents, branch) => {
    for (const [path, text] of Object.entries(contents)) await put(path, text)
    expect((await projectAt(root).facts()).branch).toBe(branch)
  })
})

test('whatever goal and commands are, they come back from the file as they were', () => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 50 })
    .filter((value) => /\S/.test(value) && !value.includes('\0'))
  fc.assert(
    fc.property(text, text, text, (goal, setup, verify) => {
      const written = loopText({
        loop: 'main',
        agent: 'claude',
        goal,
        setup: [setup],
        verify: [verify],
        branch: undefined,
      })
      expect(checkBytes(new TextEncoder().encode(written))).toMatchObject({
        is: 'valid',
        config: { goal: goal.trim(), settings: { setup: [setup], verify: [verify] } },
      })
    }),
  )
})

test('the workflow asks for exactly the permissions it explains, and hands over no state', () => {
  const workflow = parse(workflowText('claude'))
  expect(workflow).toMatchObject({
    permissions: { contents: 'write', actions: 'write', 'pull-requests': 'write' },
    concurrency: { 'cancel-in-progress': false },
    jobs: {
      iterate: {
        steps: [{ with: { 'persist-credentials': false } }, { uses: 'OWNER/cms-iterate@v1' }],
      },
    },
  })
  expect(Object.keys(workflow.on.workflow_dispatch.inputs)).toEqual([
    'loop',
    'lane',
    'nonce',
    'resume',
    'stop',
    'fresh',
    'message',
  ])
  expect(workflowText('command')).not.toContain('secrets.')
  expect(
    scaffold({ loop: 'main', agent: 'claude', goal: '', setup: [], verify: [], branch: undefined }).map(
      ({ path }) => path,
    ),
  ).toEqual(files)
})

test('a guess that cannot stand on a fresh runner says so', async () => {
  await put('tests/test_a.py', '')
  await put('pyproject.toml', '')
  await init({ yes: true }, { project: projectAt(root) })
  expect(await readFile(join(root, '.cms/loop.yml'), 'utf8')).toMatch(/^setup: \[\] +# on a fresh runner:/m)
})

test('a loop of another name is the one its workflow starts', async () => {
  await init({ yes: true, loop: 'docs' }, { project: projectAt(root) })
  expect(await readLoopFile('.cms/loop.yml', { directory: root })).toMatchObject({ loop: 'docs' })
  const workflow = await readFile(join(root, '.github/workflows/cms.yml'), 'utf8')
  expect(parse(workflow).on.workflow_dispatch.inputs.loop.default).toBe('docs')
  expect(workflow.replaceAll('docs', 'main')).toBe(workflowText('claude'))
})

test('a folder that cannot be made is a coded error', async () => {
  await expect(projectAt('/dev/null').create('a/b', '')).rejects.toMatchObject({ code: 'bad-input' })
})

const STANDING = { hasCommits: true, hasRemote: true, visibility: undefined }

describe('the form of the workflow', () => {
  test('one job, unless a person says otherwise; the last words say what the other one is for', async () => {
    const result = await init({ yes: true }, { project: projectAt(root) })
    expect(await readFile(join(root, files[2] ?? ''), 'utf8')).toBe(workflowText('claude'))
    expect(renderInit(result)).toMatch(/rm \.github\/workflows\/cms\.yml && cms init --form walled$/m)
  })

  test('walled: one job that calls ours, the same events and names, and rights only for that job', async () => {
    const result = await init({ yes: true, form: 'walled' }, { project: projectAt(root) })
    const walled = parse(await readFile(join(root, files[2] ?? ''), 'utf8'))
    const { permissions, jobs, ...one } = parse(workflowText('claude'))
    expect(walled).toEqual({
      ...one,
      permissions: {},
      jobs: {
        iterate: {
          permissions,
          uses: `${jobs.iterate.steps[1].uses.replace('@', '/.github/workflows/loop.yml@')}`,
          secrets: jobs.iterate.steps[1].with,
        },
      },
    })
    expect(workflowText('command', { form: 'walled' })).not.toContain('secrets')
    expect(renderInit(result)).not.toContain('--form')
  })

  test.each(['one-job', 'walled'] as const)('%s: the watchdog of a public repository looks often', (form) => {
    const cron = (visibility: 'public' | 'private' | undefined) =>
      parse(workflowText('claude', { form, visibility })).on.schedule
    expect(cron('public')).toEqual([{ cron: '23,53 * * * *' }])
    expect(cron('private')).toEqual([{ cron: '23 */3 * * *' }])
    expect(cron(undefined)).toEqual(cron('private'))
  })

  test('what is not known is said', async () => {
    const said = async (visibility: 'public' | 'private' | undefined) => {
      const standing = { ...STANDING, visibility }
      const result = await init({ yes: true }, { project: projectAt(root), standing })
      await rm(join(root, '.github'), { recursive: true })
      return renderInit(result, standing)
    }
    expect(await said(undefined)).toContain("'23,53 * * * *'")
    expect(await said('private')).not.toMatch(/public/)
    expect(await said('public')).toMatch(/repository is public/)
  })
})

test('a repository without a commit or a remote gets the lines that make them', async () => {
  const result = await init({ yes: true }, { project: projectAt(root) })
  const text = renderInit(result, { ...STANDING, hasCommits: false, hasRemote: false })
  expect(text).toMatch(/git commit --allow-empty .*\n {2}cms run\n[^]*git remote add origin [^]*git push -u /)
  expect(renderInit(result, STANDING)).not.toMatch(/allow-empty|remote add|-u origin/)
})

// biome-ignore format: one row, one repository
test.each<[what: string, workflows: Record<string, string>, runsOn: unknown]>([
  ['no other workflow',         {}, 'ubuntu-latest'],
  ['GitHub\'s own',             { 'ci.yml': 'jobs:\n  a:\n    runs-on: ubuntu-24.04\n' }, 'ubuntu-latest'],
  ['one label everywhere',      { 'ci.yml': 'jobs:\n  a:\n    runs-on: self-hosted # ours\n', 'b.yaml': 'jobs:\n  a: \n    runs-on: self-hosted\n' }, 'self-hosted'],
  ['a list of labels',          { 'ci.yml': 'jobs:\n  a:\n    runs-on: [self-hosted, linux]\n' }, ['self-hosted', 'linux']],
  ['several',                   { 'ci.yml': 'jobs:\n  a:\n    runs-on: self-hosted\n  b:\n    runs-on: ubuntu-latest\n' }, 'ubuntu-latest'],
  ['a label of an expression',  { 'ci.yml': 'jobs:\n  a:\n    runs-on: ${{ matrix.os }}\n' }, 'ubuntu-latest'],
  ['what cannot be told',       { 'ci.yml': 'jobs:\n  a:\n    runs-on:\n      group: big\n' }, 'ubuntu-latest'],
  ['only a calling workflow',   { 'ci.yml': 'jobs:\n  a:\n    uses: ./b.yml\n' }, 'ubuntu-latest'],
])('the runner of the other workflows: %s', async (_what, workflows, runsOn) => {
  for (const [name, text] of Object.entries(workflows)) await put(`.github/workflows/${name}`, text)
  await init({ yes: true }, { project: projectAt(root) })
  const workflow = parse(await readFile(join(root, files[2] ?? ''), 'utf8'))
  expect(workflow.jobs.iterate['runs-on']).toEqual(runsOn)
  const text = typeof runsOn === 'string' ? runsOn : '[self-hosted, linux]'
  const walled = parse(workflowText('claude', { form: 'walled', runsOn: text }))
  const given = typeof runsOn === 'string' ? runsOn : JSON.stringify(runsOn)
  expect(walled.jobs.iterate.with).toEqual(given === 'ubuntu-latest' ? undefined : { 'runs-on': given })
})
