/** Our own workflows: pinned, with no more rights than they need, and nothing foreign in a script. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { inspectLoopFile } from '../../src/adapters/config/loop-file.ts'
import { takesDispatches } from '../../src/adapters/github/workflow.ts'
import { workflowText } from '../../src/core/scaffold.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const FILES = globSync('.github/workflows/*.yml', { cwd: ROOT }).toSorted()

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
})
const Workflow = z.looseObject({
  on: z.unknown(),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(z.string(), z.looseObject({ 'timeout-minutes': z.int(), steps: z.array(Step) })),
})
const Dispatch = z.looseObject({
  on: z.looseObject({ workflow_dispatch: z.looseObject({ inputs: z.record(z.string(), z.unknown()) }) }),
})

const textOf = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
const stepsOf = (file: string) =>
  Object.values(Workflow.parse(parse(textOf(file))).jobs).flatMap(({ steps }) => steps)

test('there are some', () => {
  expect(FILES.map((file) => file.slice('.github/workflows/'.length))).toEqual([
    'ci.yml',
    'dogfood.yml',
    'release.yml',
  ])
})

describe.each(FILES)('%s', (file) => {
  test('pins every action to a commit, with its version beside it', () => {
    const used = [...textOf(file).matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action)
    expect(used.length).toBeGreaterThan(0)
    const loose = used.filter((action) => !/^(\.\/|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(action))
    expect(loose).toEqual([])
  })

  test('gives no credentials to the checkout, and no rights that it does not use', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with['persist-credentials'])).toEqual(checkouts.map(() => false))
    const { permissions } = Workflow.parse(parse(textOf(file)))
    expect(permissions).toEqual(file.endsWith('dogfood.yml') ? { contents: 'write', actions: 'write' } : {})
  })

  test('has nothing of an event in a script', () => {
    expect(stepsOf(file).filter(({ run }) => run?.includes('${{'))).toEqual([])
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
