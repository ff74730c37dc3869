/** Lanes as people see them: in the terminal, on the page of the state branch, in the summary of a job. */
import { describe, expect, test } from '@jest/globals'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { jobSummary } from '../../src/core/job-summary.ts'
import { readme } from '../../src/core/readme.ts'
import { statusText } from '../../src/core/status-text.ts'
import { taskGraph } from '../../src/core/task-graph.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { AT, checkpoint, dispatched, idle, leased, NOW, running, task } from '../support/build.ts'

const HOME = 'https://github.com/acme/widgets'
const LOCAL = 'local:pc:0f3a:812:99'
/** Lane 10 is asked for the second time, 5 begins, 7 is idle, 3 verifies work that is finished. */
const many = checkpoint({
  settings: { parallel: 12 },
  tasks: [
    leased('api', { lane: '2', attempt: 2, run: 'gh:123.1' }),
    leased('web', { lane: '3', attempt: 1, run: LOCAL, landing: true }),
    task('docs'),
  ],
  lanes: {
    '10': dispatched({ tries: 2 }),
    '2': running({ run: 'gh:123.1' }),
    '3': running({ run: LOCAL }),
    '5': running({ run: 'gh:124.2' }),
    '7': idle,
    '8': dispatched(),
  },
})
const one = checkpoint({ tasks: [leased('api'), task('docs')] })
const summary = (at: Checkpoint) =>
  jobSummary({
    changed: 'It began.',
    checkpoint: at,
    next: [],
    facts: { home: HOME, workflow: undefined, attempts: [], logs: undefined },
  })
const landing = { lane: '2', fence: 1, until: '2026-11-23T12:05:00.000Z' }

describe('cms status', () => {
  const lanes = (at: Checkpoint, width = 100) =>
    statusText(at, width, NOW + 4 * MINUTE + 3 * SECOND)
      .split('\n')
      .filter((line) => /^lane |^Lane |^… |lanes at work/.test(line))

  test('lists who works on what and since when, who is asked for, and counts the idle', () => {
    expect(lanes(many)).toEqual([
      'lane 2   working  api, attempt 2, for 4m 3s  gh:123.1',
      `lane 3   landing  web, attempt 1, for 4m 3s  process 812 on pc`,
      'lane 5   starting  for 4m 3s  gh:124.2',
      'lane 8   asked for 4m 3s ago',
      'lane 10  asked for 4m 3s ago (try 2)',
      '3 of 12 lanes at work, 2 asked for',
    ])
  })

  test.each(['done', 'needs_human', 'paused', 'budget_exhausted'] as const)(
    '%s, with nobody at work: no word on lanes',
    (status) => {
      const idleOnly = { ...many, remaining_tasks: [], lanes: { '7': idle } }
      expect(lanes({ ...idleOnly, status })).toEqual([])
      expect(lanes(idleOnly)).toEqual(['0 of 12 lanes at work'])
      expect(lanes({ ...many, status })).toHaveLength(6)
    },
  )

  test('fits into the width', () => {
    for (const line of lanes(many, 30)) expect(line.length).toBeLessThanOrEqual(30)
  })

  test('a clock that is behind is no time before the beginning', () => {
    expect(statusText(many, 100, NOW - MINUTE)).toContain('api, attempt 2, for 0s')
  })

  test('says who lands first while the landing is held', () => {
    const line = `Lane 2 lands first, until ${landing.until}.`
    expect(lanes({ ...many, landing })).toContain(line)
    const voided = [{ lane: '8' }, { fence: 9 }, { until: '2026-11-23T12:04:03.000Z' }]
    for (const over of voided)
      expect(lanes({ ...many, landing: { ...landing, ...over } }).join('\n')).not.toContain('lands first')
    expect(readme({ ...many, landing })).toContain(`\n\n${line}\n\n`)
  })
})

describe('pages', () => {
  test('the page of the state branch has the live lanes with times that do not tick', () => {
    expect(readme(many)).toContain(
      [
        '| Lane | State | Task | Attempt | Since | Run |',
        '| --- | --- | --- | --- | --- | --- |',
        `| 2 | working | api | 2 | ${AT} | gh:123.1 |`,
        `| 3 | landing | web | 1 | ${AT} | process 812 on pc |`,
        `| 5 | starting |  |  | ${AT} | gh:124.2 |`,
        `| 8 | asked for |  |  | ${AT} |  |`,
        `| 10 | asked for, try 2 |  |  | ${AT} |  |`,
        '',
        '3 of 12 lanes at work, 2 asked for.',
      ].join('\n'),
    )
  })

  test('the summary of a job leads to the runs', () => {
    const text = summary(many)
    expect(text).toContain(
      `### Lanes\n\n| Lane | State | Task | Attempt | Since | Run |\n| --- | --- | --- | --- | --- | --- |\n| 2 | working | api | 2 | ${AT} | [gh:123.1](${HOME}/actions/runs/123) |`,
    )
    expect(text).toContain('| process 812 on pc |')
  })

  test('no name of a run breaks out of its cell', () => {
    const run = 'gh:1.1](x) | <b> @all'
    const at = checkpoint({ settings: { parallel: 2 }, tasks: [leased('api', { run })] })
    expect(summary(at)).toContain('| gh:1.1](x) \\| &lt;b> @\u200ball |')
  })

  test('the chart names the lane of what is at work', () => {
    expect(taskGraph(many)).toContain('["▶ api#44; lane 2"]')
    expect(taskGraph(many)).toContain('["○ docs"]')
    expect(taskGraph(one)).toContain('["▶ api"]')
  })
})

describe('where there is one lane', () => {
  const pages = (at: Checkpoint) => [statusText(at, 100, NOW), readme(at), summary(at)]

  test('nothing is said of lanes', () => {
    for (const page of pages(one)) expect(page).not.toMatch(/lanes at work|Lanes|\| Lane/)
  })

  test('two that live are shown, although only one is allowed now', () => {
    const lanes = { '1': running(), '2': dispatched() }
    for (const page of pages({ ...one, lanes })) expect(page).toContain('1 of 2 lanes at work, 1 asked for')
  })

  test('several that are allowed and idle are counted', () => {
    const at = checkpoint({ settings: { parallel: 4 }, tasks: [task('a')] })
    for (const page of pages(at)) {
      expect(page).toContain('0 of 4 lanes at work')
      expect(page).not.toMatch(/\| Lane |^lane /m)
    }
  })
})

test('of many lanes 20 are listed, and the rest is counted', () => {
  const ids = Array.from({ length: 64 }, (_, n) => String(n + 1))
  const at = checkpoint({
    settings: { parallel: 64 },
    tasks: ids.map((lane) => leased(`t${lane}`, { lane, run: `gh:${lane}.1` })),
  })
  const status = statusText(at, 100, NOW)
  expect(status.match(/^lane \d+ +working/gm)).toHaveLength(20)
  expect(status).toContain(
    'lane 20  working  t20, attempt 1, for 0s  gh:20.1\n… 44 more\n64 of 64 lanes at work\n',
  )
  expect(readme(at).match(/\| gh:\d+\.1 \|/g)).toHaveLength(20)
  expect(readme(at)).toContain('64 of 64 lanes at work; 44 are not listed.')
})
