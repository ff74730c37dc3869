/** GitHub's own language service, on every workflow that is written anywhere in this repository. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ActionReference } from '@actions/languageservice/action'
import { registerLogger } from '@actions/languageservice/log'
import { validate } from '@actions/languageservice/validate'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Diagnostic } from 'vscode-languageserver-types'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Finding, judge } from '../../scripts/accepted-findings.ts'
import { workflows } from '../../scripts/workflows.ts'

const ROOT = join(import.meta.dirname, '../..')
const Action = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
})
const OURS = Action.parse(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')))

/** Inputs of the actions of others, those that we use: the network is not asked. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  checkout: ['persist-credentials', 'fetch-depth'],
  'setup-node': ['node-version-file', 'package-manager-cache'],
  'upload-artifact': ['name', 'path', 'retention-days'],
  'create-github-app-token': [
    ...['client-id', 'private-key'],
    ...['permission-contents', 'permission-actions', 'permission-pull-requests'],
  ],
}

async function fetchActionMetadata({ owner, name }: ActionReference) {
  if (name === 'cms-iterate') return OURS
  const inputs = owner === 'actions' ? OTHERS[name] : undefined
  const described = (input: string) => [input, { description: input }]
  return inputs && { name, description: name, inputs: Object.fromEntries(inputs.map(described)) }
}

/** Called workflows, and actions of this repository, are looked up here; OWNER is us. */
const fileProvider = {
  getFileContent: async ({ path }: { readonly path: string }) => ({
    name: path,
    content: readFileSync(join(ROOT, path), 'utf8'),
  }),
}

const textOf = (message: Diagnostic['message']) => (typeof message === 'string' ? message : message.value)

async function findingsIn(name: string, text: string): Promise<Finding[]> {
  const uri = `file:///repository/${name.replaceAll(/[ #]/g, '-')}`
  const found = await validate(TextDocument.create(uri, 'yaml', 1, text), {
    actionsMetadataProvider: { fetchActionMetadata },
    fileProvider,
  })
  return found.map(({ message, range, code = '' }) => ({
    tool: 'language service',
    ...{ file: name, line: range.start.line + 1, rule: String(code), text: textOf(message) },
  }))
}

/** It reports what goes wrong inside of it here, and then finds nothing. */
const troubles: string[] = []
beforeAll(() => {
  const note = (text: string) => void troubles.push(text)
  registerLogger({ error: note, warn: note, info: () => {}, log: () => {} })
})

test('it finds nothing that was not accepted, in any workflow', async () => {
  const all = workflows()
  const found = await Promise.all(all.map(({ name, text }) => findingsIn(name, text)))
  expect([judge('language service', found.flat()), troubles]).toEqual([[], []])
  expect(all.length).toBeGreaterThan(20)
})

describe('it would find', () => {
  const named = (name: string) => workflows().find((one) => one.name === name)?.text ?? ''
  const text = named('examples/workflows/one-job.yml')
  const walled = named('examples/workflows/walled.yml')
  const called = named('.github/workflows/loop.yml')
  // biome-ignore format: one row, one slip
  test.each([
    ['a key that is none',        text.replace('timeout-minutes', 'timeout-minute'), /timeout-minute/],
    ['an input that is none',     text.replace('anthropic-api-key', 'antropic-api-key'), /antropic-api-key/],
    ['a context that is none',    text.replace('inputs.nonce', 'input.nonce'), /input/],
    ['a right that is none',      text.replace(', actions: write', ', action: write'), /action/],
    ['a schedule that is none',   text.replace('23 */3 * * *', '23 */3 * *'), /cron/i],
    ['a secret that is none',     walled.replace('anthropic-api-key', 'antropic-api-key'), /antropic-api-key/],
    ['an input of our own that is none', called.replace('needs: ${{', 'need: ${{'), /'need'|`need`/],
  ])('%s', async (slip, wrong, says) => {
    expect([text, walled, called]).not.toContain(wrong)
    const found = await findingsIn(slip, wrong)
    expect(found.map((finding) => finding.text).join('\n')).toMatch(says)
  })
})

test.each(['action.yml', '.github/actions/cms/action.yml'])('it finds nothing in %s', async (file) => {
  expect(await findingsIn(file, readFileSync(join(ROOT, file), 'utf8'))).toEqual([])
})

test('a finding is an error unless it was accepted, and so is an acceptance that nothing needs', () => {
  const finding: Finding = { tool: 'zizmor', file: 'x.yml', line: 3, rule: 'r', text: 'bad' }
  const wrong = judge('zizmor', [finding])
  expect(wrong[0]).toBe('x.yml:3: bad [zizmor: r]')
  expect(wrong.slice(1)).toEqual(
    wrong.slice(1).map(() => expect.stringMatching(/^nothing to accept any more/)),
  )
  expect(wrong.length).toBeGreaterThan(2)
})
