/** What the jobs of the walled form are told: what is believed of it. */
import { describe, expect, test } from '@jest/globals'
import { Verdict } from '../../src/core/attempt.ts'
import { byteLength } from '../../src/core/text.ts'
import { HANDOVER_BYTES, handoverText, readHandover, readNeeds } from '../../src/core/walled.ts'
import { usage } from '../support/build.ts'

const ID = 'a'.repeat(40)
const assignment = {
  ...{ loop: 'main', refs: 'branches', lane: '1', nonce: 'n', task: 'a', fence: 1, iteration: 1, attempt: 1 },
  ...{ base: ID, landing: false },
}
const begin = (result = 'success') => ({ result, outputs: { assignment: JSON.stringify(assignment) } })
const check = (outputs: object = {}, result = 'success') => ({
  result,
  outputs: { verdict: 'done', head: ID, tree: ID, details: '{"because":"well"}', ...outputs },
})
const read = (needs: object) => readNeeds(JSON.stringify(needs))

test('what was leased, how the jobs ended, and what was said of the work', () => {
  const needs = { begin: begin(), work: { result: 'failure', outputs: {} }, check: check() }
  expect(read(needs)).toEqual({
    assignment,
    work: 'failure',
    check: 'success',
    judgement: { verdict: 'done', head: ID, tree: ID, because: 'well' },
  })
})

test.each([undefined, '', 'nonsense', '[]', '{"begin":1}'])('%j says nothing', (text) => {
  expect(readNeeds(text)).toEqual({
    assignment: undefined,
    judgement: undefined,
    work: undefined,
    check: undefined,
  })
})

test('a job that did not succeed is not believed', () => {
  expect(read({ begin: begin('failure'), check: check({}, 'failure') })).toMatchObject({
    assignment: undefined,
    judgement: undefined,
  })
})

describe('a machine that runs what an agent wrote', () => {
  const mine = ['done', 'conflict', 'interrupted', 'verify_failed', 'agent_limit']

  test.each(Verdict.options)('may say %s, or may not', (verdict) => {
    expect(read({ check: check({ verdict }) }).judgement?.verdict).toBe(
      mine.includes(verdict) ? verdict : undefined,
    )
  })

  test('may not say done, and what failed', () => {
    const details = JSON.stringify({ because: 'x', failure: { command: 'npm test', tail: 'red' } })
    expect(read({ check: check({ details }) }).judgement).toBeUndefined()
  })

  test('may not say more than there is to say', () => {
    const details = JSON.stringify({ because: 'x', failure: { tail: 'red', junk: 'y' }, head: 'z' })
    expect(read({ check: check({ details, verdict: 'verify_failed' }) }).judgement).toEqual({
      ...{ verdict: 'verify_failed', head: ID, tree: ID, because: 'x' },
      failure: { tail: 'red' },
    })
  })

  test('may leave out its reasons, or nest them without end', () => {
    const deep = '['.repeat(100_000)
    for (const details of ['', 'nonsense', deep])
      expect(read({ check: check({ details }) }).judgement).toMatchObject({ verdict: 'done', because: '' })
  })
})

test('outputs that a platform has dropped are none', () => {
  expect(
    read({ check: { result: 'success', outputs: { verdict: 'done', head: ID } } }).judgement,
  ).toBeUndefined()
})

const bare = {
  ...{ version: 1 as const, end: 'ready' as const, because: '', usage: usage(), summary: '', outputs: {} },
  ...{ subjects: [], refused: [] },
}

describe('the machine of an agent', () => {
  const notMine = ['done', 'landing', 'conflict', 'superseded', 'cancelled', 'verify_failed']

  test.each(['ready', ...Verdict.options])('may say that it ended as %s, or may not', (end) => {
    expect(readHandover(JSON.stringify({ ...bare, end })).is).toBe(notMine.includes(end) ? 'broken' : 'read')
  })

  // biome-ignore format: one row, one case
  test.each<[what: string, more: object]>([
    ['outputs beyond their limit',  { outputs: { a: 'x'.repeat(4_096) } }],
    ['nesting without end',         { outputs: JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`) }],
    ['a summary beyond its limit',  { summary: 'x'.repeat(1_025) }],
    ['a cost below nothing',        { usage: { ...usage(), usd: -1 } }],
  ])('hands over %s: nothing of it is believed', (_, more) => {
    expect(readHandover(JSON.stringify({ ...bare, ...more })).is).toBe('broken')
  })
})

describe('a handover with mail', () => {
  const letter = (n: number, body: string) => ({ key: `k${n}`, to: 'web', body })
  const mail = {
    letters: Array.from({ length: 40 }, (_, n) => letter(n, '漢'.repeat(1_300))),
    refused: [],
    acks: ['m1'],
    delivered: ['m2'],
  }

  test('fits, with all that an attempt may send and subjects at their limit', () => {
    const subjects = Array.from({ length: 50 }, () => '漢'.repeat(1_000))
    const text = handoverText({ ...bare, subjects, mail, proposals: [] })
    expect(byteLength(text)).toBeLessThanOrEqual(HANDOVER_BYTES)
    const read = readHandover(text)
    if (read.is !== 'read') throw new Error(read.because)
    const { letters = [], refused = [] } = read.handover.mail ?? {}
    expect(letters.length).toBeGreaterThanOrEqual(20)
    expect(refused).toHaveLength(40 - letters.length)
  })

  test('has letters, without our own marks, and ids', () => {
    const read = readHandover(
      handoverText({ ...bare, proposals: [], mail: { ...mail, letters: [letter(1, 'x')] } }),
    )
    expect(read).toMatchObject({
      handover: { mail: { letters: [{ to: 'web', body: 'x' }], acks: ['m1'], delivered: ['m2'] } },
    })
  })
})

describe('a handover with proposals', () => {
  const proposals = Array.from({ length: 100 }, (_, n) => ({
    ...{ id: `t${n}`, name: 'n', spec: '漢'.repeat(2_000), needs: [], priority: 0, verify: [] },
  }))

  test('fits into what may be handed over: the last ones are left out, and named', () => {
    const text = handoverText({ ...bare, proposals })
    expect(byteLength(text)).toBeLessThanOrEqual(HANDOVER_BYTES)
    const read = readHandover(text)
    if (read.is !== 'read') throw new Error(read.because)
    const { proposals: kept, refused } = read.handover
    expect(kept).toEqual(proposals.slice(0, kept.length))
    expect(kept.length).toBeGreaterThan(35)
    expect(refused[0]).toMatchObject({ id: `t${kept.length}` })
  })

  test('few of them are all there', () => {
    const read = readHandover(handoverText({ ...bare, proposals: proposals.slice(0, 3) }))
    expect(read).toMatchObject({ handover: { proposals: proposals.slice(0, 3), refused: [] } })
  })

  test('an older one has none', () => {
    const { refused, ...old } = bare
    expect(readHandover(JSON.stringify(old))).toMatchObject({ handover: { proposals: [], refused } })
  })
})
