/** What people read: commit messages, the page of the state branch, and the documents of `--json`. */
import { describe, expect, test } from '@jest/globals'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Event } from '../../src/core/event.ts'
import type { TasksProposed } from '../../src/core/event-proposals.ts'
import { aboutTask, logEntry, logText } from '../../src/core/log.ts'
import { cell } from '../../src/core/markdown.ts'
import { readme } from '../../src/core/readme.ts'
import { reduce } from '../../src/core/reduce.ts'
import { statusDocument } from '../../src/core/report.ts'
import { statusText } from '../../src/core/status-text.ts'
import { message } from '../../src/core/story.ts'
import { byteLength } from '../../src/core/text.ts'
import {
  AT,
  checkpoint,
  completed,
  ended,
  leased,
  ledger,
  lesson,
  oid,
  parked,
  RUN,
  running,
  spec,
  task,
  usage,
} from '../support/build.ts'
import { STARTED } from '../support/history.ts'

const told = (from: Checkpoint, ...events: Event[]) => message(events.reduce(reduce, from), events)
const subject = (from: Checkpoint, ...events: Event[]) => told(from, ...events).split('\n')[0]
const held = checkpoint({ tasks: [leased('api', { attempt: 2, iteration: 17 })] })
const free = checkpoint({ tasks: [leased('api', { attempt: 2, iteration: 17, reserved_usd: 0 })] })
const withdrawn = checkpoint({ tasks: [leased('api', { attempt: 2, iteration: 17 }, { withdrawn: true })] })
const spent = checkpoint({ tasks: [leased('api', { attempt: 2, iteration: 17 }, { attempts_used: 4 })] })
const fact = (over: Parameters<typeof ended>[0] = {}) =>
  ended({ iteration: 17, usage: usage({ usd: 0.42 }), ...over })
const proposes = (count: number, over: Partial<TasksProposed> = {}): TasksProposed => ({
  type: 'tasks_proposed',
  at: AT,
  by: 'api',
  tasks: Array.from({ length: count }, (_, n) => spec(`p${n}`)),
  source: 'proposal',
  depth: 1,
  refused: [],
  because: 'Not taken: x (It needs itself.).',
  ...over,
})
const status = (name: 'done' | 'running', reason: string): Event => ({
  type: 'status_changed',
  at: AT,
  status: name,
  reason,
  next: '',
})

