/** `docs/exchange.md`: every format has a section, and the example in it is one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readAgentTeams } from '../../src/core/exchange/agent-teams.ts'
import { fit } from '../../src/core/exchange/fit.ts'
import { FORMATS, recognised } from '../../src/core/exchange/formats.ts'
import { fitted, shape } from '../support/exchange.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/exchange.md'), 'utf8')
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n', 1).join(), /```\w+\n(.*?)```/s.exec(section)?.[1] ?? '']),
)

test('one section for each format, and the other way round', () => {
  expect([...sections.keys()].toSorted()).toEqual([...FORMATS].toSorted())
})

// biome-ignore format: one row, one format
test.each<[format: Exclude<(typeof FORMATS)[number], 'agent-teams'>, tasks: readonly string[]]>([
  ['prd',           ['us-002']],
  ['task-master',   ['1-1', '1 < 1-1']],
  ['spec-kit',      ['t002', 't003 < t002', 't004 < t002', 't005 < t003 t004']],
  ['checklist',     ['write-the-guide', 'port-the-plugins < billing', 'billing']],
  ['github-issues', ['issue-12 < issue-9', 'issue-9']],
])('the example of %s is recognised as it', (format, tasks) => {
  const text = sections.get(format) ?? ''
  expect(recognised({ file: format, text })).toBe(format)
  expect(shape(fitted(format, text))).toEqual(tasks)
})

test('the example of agent-teams is a task of one', () => {
  const file = { path: '2.json', text: sections.get('agent-teams') ?? '' }
  expect(fit(readAgentTeams({ tasks: [file], inboxes: {} })).tasks).toMatchObject([
    { name: 'Implement the API', origin: { state: 'begun', owner: 'backend' } },
  ])
})

test('every priority, flag and field that it names is one', () => {
  const help = readFileSync(join(import.meta.dirname, '../../src/entry/program.ts'), 'utf8')
  const flags = new Set([...page.matchAll(/`(?:cms \w+ )?(--[a-z-]+)/g)].map(([, flag = '']) => flag))
  expect([...flags].filter((flag) => !help.includes(`'${flag}`) && flag !== '--json')).toEqual([])
  expect(flags.size).toBeGreaterThan(10)
})
