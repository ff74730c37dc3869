/** When a loop sees to its pull request, and what it says there. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { landedSince, type Occasion, occasionOf, pullRequestStep } from '../../src/core/pull-request.ts'
import { pullRequestPart, pullRequestTitle, withPart } from '../../src/core/pull-request-text.ts'
import { reduce } from '../../src/core/reduce.ts'
import { DAY, iso, MINUTE } from '../../src/core/time.ts'
import { AT, checkpoint, completed, NOW, oid, parked, task } from '../support/build.ts'

type PullRequest = Checkpoint['pull_request']

const HEAD = oid('b')

/** Tasks landed so many minutes after noon. */
function landed(
  minutes: readonly number[],
  pull: Partial<PullRequest> = {},
  over: Partial<Checkpoint> = {},
): Checkpoint {
  const before = checkpoint({ tasks: [task('last')] })
  return {
    ...before,
    work: { ...before.work, head: HEAD },
    completed_tasks: minutes.map((minute, n) =>
      completed(`t${n}`, { order: n, commit: HEAD, at: iso(NOW + minute * MINUTE) }),
    ),
    pull_request: { wanted: 'draft', number: null, problem: null, ...pull },
    ...over,
  }
}

const OPEN = { number: 12 }
const FAILED = { problem: 'Not allowed.', tried_at: AT }
const BEHIND = { number: 12, problem: 'Perhaps lost.' }
const done = { status: 'done' as const, updated_at: AT }

// biome-ignore format: one row, one case
test.each<[what: string, at: Checkpoint, occasion: Occasion, later: number, step: string]>([
  ['the first landed task opens it',                landed([0]), 'landed', 0, 'open'],
  ['ready for review as well',                      landed([0], { wanted: 'ready' }), 'landed', 0, 'open'],
  ['none is wanted',                                landed([0], { wanted: 'none' }), 'landed', 0, 'nothing'],
  ['nothing has landed',                            landed([]), 'sweep', 0, 'nothing'],
  ['a plan leaves nothing to review',               landed([0], {}, { completed_tasks: [completed('plan', { source: 'plan' })] }), 'sweep', 0, 'nothing'],
  ['the tip is where the work began',               landed([0], {}, { work: checkpoint().work }), 'sweep', 0, 'nothing'],
  ['a missing one is opened by a sweep',            landed([0]), 'sweep', 0, 'open'],
  ['and by an iteration that stops the loop',       landed([0]), 'rested', 0, 'open'],
  ['of a loop that has just ended, too',            landed([0], {}, done), 'sweep', DAY - 1, 'open'],
  ['of one that ended long ago it is history',      landed([0], {}, done), 'sweep', DAY, 'nothing'],
  ['but not for a person',                          landed([0], {}, done), 'person', DAY, 'open'],
  ['trouble is not asked for again at once',        landed([0, 1], FAILED), 'landed', DAY - 1, 'nothing'],
  ['but a day later',                               landed([0], FAILED), 'sweep', DAY, 'open'],
  ['or by a person',                                landed([0], FAILED), 'person', 0, 'open'],
  ['not even then once the loop has ended',         landed([0], FAILED, done), 'sweep', DAY, 'nothing'],
  ['the third task after it is told of',            landed([0, 6, 12, 18], OPEN), 'landed', 0, 'update'],
  ['not the second',                                landed([0, 6, 12], OPEN), 'landed', 0, 'nothing'],
  ['nor one that comes too soon',                   landed([0, 1, 2, 4], OPEN), 'landed', 0, 'nothing'],
  ['but the next after a pause',                    landed([0, 1, 2, 4, 5], OPEN), 'landed', 0, 'update'],
  ['what counts is the last telling',               landed([0, 6, 12, 18, 24, 30], OPEN), 'landed', 0, 'nothing'],
  ['and then the third again',                      landed([0, 6, 12, 18, 24, 30, 36], OPEN), 'landed', 0, 'update'],
  ['at the end always',                             landed([0, 1], OPEN, done), 'landed', 0, 'update'],
  ['before a wait always',                          landed([0, 1], OPEN, { status: 'waiting' }), 'landed', 0, 'update'],
  ['a stop is told of',                             landed([0], OPEN, { status: 'needs_human' }), 'rested', 0, 'update'],
  ['a sweep has nothing to tell',                   landed([0, 9], OPEN), 'sweep', 0, 'nothing'],
  ['unless its last change may be lost',            landed([0, 9], BEHIND, done), 'sweep', 0, 'update'],
  ['which is never history',                        landed([0, 9], BEHIND, done), 'sweep', 2 * DAY, 'update'],
  ['trouble of another kind is not for a sweep',    landed([0, 9], { ...OPEN, ...FAILED }, done), 'sweep', DAY, 'nothing'],
  ['nor has a person',                              landed([0, 9], OPEN), 'person', 0, 'nothing'],
  ['unless something stood in the way',             landed([0, 9], { ...OPEN, ...FAILED }), 'person', 0, 'update'],
])('%s', (_what, at, occasion, later, step) => {
  expect(pullRequestStep(at, occasion, NOW + later).is).toBe(step)
})