describe('a commit message', () => {
  const lost: Event = {
    type: 'lease_lost',
    at: AT,
    epoch: 1,
    task: 'api',
    lane: '1',
    run: RUN,
    fence: 1,
    verdict: 'runner_lost',
    because: 'It is gone.',
  }
  const lease: Event = {
    type: 'task_leased',
    at: AT,
    task: 'api',
    lane: '1',
    run: RUN,
    until: AT,
    reserved_usd: 1,
    reserved_minutes: 1,
    because: 'first',
  }
  const started = checkpoint({ tasks: [task('api')], lanes: { '1': running({ iteration: 3 }) } })
  const over: Event = { type: 'lane_ended', at: AT, lane: '1', run: RUN, verdict: 'done', asked: [] }
  // biome-ignore format: one row, one case
  const rows: [text: string, from: Checkpoint, events: Event[]][] = [
    ['start: 5 tasks, epoch 1',                                  checkpoint(), [STARTED]],
    ['i3 api: begin, attempt 1',                                 started,      [lease]],
    ['i17 api: done, attempt 2, $0.42',                          held,         [fact({ verdict: 'done', commit: oid('b') })]],
    ['i17 api: verify_failed, attempt 2, $0.42: Two tests fail.', held,        [fact()]],
    ['i17 api: verify_failed, attempt 2, $0.42, parked: Two tests fail.', spent, [fact()]],
    ['i17 api: blocked, attempt 2, $0.42, parked: Two tests fail.', held,      [fact({ verdict: 'blocked' })]],
    ['i17 api: stalled, attempt 2, cost unknown: Two tests fail.', held,       [fact({ verdict: 'stalled', usage: usage({ usd: null }) }), over]],
    ['i17 api: superseded: Nobody wants it.',                    withdrawn,    [fact({ verdict: 'superseded', because: 'Nobody wants it.', usage: usage({ usd: null }) })]],
    ['i17 api: stalled, attempt 2, $0.00: Two tests fail.',      free,         [fact({ verdict: 'stalled', usage: usage({ usd: null }) }), over]],
    ['i17 api: done, attempt 2, $0.00',                          free,         [fact({ verdict: 'done', commit: oid('b'), usage: usage({ usd: null }) })]],
    ['api: runner_lost: It is gone.',                            held,         [lost, over]],
    ['start: tasks to be planned, epoch 1',                      checkpoint(), [{ ...STARTED, tasks: [] }]],
    ['api: 1 task proposed',                                     held,         [proposes(1)]],
    ['i17 api: done, attempt 2, $0.42 · 2 tasks proposed',       held,         [fact({ verdict: 'done', commit: oid('b') }), proposes(2)]],
    ['i17 api: done, attempt 2, $0.42',                          held,         [fact({ verdict: 'done', commit: oid('b') }), proposes(0)]],
    ['task retried api',                                         checkpoint({ tasks: [parked('api')] }), [{ type: 'task_retried', at: AT, task: 'api' }]],
    ['loop held: You said so.',                                  checkpoint(), [{ type: 'loop_held', at: AT, status: 'paused', because: 'You said so.', next: '' }]],
    ['tick: lane 2 asked for',                                   checkpoint(), [{ type: 'lane_dispatched', at: AT, lane: '2', nonce: 'n', by: RUN }]],
    ['work: 3 commits of others adopted',                        checkpoint(), [{ type: 'work_adopted', at: AT, head: oid('c'), commits: 3 }]],
    ['pull request: #12',                                        checkpoint(), [{ type: 'pull_request_opened', at: AT, number: 12 }]],
    ['pull request failed: Not permitted.',                      checkpoint(), [{ type: 'pull_request_failed', at: AT, because: 'Not permitted.' }]],
    ['Two tasks left.',                                          checkpoint(), [status('running', 'Two tasks left.')]],
    ['All is done. · done',                                      checkpoint(), [status('done', 'All is done.')]],
  ]
  test.each(rows)('%s', (text, from, events) => {
    expect(subject(from, ...events)).toBe(text)
  })

  test('has one line an event, and asks for no CI', () => {
    const lines = told(held, fact({ because: 'a\nb' }), over).split('\n')
    expect(lines.slice(1)).toEqual([
      '',
      JSON.stringify(fact({ because: 'a\nb' })),
      JSON.stringify(over),
      '',
      '[skip ci]',
    ])
  })

  test('is bounded, and nothing in its subject obeys a terminal', () => {
    const text =
      subject(held, fact({ because: `\u001b[31mno\u0007\n\u009b2J::error::${'x'.repeat(500)}\u009b2J` })) ??
      ''
    expect(text).toHaveLength(100)
    expect(text).not.toMatch(/\p{Cc}/u)
    const tasks = Array.from({ length: 2_000 }, (_, n) => spec(`t${n}`, { spec: 'x'.repeat(200) }))
    expect(message(checkpoint(), [{ ...STARTED, tasks }]).length).toBeLessThan(1_000)
  })

  test('an event too large to keep still says what it was about', () => {
    const [, , line] = told(held, fact({ because: 'why', summary: 'x'.repeat(20_000) })).split('\n')
    expect(JSON.parse(line ?? '')).toMatchObject({
      type: 'attempt_ended',
      task: 'api',
      because: 'why',
      at: AT,
    })
  })

  // biome-ignore format: one row, one case
  const sizes: [what: string, letter: string, times: number, cut: boolean][] = [
    ['of one byte a letter',     'x',  6_000, false],
    ['of one byte, too many',    'x',  9_000, true],
    ['of three bytes',           '中', 2_000, false],
    ['of three bytes, too many', '中', 3_000, true],
  ]
  test.each(sizes)('an event is measured in bytes: %s', (_, letter, times, cut) => {
    const event = fact({ because: '中'.repeat(400), summary: letter.repeat(times) })
    const [, , line = ''] = message(held, [event]).split('\n')
    expect(byteLength(line)).toBeLessThanOrEqual(8_192)
    const bytes = byteLength(JSON.stringify(event))
    const short = { because: `${'中'.repeat(165)}…`, cut: bytes }
    expect(JSON.parse(line)).toMatchObject(cut ? short : event)
  })
})

