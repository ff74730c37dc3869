/** The page of a job: what a person reads in five seconds, and what no agent can write into it. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AttemptFacts,
  failureSummary,
  type JobSummary,
  jobSummary,
  lastLine,
  type RunFacts,
} from '../../src/core/job-summary.ts'
import { code, fenced } from '../../src/core/markdown.ts'
import { checkpoint, completed, ledger, parked, task } from '../support/build.ts'

const HOME = 'https://github.com/acme/widgets'
const NEXT = `${HOME}/actions/runs/9`
const facts = (over: Partial<RunFacts> = {}): RunFacts => ({
  home: HOME,
  workflow: 'cms.yml',
  attempts: [],
  logs: undefined,
  ...over,
})
const failed = (over: Partial<AttemptFacts> = {}): AttemptFacts => ({
  task: 'web',
  verdict: 'verify_failed',
  because: '`npm test` failed with exit code 1.',
  usd: 0.5,
  tail: 'Error: two tests fail',
  ms: 90_000,
  ...over,
})
const stopped = {
  ...checkpoint({
    tasks: [parked('web'), task('docs', { needs: ['web'] })],
    status: 'needs_human',
    reason: 'Task "web" is parked.',
    next: 'cms retry web',
    settings: { budget: { usd: 10, iterations: 50 } },
    ledger: ledger({ usd: 1.2, usd_estimated: 1, iterations: 12, minutes: 3 }),
    pull_request: { wanted: 'draft', number: 7, problem: null },
  }),
  completed_tasks: [completed('schema')],
}
const page = (over: Partial<JobSummary> = {}): string =>
  jobSummary({ changed: 'i12 web: verify_failed.', checkpoint: stopped, next: [], facts: facts(), ...over })

describe('the first screen', () => {
  test('what changed, how it stands and why, the next step, the cost, the ways from here', () => {
    expect(page().split('\n\n').slice(0, 6)).toEqual([
      'i12 web: verify_failed.',
      '## Loop `main`: needs human',
      'Task "web" is parked. 1 of 3 tasks done.',
      '**Next:** `cms retry web`',
      'Cost **$1.20** of $10.00 ($1.00 of it estimated) · iterations **12** of 50 · minutes **3.0** · tokens **0**',
      `**Pull request:** [#7](${HOME}/pull/7) · **Work:** [\`cms/main/work\`](${HOME}/tree/cms/main/work) at \`aaaaaaaaa\` · **State:** [\`cms/main/state\`](${HOME}/tree/cms/main/state)`,
    ])
  })

  test('what keeps the pull request from being there is said where its link would be', () => {
    const problem = `Allow it, or open it by hand: ${HOME}/compare/main...cms/main/work?expand=1`
    const without = (wanted: 'draft' | 'none') => ({
      ...stopped,
      pull_request: { wanted, number: null, problem },
    })
    expect(page({ checkpoint: without('draft') })).toContain(`\n\n⚠ **Pull request:** ${problem}\n\n`)
    expect(page({ checkpoint: without('none') })).not.toContain('Pull request')
  })

  test('a next run takes the place of the next command', () => {
    const text = page({ next: [NEXT, `${NEXT}1`] })
    expect(text).toContain(`**Next run:** ${NEXT}\n\n**Next run:** ${NEXT}1\n`)
    expect(text).not.toContain('**Next:**')
  })

  test.each([
    ['cms resume', true],
    ['cms run --resume --loop docs', true],
    ['cms retry web', false],
    ['git merge cms/main/work', false],
  ])('%s has a button: %s', (next, hasButton) => {
    const checkpoint = { ...stopped, next }
    const button = `[Run workflow](${HOME}/actions/workflows/cms.yml)`
    expect(page({ checkpoint }).includes(button)).toBe(hasButton)
    expect(page({ checkpoint, facts: facts({ workflow: undefined }) })).not.toContain(button)
  })

  test('hidden refs have no page', () => {
    const text = page({ checkpoint: checkpoint({ settings: { refs: 'hidden' } }) })
    expect(text).toContain('**State:** `refs/cms/main/state`')
    expect(text).not.toContain('Pull request')
  })

  test('without a loop there is one sentence', () => {
    expect(page({ checkpoint: undefined, changed: 'Nothing changed.' })).toBe('Nothing changed.')
  })
})

describe('below it', () => {
  test('the chart, with the table under it', () => {
    const text = page()
    expect(text).toMatch(/```mermaid\n[^]+```\n\n\| {2}\| Task \|[^]+\| ✗ \| web \| parked \|/)
  })

  test('every attempt: verdict, cost, time, why; the end of the output of what failed', () => {
    const done = failed({ task: 'a', verdict: 'done', because: 'It is.', tail: 'not shown' })
    expect(page({ facts: facts({ attempts: [done, failed()], logs: '/tmp/cms-logs' }) })).toContain(
      [
        '### This run',
        '**a:** done, $0.50, 1m 30s. It is.',
        '**web:** verify failed, $0.50, 1m 30s. `npm test` failed with exit code 1.',
        '```text\nError: two tests fail\n```',
        'Everything that agents and commands printed is in `/tmp/cms-logs` on the runner (output `log-path`).',
        '### Tasks',
      ].join('\n\n'),
    )
  })

  test('the last five attempts of a long job', () => {
    const attempts = Array.from({ length: 8 }, (_, n) => failed({ task: `t${n}` }))
    const text = page({ facts: facts({ attempts }) })
    expect([...text.matchAll(/^\*\*(t\d):/gm)].map(([, id]) => id)).toEqual(['t3', 't4', 't5', 't6', 't7'])
    expect(text).toContain('_3 earlier attempts not shown._')
  })

  test('it stays far below what GitHub takes', () => {
    const long = 'x'.repeat(4_000)
    const tasks = Array.from({ length: 2_000 }, (_, n) => parked(`t${n}`, { name: long.slice(0, 200) }))
    const attempts = Array.from({ length: 100 }, () => failed({ because: long, tail: long }))
    expect(
      page({ checkpoint: checkpoint({ tasks, reason: long }), facts: facts({ attempts }) }).length,
    ).toBeLessThan(200_000)
  })
})

describe('a failure', () => {
  const way = { code: 'push-refused', hint: 'Check the token.' } as const

  test('the cause and the way out come first, then how the loop stands', () => {
    const text = failureSummary({
      message: 'The push was refused.\n! [rejected]',
      way,
      checkpoint: stopped,
      facts: facts({ attempts: [failed()], logs: '/tmp/cms-logs' }),
    })
    expect(text).toMatch(
      /^Failed: The push was refused\.\n\n {4}! \[rejected\]\n\n\*\*Fix:\*\* Check the token\.\n\nError code: `push-refused`\n\n## Loop `main`: needs human\n\n[^]*\*\*Next:\*\* `cms retry web`[^]*### This run[^]*\/tmp\/cms-logs[^]*```mermaid/,
    )
  })

  test('before there was a loop', () => {
    const text = failureSummary({ message: 'No.', way, checkpoint: undefined, facts: undefined })
    expect(text).toBe('Failed: No.\n\n**Fix:** Check the token.\n\nError code: `push-refused`')
  })
})

test.each([
  [stopped, [], 'It failed. Next: cms retry web'],
  [stopped, [NEXT], `It failed. Next run: ${NEXT}`],
  [checkpoint(), [], 'It failed'],
  [undefined, [], 'It failed'],
])('the last line of a log %#', (at, next, expected) => {
  expect(lastLine({ changed: 'It failed', checkpoint: at, next })).toBe(expected)
})

/** Blocks as a renderer of markdown sees them: a fence is ended by one at least as long. */
function outsideFences(text: string): string[] {
  let fence = ''
  return text.split('\n').filter((line) => {
    const [, ticks = ''] = /^ {0,3}(`{3,})\s*$/.exec(line) ?? []
    const [, opens = ''] = /^ {0,3}(`{3,})[^`]*$/.exec(line) ?? []
    if (fence === '') {
      fence = opens
      return opens === ''
    }
    if (ticks.length >= fence.length) fence = ''
    return false
  })
}

test('no output gets out of its fence, no command out of its code', () => {
  const piece = fc.constantFrom(
    '`',
    '```',
    '````',
    '\n',
    '\r',
    '~~~',
    '# T',
    '<b>',
    ' ',
    '    ',
    'x',
    '\u2028',
  )
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (evil) => {
      expect(outsideFences(`${fenced(evil, 'text')}\nafter`)).toEqual(['after'])
      const [, ticks = '', inside = ''] = /^(`+)([^]*?)\1$/.exec(code(evil)) ?? []
      expect(inside.match(/`+/g) ?? []).not.toContain(ticks)
      expect(code(evil)).not.toMatch(/[\n\r\u2028]/)
    }),
    { numRuns: 1_000 },
  )
})