test.each<[verdict: string, status: Checkpoint['status'], occasion: Occasion | undefined]>([
  ['done', 'running', 'landed'],
  ['done', 'done', 'landed'],
  ['verify_failed', 'running', undefined],
  ['verify_failed', 'needs_human', 'rested'],
  ['rate_limited', 'waiting', 'rested'],
])('an iteration that ends %s with the loop %s', (verdict, status, occasion) => {
  expect(occasionOf({ ...checkpoint(), status }, verdict)).toBe(occasion)
})

test('tasks that landed after a merge are a reason for another one', () => {
  const at = (minute: number) => iso(NOW + minute * MINUTE)
  expect(landedSince(landed([0, 10]), at(5))).toBe(true)
  expect(landedSince(landed([0, 10]), at(10))).toBe(false)
})

describe('the checkpoint', () => {
  const troubled = landed([0], { ...OPEN, ...FAILED })

  test('knows the number, and that the trouble is over', () => {
    const after = reduce(troubled, { type: 'pull_request_opened', at: AT, number: 13 })
    expect(after.pull_request).toEqual({ wanted: 'draft', number: 13, problem: null })
  })

  test('keeps trouble, cut to a sensible length, and when it was met', () => {
    const event = { type: 'pull_request_failed', at: AT, because: 'x'.repeat(5_000) } as const
    const { pull_request } = reduce(landed([0], OPEN), event)
    expect(pull_request).toMatchObject({ number: 12, tried_at: AT })
    expect(pull_request.problem?.length).toBeLessThan(1_100)
  })

  test('keeps a change that may be lost without a time: the next sweep makes it, resumed or not', () => {
    const event = { type: 'pull_request_failed', at: AT, because: 'Lost.', passing: true } as const
    const behind = reduce(troubled, event)
    expect(behind.pull_request).toEqual({ wanted: 'draft', number: 12, problem: 'Lost.' })
    expect(reduce(behind, { type: 'loop_resumed', at: AT }).pull_request).toEqual(behind.pull_request)
  })

  test('forgets trouble when a person resumes the loop', () => {
    expect(reduce(troubled, { type: 'loop_resumed', at: AT }).pull_request).toEqual({
      wanted: 'draft',
      number: 12,
      problem: null,
    })
  })

  test('wants what the loop file wants now', () => {
    const { config, goal } = troubled
    const settings = { ...config.settings, pull_request: 'none' as const }
    const event = { type: 'config_applied', at: AT, run: 'gh:2.1', digest: 'd2', goal, settings, tasks: [] }
    expect(reduce(troubled, { ...event, type: 'config_applied' }).pull_request).toMatchObject({
      wanted: 'none',
      number: 12,
    })
  })
})

const WEB = {
  repository: 'https://github.com/acme/widgets',
  run: 'https://github.com/acme/widgets/actions/runs/7',
}