describe('the log', () => {
  const entry = (...events: Event[]) => logEntry({ tag: oid('e'), at: AT, message: told(held, ...events) })

  test('reads back what was written', () => {
    const read = entry(fact({ because: 'a {"type":"loop_held"} b' }))
    expect(read).toEqual({
      commit: oid('e'),
      at: AT,
      subject: expect.stringMatching(/^i17 api/),
      events: [fact({ because: 'a {"type":"loop_held"} b' })],
    })
  })

  test('is silent about what is no event', () => {
    const strange = {
      tag: oid('e'),
      at: AT,
      message: 'by hand\n\n{not json}\n{"no":"type"}\nSigned-off-by: me',
    }
    expect(logEntry(strange)).toMatchObject({ subject: 'by hand', events: [] })
    expect(logEntry({ tag: oid('e'), at: AT, message: '' })).toMatchObject({ subject: '', events: [] })
  })

  test('of one task has its own events only', () => {
    const hold: Event = { type: 'loop_held', at: AT, status: 'paused', because: 'b', next: '' }
    const entries = [entry(fact(), hold), entry(hold)]
    expect(aboutTask(entries, 'api').map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['attempt_ended'],
    ])
    expect(aboutTask(entries, 'web')).toEqual([])
  })

  test('of one task has what it proposed, too, whatever became of the rest', () => {
    const large = proposes(1, { tasks: [spec('p', { spec: 'x'.repeat(10_000) })] })
    const entries = aboutTask([entry(large, fact())], 'api')
    expect(entries[0]?.events.map(({ type }) => type)).toEqual(['tasks_proposed', 'attempt_ended'])
    expect(logText(entries)).toContain('tasks proposed api: Not taken: x (It needs itself.).')
  })

  test('says why, once', () => {
    const text = logText([
      entry(fact({ because: 'Two tests fail.' }), {
        type: 'loop_held',
        at: AT,
        status: 'paused',
        because: 'Money.',
        next: '',
      }),
    ])
    expect(text.split('\n')).toEqual([
      '2026-11-23 12:00:00  eeeeeeeee  i17 api: verify_failed, attempt 2, $0.42: Two tests fail.',
      '    loop held: Money.',
    ])
  })

  test('says which lesson, also where its words are those of the failure, and why the loop stands', () => {
    const text = 'a command that is longer than forty characters failed: no unit'
    const at = { at: AT, because: text }
    const learnt = lesson('l1-1a', { text })
    const pinned = [{ type: 'lesson_pinned', at: AT, lesson: 'l1-1a', because: 'You said so.' }]
    const lines = logText([
      entry(
        fact({ because: text }),
        { type: 'lesson_learnt', lesson: learnt, task: 'api', ...at },
        { type: 'lesson_promoted', ...at, lesson: 'l1-1a', because: 'It helps.' },
        status('done', 'All is done.'),
      ),
      { ...entry(), subject: 'lesson pinned l1-1a: You said so.', events: pinned },
    ]).split('\n')
    expect(lines.slice(1)).toEqual([
      `    lesson learnt l1-1a: ${text}`,
      '    lesson promoted l1-1a: It helps.',
      '    status changed: All is done.',
      expect.stringMatching(/ {2}lesson pinned l1-1a: You said so\.$/),
    ])
  })
})

const full = checkpoint({
  tasks: [leased('api', { attempt: 2 }), parked('web'), task('docs', { needs: ['web'] }), task('open')],
  completed_tasks: [
    completed('schema', {
      commit: oid('b'),
      summary: 'Described.',
      cost: 0.3,
      verify_surface: ['package.json'],
    }),
  ],
  settings: { budget: { usd: 10, iterations: 50 } },
  ledger: ledger({
    usd: 1.2,
    usd_estimated: 1,
    iterations: 12,
    attempts: 9,
    minutes: 33.25,
    tokens: { input: 5, cache_read: 9, cache_write: 3, output: 2 },
  }),
  status: 'needs_human',
  reason: 'Task "web" is parked.',
  next: 'cms retry web',
  goal: 'Promises',
  epoch: 2,
  seq: 40,
})

