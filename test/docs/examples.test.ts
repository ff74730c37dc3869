/** The workflows of `examples/workflows`: what a stranger copies is right as it stands. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { agentNames } from '../../src/adapters/agent/registry.ts'
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import { takesDispatches } from '../../src/adapters/github/workflow.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'

const FOLDER = join(import.meta.dirname, '../../examples/workflows')
const FILES = globSync('*.yml', { cwd: FOLDER }).toSorted()
const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8')

const Rights = z.record(z.string(), z.string())
const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
})
const Job = z.looseObject({
  permissions: Rights.optional(),
  'timeout-minutes': z.int().optional(),
  uses: z.string().optional(),
  steps: z.array(Step).default([]),
})
const Workflow = z.looseObject({ permissions: Rights, jobs: z.record(z.string(), Job) })
const workflowOf = (file: string) => Workflow.parse(parse(textOf(file)))
const jobsOf = (file: string) => Object.values(workflowOf(file).jobs)
const stepsOf = (file: string) => jobsOf(file).flatMap(({ steps }) => steps)

test('there is one for each way', () => {
  expect(FILES).toEqual(
    ['app-token', 'cms-issue', 'comment', 'issue', 'nightly', 'one-job', 'self-hosted', 'step', 'walled'].map(
      (name) => `${name}.yml`,
    ),
  )
})

test.each([
  ['one-job.yml', 'one-job'],
  ['walled.yml', 'walled'],
] as const)('%s is what `cms init` writes', (file, form) => {
  expect(textOf(file)).toBe(workflowText('claude', { form }))
})

describe.each(FILES)('%s', (file) => {
  test('says first what it is for, what to set up, and how to start it', () => {
    const [first, second, third] = textOf(file).split('\n')
    expect([first, second, third]).toEqual([
      expect.stringMatching(/^# For: .{20}/),
      expect.stringMatching(/^# First: .{20}/),
      expect.stringMatching(/^# Start: .{20}/),
    ])
  })

  test('explains every right that it asks for, in a line', () => {
    const { permissions, jobs } = workflowOf(file)
    const asked = [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})].flatMap(
      (rights) => Object.entries(rights),
    )
    const minted = stepsOf(file).flatMap((step) =>
      Object.entries(step.with).filter(([name]) => name.startsWith('permission-')),
    )
    const lines = textOf(file).split('\n')
    const unexplained = [...asked, ...minted].filter(
      ([name, level]) => !lines.some((line) => new RegExp(`^ *# ${name}: ${level} +\\S.{5}`).test(line)),
    )
    expect([asked.length > 0, unexplained]).toEqual([true, []])
  })

  test('leaves no token in the checkout, has a limit for each job, and nothing of an event in a script', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with['persist-credentials'])).toEqual(checkouts.map(() => false))
    const endless = jobsOf(file).filter(
      (job) => job.uses === undefined && job['timeout-minutes'] === undefined,
    )
    expect(endless).toEqual([])
    expect(stepsOf(file).filter(({ run }) => run?.includes('${{'))).toEqual([])
  })

  test('says to the action how long its job is, where that is not the usual', () => {
    for (const job of jobsOf(file))
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('OWNER/cms-iterate@'))) {
        const said = Number(step.with['job-minutes'] ?? 120)
        expect(said).toBeLessThanOrEqual(job['timeout-minutes'] ?? 0)
      }
  })

  test('takes the dispatches of a loop, or has no loop that makes them', () => {
    const carries = !['step.yml', 'issue.yml', 'comment.yml'].includes(file)
    expect(takesDispatches(textOf(file))).toBe(carries)
  })

  test('shows a loop file that is valid, if any', () => {
    const [, name, lines = ''] = /^# (\S+):\n((?:# {3}.*\n)+)/m.exec(textOf(file)) ?? []
    expect(name).toBe(file === 'nightly.yml' ? '.cms/nightly.yml' : undefined)
    if (name === undefined) return
    const text = lines.replace(/^# {3}/gm, '')
    expect(checkBytes(new TextEncoder().encode(text), { agents: agentNames })).toMatchObject({
      is: 'valid',
      config: { loop: 'nightly', warnings: [], settings: { restart: 'when_done' } },
    })
  })
})

test('the jobs that read an issue or its label may write nothing but a request for a run', () => {
  const { permissions, jobs } = workflowOf('issue.yml')
  expect([permissions, jobs['start']?.permissions, jobs['watch']?.permissions]).toEqual([
    {},
    { actions: 'write' },
    { actions: 'write', contents: 'read' },
  ])
  expect(stepsOf('issue.yml').filter(({ uses }) => uses !== undefined)).toEqual([])
})
