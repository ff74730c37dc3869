/** A few changed inputs for every reader, and bugs planted in readers, so that it is known that they would be found. */
import { describe, expect, test } from '@jest/globals'
import { claude } from '../../src/adapters/agent/claude.ts'
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import { fit } from '../../src/core/exchange/fit.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { readReport } from '../../src/core/outbox.ts'
import { checkpoint } from '../support/build.ts'
import { linesForm } from './forms.ts'
import { inputOf } from './input.ts'
import { hunt } from './judging.ts'
import { reduced } from './reduced.ts'
import { holds, pure, type Target } from './target.ts'
import { checkpointTarget } from './targets/checkpoint.ts'
import { exchangeTarget } from './targets/exchange.ts'
import { loopFileTarget } from './targets/loop-file.ts'
import { outboxTarget } from './targets/outbox.ts'
import { type ReaderOf, streamTarget } from './targets/stream.ts'
import { TARGETS } from './targets.ts'

/** Git is asked in `npm run fuzz` only. */
const QUICK = TARGETS.filter(({ name }) => name !== 'bundle')

test.each(QUICK.map((target) => [target.name, target] as const))(
  '%s keeps its laws, and a seed is always the same input',
  async (_, target) => {
    await using opened = await target.open()
    const tally = await hunt(target, opened, { from: 1, count: 40, step: 1 })
    expect(tally.found.map(({ law, message, seed }) => ({ law, message, seed }))).toEqual([])
    expect(tally.accepted).toBeGreaterThan(0)
    await using again = await target.open()
    for (let seed = 1; seed < 10; seed++)
      expect(inputOf(again.corpus, target.form, seed)).toEqual(inputOf(opened.corpus, target.form, seed))
  },
)

/** The first law that is broken by a reader with a bug, and by what. */
async function found(target: Target) {
  const opened = await target.open()
  const { found } = await hunt(target, opened, { from: 1, count: 400, step: 1, enough: 1 })
  const [first] = found
  if (first === undefined) throw new Error('the bug was not found')
  return {
    law: first.law,
    smallest: () => reduced(target, opened, first),
    close: () => opened[Symbol.asyncDispose](),
  }
}

describe('a planted bug is found, and its input made small', () => {
  test('an empty checkpoint in the place of a damaged one', async () => {
    const target = checkpointTarget((text) => {
      const parsed = parseCheckpoint(text)
      return parsed.is === 'invalid' ? { is: 'valid', checkpoint: checkpoint() } : parsed
    })
    const { law, smallest } = await found(target)
    expect(law).toBe('nothing that it says is lost')
    expect((await smallest()).bytes).toBeLessThan(50)
  })

  test('a loop file on which the reader dies', async () => {
    const target = loopFileTarget((bytes, options) => {
      if (Buffer.from(bytes).includes('__proto__')) throw new TypeError('x is not a function')
      return checkBytes(bytes, options)
    })
    const { law, smallest } = await found(target)
    expect(law).toBe('no uncaught TypeError')
    expect((await smallest()).input).toMatch(/^"[^_]{0,3}__proto__.{0,9}"$/)
  })

  test('a mistake without a place', async () => {
    const target = loopFileTarget((bytes, options) => {
      const inspected = checkBytes(bytes, options)
      if (inspected.is === 'valid') return inspected
      return { ...inspected, mistakes: inspected.mistakes.filter(({ path }) => path === '') }
    })
    expect((await found(target)).law).toBe('a refusal has a mistake')
  })

  test('a report whose summary is not cut, and one that shows a secret', async () => {
    const long = outboxTarget((files, redact) => {
      const report = readReport(files, redact)
      return { ...report, summary: report.summary.repeat(3) }
    })
    const open = outboxTarget((files) => readReport(files, (text) => text))
    for (const [target, law] of [
      [long, 'the summary is bounded'],
      [open, 'no secret is kept'],
    ] as const) {
      const one = await found(target)
      expect(one.law).toBe(law)
      await one.close()
    }
  })

  test('a need that leads nowhere', async () => {
    const target = exchangeTarget((found, options) => {
      const imported = fit(found, options)
      return {
        ...imported,
        tasks: imported.tasks.map((task) => ({ ...task, needs: [...task.needs, 'gone'] })),
      }
    })
    expect((await found(target)).law).toBe('what comes out is sound')
  })

  test('a reader that believes words in ordinary output', async () => {
    const fooled: ReaderOf = {
      name: 'claude',
      reader(assignment) {
        const inner = claude.reader(assignment)
        let is429 = false
        return {
          line(text) {
            is429 ||= text.includes('HTTP 429')
            return inner.line(text)
          },
          end: (how) => ({ ...inner.end(how), ...(is429 ? { end: 'rate_limited' } : {}) }),
        }
      },
    }
    expect((await found(streamTarget(fooled))).law).toBe('words in ordinary output decide nothing')
  })
})

test('the smallest input is the part that breaks the law', async () => {
  const form = linesForm(['!'])
  const opened = pure(['one\ntwo\nthree!\nfour'], (input) => {
    holds('no marks', !input.includes('!'), 'there is one')
    return 'accepted'
  })
  const { found } = await hunt({ form }, opened, { from: 1, count: 30, step: 1 })
  expect(found.map(({ law }) => law)).toEqual(['no marks'])
  for (const one of found) expect((await reduced({ form }, opened, one)).input).toBe('"!"')
})