describe('the body', () => {
  const base = checkpoint({
    goal: 'Letters\nand more',
    reason: 'One task left.',
    status: 'needs_human',
    next: 'cms retry c',
  })
  const full: Checkpoint = {
    ...base,
    remaining_tasks: [
      { ...parked('c'), order: 2, name: 'Write c' },
      { ...task('d'), order: 3, needs: ['c'] },
    ],
    completed_tasks: [
      completed('b', { order: 1, commit: HEAD, summary: 'Wrote b.', verify_surface: ['package.json'] }),
      completed('a', { order: 0, commit: null }),
    ],
  }

  test('says what it is for, what to look at first, how it stands, and where the rest is', () => {
    expect(
      pullRequestPart(full, WEB)
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual([
      expect.stringMatching(/^<!-- cms-iterate:begin\b.*-->$/),
      expect.stringMatching(/^⚠ \*\*Review these first\.\*\*/),
      '- `b`: package.json',
      '**Goal:** Letters and more',
      '**2 of 4 tasks done** · $0.00 of $10.00 · needs human: One task left.',
      '**Next:** `cms retry c`',
      '- [x] `a` a (accepted by a person)',
      '- [x] `b` b (bbbbbbbbb): Wrote b.',
      '- [ ] `c` Write c (parked: It cannot go on.)',
      '- [ ] `d` d (waiting: needs c)',
      'Loop `main` of CMS Iterate · work on `cms/main/work` · state on [cms/main/state](https://github.com/acme/widgets/tree/cms/main/state) · [last run](https://github.com/acme/widgets/actions/runs/7)',
      expect.stringMatching(/wait until somebody approves them\.$/),
      '<!-- cms-iterate:end -->',
    ])
  })

  test('asks nothing of people while the loop goes on by itself', () => {
    expect(pullRequestPart({ ...full, status: 'running' }, WEB)).not.toContain('**Next:**')
  })

  test('says at the end what a person does next, and names no state that no page shows', () => {
    const ended: Checkpoint = {
      ...full,
      status: 'done',
      pull_request: { wanted: 'draft', number: 1, problem: null },
    }
    expect(pullRequestPart(ended, WEB)).toMatch(/press "Ready for review", then merge/)
    const settings = { ...full.config.settings, refs: 'hidden' as const }
    expect(pullRequestPart({ ...full, config: { ...full.config, settings } }, WEB)).toContain(
      'state on `refs/cms/main/state`',
    )
  })

  // biome-ignore format: one row, one trick
  test.each([
    ['mentions', 'ask @octocat and @acme/owners', /@(?!\u200b)/],
    ['HTML', '<img src=x onerror=alert(1)> <!-- cms-iterate:end -->', /<img|e -->\s*<!--|<!-- cms-iterate:end -->[^]*<!-- cms-iterate:end -->/],
    ['links', '[click](https://evil.example) https://evil.example www.evil.example', /(?<!\\)\[click|https:\/\/evil|www\.evil/],
    ['issues that a merge would close', 'Fixes #12, closes acme/widgets#7, resolves GH-9', /#\d|GH-\d/],
    ['headings and lists', 'x\n# Done\n- [x] all', /^# Done|^- \[x\] all/m],
  ])('no %s of an agent', (_what, words, trick) => {
    const said = completed('b', { commit: HEAD, summary: words, verify_surface: [words] })
    const part = pullRequestPart({ ...full, completed_tasks: [said], goal: words, reason: words }, undefined)
    expect(part).not.toMatch(trick)
  })

  test('is never longer than GitHub takes, in whole lines, and says how many are left out', () => {
    const many = Array.from({ length: 2_000 }, (_, n) =>
      completed(`t${n}`, {
        order: n,
        commit: HEAD,
        summary: 's'.repeat(1_000),
        verify_surface: Array.from({ length: 50 }, () => 'p'.repeat(300)),
      }),
    )
    const part = pullRequestPart({ ...full, completed_tasks: many }, WEB)
    expect(part.length).toBeLessThanOrEqual(60_000)
    expect(part.length).toBeGreaterThan(50_000)
    expect(part).toMatch(/\n- … and \d+ more tasks\n\nLoop `main`/)
    expect(part).toMatch(/<!-- cms-iterate:end -->$/)
    const shown = part.match(/^- \[[ x]\] /gm)?.length ?? 0
    expect(Number(/- … and (\d+) more tasks\n\nLoop/.exec(part)?.[1]) + shown).toBe(2_002)
  })
})

// biome-ignore format: one row, one title
test.each([
  ['Move the API\nto promises', 'Move the API'],
  ['', 'Work of the loop main'],
  ['x'.repeat(150), `${'x'.repeat(99)}…`],
])('the title of %j', (goal, title) => {
  expect(pullRequestTitle(checkpoint({ goal }))).toBe(title)
})

describe('what people wrote around it', () => {
  const part = pullRequestPart(landed([0]), WEB)
  const next = pullRequestPart(landed([0, 1]), WEB)

  test('stays, whatever it is', () => {
    // As typed into a form: nothing in it begins like one of our marks.
    const words = fc.string({ maxLength: 40 }).filter((text) => !text.includes('<!--') && !/\r/.test(text))
    fc.assert(
      fc.property(words, words, (above, below) => {
        expect(withPart(`${above}${part}${below}`, next)).toBe(`${above}${next}${below}`)
      }),
    )
  })

  test('comes first where there was no part of ours', () => {
    expect(withPart('By hand.\r\n', part)).toBe(`By hand.\n\n${part}`)
    expect(withPart('', part)).toBe(part)
  })

  test('is safe although somebody deleted the end of our part', () => {
    const broken = `${part.replace('<!-- cms-iterate:end -->', '')}\nMine.`
    const once = withPart(broken, part)
    expect(withPart(once, next)).toBe(`${broken}\n\n${next}`)
  })

  test('stays behind a beginning of ours that somebody has broken', () => {
    const broken = 'Mine.\n\n<!-- cms-iterate:begin --<\n1 of 2\n\nMine, too.'
    const once = withPart(broken, part)
    expect(withPart(once, next)).toBe(`${broken}\n\n${next}`)
  })

  test('a part with a dollar sign is no pattern', () => {
    expect(withPart(part, `${part} $& $1`)).toBe(`${part} $& $1`)
  })
})