describe('the page of the state branch', () => {
  test('shows status, reason, next, every task, cost against caps, and where the work is', () => {
    const text = readme(full)
    const parts = [
      '# Loop `main`: needs human',
      'Task "web" is parked. 1 of 5 tasks done.',
      '**Next:** `cms retry web`',
      '**Goal:** Promises',
      '| ✓ | schema | done | 1 | $0.30 | bbbbbbbbb Described. ⚠ changed what verifies it: package.json |',
      '| ▶ | api | working | 2 | $0.00 | attempt 2, lane 1 |',
      '| ✗ | web | parked | 0 | $0.00 | It cannot go on. |',
      '| · | docs | waiting | 0 | $0.00 | needs web |',
      '| ○ | open | open |',
      '| cost | $1.20 of $10.00 ($1.00 of it estimated) |',
      '| iterations | 12 of 50 |',
      '| tokens | 10 |',
      '`cms/main/work` at `aaaaaaaaa`',
      'checkpoint 40',
    ]
    expect(parts.filter((part) => !text.includes(part))).toEqual([])
  })

  const EVIL =
    'x |\n| ✓ | forged | done |\n\n# Title\n<script>alert(1)</script> <img src=x> @everyone \\| a | b ![p](http://e.example/p.png) [l](http://e.example)'

  test('words of agents stay in their cell: no rows, HTML, mentions, links or pictures', () => {
    const parts = {
      tasks: [parked('web', { state: { at: 'parked', verdict: 'blocked', because: EVIL } })],
      completed_tasks: [completed('a', { summary: EVIL })],
    }
    const lines = readme(checkpoint({ ...parts, reason: EVIL, goal: EVIL, next: 'cms run' })).split('\n')
    const rows = lines.filter((line) => line.startsWith('|'))
    // Two tables: a head and a rule each, two tasks, four caps.
    expect(rows).toHaveLength(2 + 2 + 2 + 4)
    // What a renderer takes for borders: `|` behind an even number of backslashes.
    const borders = rows.map((row) => row.replace(/\\./g, '').split('|').length - 1)
    expect(new Set(borders)).toEqual(new Set([7, 3]))
    expect(lines.filter((line) => line.startsWith('#'))).toHaveLength(1)
    // Of the chart there is a test of its own.
    const text = lines.join('\n').replace(/```mermaid[^]*?```/, '')
    expect(text).not.toMatch(/<|@\w|(?<!\\)\[/)
  })

  test('a cell is one bounded line', () => {
    expect(cell(`a\r\n\tb\u2028c\u001b[1m${'x'.repeat(1_000)}`)).toMatch(/^a b c x{390,400}$/)
    expect(cell('\\|')).toBe('\\\\\\|')
  })

  test('of a great loop stays short', () => {
    const tasks = Array.from({ length: 2_000 }, (_, n) => task(`t${n}`))
    const text = readme(checkpoint({ tasks }))
    expect(text).toContain('… 1800 more')
    expect(text.length).toBeLessThan(20_000)
  })
})

describe('a terminal', () => {
  test('shows the same in its width, and obeys nobody', () => {
    const evil = parked('web', {
      state: { at: 'parked', verdict: 'blocked', because: 'no\n\u001b[2J::error::' },
    })
    const lines = statusText(
      { ...full, reason: 'a\n::error::\u001b[2Jb', remaining_tasks: [evil] },
      60,
    ).split('\n')
    expect(lines[0]).toBe('loop main (epoch 2): needs human — a ::error:: b')
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
    expect(lines.filter((line) => line.startsWith('::'))).toEqual([])
    expect(lines.at(-1)).toBe('next: cms retry web')
  })
})

test('`cms status --json` has exactly the promised shape', () => {
  expect(statusDocument(full)).toEqual({
    loop: 'main',
    epoch: 2,
    status: 'needs_human',
    reason: 'Task "web" is parked.',
    next: 'cms retry web',
    seq: 40,
    tasks: { total: 5, done: 1, open: 2, leased: 1, parked: 1 },
    lanes: full.lanes,
    ledger: { iterations: 12, attempts: 9, usd: 1.2, tokens: 10, minutes: 33.25, reserved: 1 },
    budget: { usd: 10, iterations: 50 },
    branches: { state: 'cms/main/state', work: 'cms/main/work' },
  })
})
