/** Our own workflows: pinned, with no more rights than they need, and nothing foreign in a script. */
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { inspectLoopFile } from '../../src/adapters/config/loop-file.ts'
import { takesDispatches } from '../../src/adapters/github/workflow.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const FILES = globSync('.github/workflows/*.yml', { cwd: ROOT }).toSorted()

const Rights = z.record(z.string(), z.string())
const Env = z.record(z.string(), z.string()).default({})
const Step = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: Env,
  with: z.record(z.string(), z.unknown()).default({}),
})
const Workflow = z.looseObject({
  on: z.unknown(),
  permissions: Rights,
  env: Env,
  concurrency: z.looseObject({ group: z.string() }).optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.union([z.int(), z.literal('${{ inputs.job-minutes }}')]),
      permissions: Rights.optional(),
      env: Env,
      steps: z.array(Step),
    }),
  ),
})
const Dispatch = z.looseObject({
  on: z.looseObject({ workflow_dispatch: z.looseObject({ inputs: z.record(z.string(), z.unknown()) }) }),
})

const textOf = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
const workflowOf = (file: string) => Workflow.parse(parse(textOf(file)))
const jobsOf = (file: string) => Object.entries(workflowOf(file).jobs)
const stepsOf = (file: string) => jobsOf(file).flatMap(([, { steps }]) => steps)

test('there are some', () => {
  expect(FILES.map((file) => file.slice('.github/workflows/'.length))).toEqual([
    'ci.yml',
    'dogfood.yml',
    'loop.yml',
    'release.yml',
  ])
})

describe.each(FILES)('%s', (file) => {
  test('pins every action to a commit, with its version beside it', () => {
    const used = [...textOf(file).matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action)
    expect(used.length).toBeGreaterThan(0)
    // `$/` is a folder of this very repository, at the commit of the workflow.
    const own = String.raw`\.\/|\$\/\.github\/actions\/[a-z]+`
    const pinned = String.raw`\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+`
    const loose = used.filter((action) => !new RegExp(`^(${own}|${pinned})$`).test(action))
    expect(loose).toEqual([])
  })

  test('gives no credentials to the checkout, and no rights that it does not use', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with['persist-credentials'])).toEqual(checkouts.map(() => false))
    expect(workflowOf(file).permissions).toEqual(
      file.endsWith('dogfood.yml') ? { contents: 'write', actions: 'write' } : {},
    )
  })

  test('gives neither a right to write nor a token to a job that runs our scripts and packages', () => {
    const { permissions, env } = workflowOf(file)
    const risky = jobsOf(file).filter(([, job]) => {
      const runs = job.steps.some(({ run = '' }) => /\b(npm|npx|node|\.ci\/run)\b/.test(run))
      const mayWrite = Object.values(job.permissions ?? permissions).includes('write')
      const values = [env, job.env, ...job.steps.map((step) => step.env)].flatMap((one) => Object.values(one))
      return runs && (mayWrite || values.some((value) => /github\.token|secrets\./.test(value)))
    })
    expect(risky.map(([name]) => name)).toEqual([])
  })

  test('has a concurrency group of its own, unless it is called: then its caller has', () => {
    const { on, concurrency } = workflowOf(file)
    const isCalled = JSON.stringify(on).includes('workflow_call')
    expect(concurrency === undefined).toBe(isCalled)
  })

  test('has nothing of an event in a script', () => {
    expect(stepsOf(file).filter(({ run }) => run?.includes('${{'))).toEqual([])
  })
})

describe('a release', () => {
  const FILE = '.github/workflows/release.yml'
  const firstWord = (line: string) => line.trim().split(' ')[0]

  test('is published by the one job that may write, which fetches and runs nothing of the repository', () => {
    const rights = jobsOf(FILE).map(([name, { permissions }]) => [name, permissions])
    expect(rights).toEqual([
      ['check', { contents: 'read' }],
      ['publish', { contents: 'write' }],
    ])
    const { publish } = workflowOf(FILE).jobs
    expect(publish).toMatchObject({ needs: 'check' })
    expect(publish?.steps.map(({ uses }) => uses)).toEqual(publish?.steps.map(() => undefined))
    const programs = publish?.steps.flatMap(({ run = '' }) => run.split(/\n|\|\|/).map(firstWord))
    expect(new Set(programs)).toEqual(new Set(['gh', '']))
  })

  test.each([
    ['of main', 'main', 0],
    ['of another branch', 'other', 1],
  ])('of a commit %s', async (_, branch, code) => {
    await using place = await mkdtempDisposable(join(tmpdir(), 'release-'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: place.path,
        encoding: 'utf8',
      }).trim()
    git('init', '--quiet', '--initial-branch=main')
    git('commit', '--quiet', '--allow-empty', '--message=one')
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    if (branch !== 'main') git('commit', '--quiet', '--allow-empty', '--message=two')
    git('tag', '--annotate', '--message=x', 'v1.2.3')
    const script = stepsOf(FILE).find(({ id }) => id === 'commit')?.run ?? ''
    const output = `${place.path}/output`
    const env = { ...process.env, TAG: 'v1.2.3', GITHUB_OUTPUT: output }
    const ran = spawnSync('bash', ['-e', '-c', script], { cwd: place.path, env, encoding: 'utf8' })
    expect(ran.status).toBe(code)
    if (code === 0) expect(readFileSync(output, 'utf8')).toBe(`commit=${git('rev-parse', 'HEAD')}\n`)
    else expect(ran.stdout).toMatch(/^::error::This tag is not on main/)
  })
})

test('the loop of our own takes the dispatches that it makes, as the one that `cms init` writes', () => {
  const text = textOf('.github/workflows/dogfood.yml')
  const inputsOf = (yaml: string) => Object.keys(Dispatch.parse(parse(yaml)).on.workflow_dispatch.inputs)
  expect(takesDispatches(text)).toBe(true)
  expect(inputsOf(text)).toEqual(inputsOf(workflowText('command')))
})

test('its loop file is valid and warns of nothing but the unverified', async () => {
  const inspected = await inspectLoopFile('.github/dogfood.yml', {
    directory: ROOT,
    agents: ['command'],
    jobMinutes: 15,
  })
  expect(inspected).toMatchObject({ is: 'valid', config: { loop: 'dogfood' } })
})
