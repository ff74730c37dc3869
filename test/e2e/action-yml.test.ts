/** What action.yml promises is what the code reads and sets. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { Inputs, parseInputs } from '../../src/adapters/github/inputs.ts'
import { OUTPUTS } from '../../src/adapters/github/outputs.ts'

const Action = z.strictObject({
  name: z.string(),
  /** The Marketplace refuses longer ones. */
  description: z.string().max(125),
  author: z.string(),
  branding: z.strictObject({ icon: z.literal('repeat'), color: z.literal('purple') }),
  inputs: z.record(z.string(), z.strictObject({ description: z.string().min(10), default: z.string() })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string().min(10) })),
  runs: z.strictObject({
    using: z.literal('node24'),
    main: z.literal('dist/action.js'),
    post: z.literal('dist/post.js'),
  }),
})

const action = Action.parse(parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')))

test('it declares exactly the inputs the code reads, in the same order', () => {
  expect(Object.keys(action.inputs)).toEqual(Object.keys(Inputs.shape))
})

test('it declares exactly the outputs the code sets, in the same order', () => {
  expect(Object.keys(action.outputs)).toEqual([...OUTPUTS])
})

test('its defaults are accepted, and are the defaults of the code', () => {
  const given = parseInputs((name) => action.inputs[name]?.default ?? '')
  expect({ ...given, 'github-token': undefined, 'job-token': undefined }).toEqual(parseInputs(() => ''))
})

test('only tokens come from an expression', () => {
  const expressions = Object.entries(action.inputs).filter(([, input]) => input.default.includes('${{'))
  expect(expressions.map(([name, input]) => [name, input.default])).toEqual([
    ['github-token', '${{ github.token }}'],
    ['job-token', '${{ github.token }}'],
  ])
})
