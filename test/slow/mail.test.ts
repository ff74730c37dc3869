/** Mail between agents that really run: how long a letter takes, and what is written for it. */
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { removeHome, repository } from '../support/cli.ts'
import { type Correspondended, correspond } from '../support/correspondence.ts'

jest.setTimeout(300_000)
afterAll(removeHome)

const LETTERS = 12

function judged({ received, checkpoint, story }: Correspondended) {
  const ms = received.map((one) => one.ms).toSorted((a, b) => a - b)
  const { status, mail_seq, messages } = Checkpoint.parse(checkpoint)
  // Each letter arrives once, in order, with whom it was for.
  for (const to of ['a', 'b']) {
    const numbers = received.filter((one) => one.to === to).map(({ n }) => n)
    expect(numbers).toEqual(Array.from({ length: LETTERS }, (_, n) => n + 1))
  }
  expect({ status, mail_seq }).toEqual({ status: 'done', mail_seq: 2 * LETTERS })
  expect(messages.filter(({ acknowledged }) => acknowledged.length === 0)).toEqual([])
  const commits = story.filter((subject) => subject.startsWith('mail: ')).length
  return { median: ms[Math.floor(ms.length / 2)] ?? Number.NaN, most: ms.at(-1) ?? Number.NaN, commits }
}

test('two runners, at the defaults: at most 35 seconds at the median, and never 70', async () => {
  const { median, most, commits } = judged(
    await correspond({ where: 'two runners', letters: LETTERS, pause: 5_000 }),
  )
  expect(median).toBeLessThanOrEqual(35_000)
  expect(most).toBeLessThanOrEqual(70_000)
  // One in half a minute for each of the two, however many letters there are.
  expect(commits).toBeLessThanOrEqual(8)
})

test('two lanes of one process: at most 3 seconds', async () => {
  const { most } = judged(await correspond({ where: 'a terminal', letters: LETTERS, pause: 400 }))
  expect(most).toBeLessThanOrEqual(3_000)
})

describe('in a clone', () => {
  const QUIET = '{ id: a, run: sleep 4 && echo a > a.txt }'

  test('a quiet loop writes nothing for mail', async () => {
    const repo = await repository(QUIET)
    expect((await repo.cms(['run'])).code).toBe(0)
    expect(repo.git('log', '--format=%s', 'cms/main/state').split('\n')).toHaveLength(4)
  })

  test('a person writes to an agent at work, which answers; the answer waits for people', async () => {
    const wait = 'for i in $(seq 100); do ls "$CMS_INBOX"/* 2>/dev/null && break; sleep 0.1; done'
    const answer = `echo "{\\"to\\": \\"human\\", \\"body\\": \\"heard\\", \\"reply_to\\": \\"m1\\"}" > "$CMS_OUTBOX/messages/1.json"`
    const script = `${wait}; grep -q "v2" "$CMS_INBOX"/*; mkdir "$CMS_OUTBOX/messages"; ${answer}; echo a > a.txt`
    const repo = await repository('{ id: a, run: bash agent.sh }')
    await repo.write('agent.sh', script)
    repo.git('add', '-A')
    repo.git('commit', '--quiet', '-m', 'agent')
    const run = repo.cms(['run'])
    const begun = () => {
      try {
        return repo.git('log', '--format=%s', 'cms/main/state').includes('begin')
      } catch {
        return false
      }
    }
    while (!begun()) await new Promise((resolve) => setTimeout(resolve, 100))
    const said = await repo.cms(['message', 'a', 'Use', 'v2', '--json'])
    expect([said.code, JSON.parse(said.out).what]).toEqual([
      0,
      'm1 is sent to a. It is put into the inbox of the agent at work on a.',
    ])
    expect((await run).code).toBe(0)
    const status = await repo.cms(['status', '--json'])
    expect(JSON.parse(status.out).messages).toMatchObject([{ id: 'm2', from: 'a', body: 'heard' }])
    expect((await repo.cms(['status'])).out).toContain('it is done; take as read: cms message --ack m2')
    expect((await repo.cms(['message'])).out).toMatch(/^m1 .*human → a[^]*m2 .*a → human/)
    expect((await repo.cms(['message', '--ack', 'm2'])).out).toContain('m2 is taken as read.')
    const log = await repo.cms(['log', '--task', 'a'])
    expect(log.out).toContain('mail: human → a, 1 message')
  })

  test('what cannot be said is refused, and changes nothing', async () => {
    const repo = await repository(QUIET, '{ id: b, run: "true" }')
    await repo.cms(['run', '--max-iterations', '1'])
    const before = await repo.snapshot()
    const codes: unknown[] = []
    for (const args of REFUSED) {
      const ran = await repo.cms(['message', ...args, '--json'])
      codes.push([ran.code, JSON.parse(ran.out).error.code])
    }
    expect(codes).toEqual([
      [2, 'unknown-task'],
      [2, 'unknown-message'],
      [2, 'bad-input'],
      [2, 'bad-input'],
      [2, 'bad-input'],
    ])
    expect(await repo.snapshot()).toEqual(before)
  })
})

const REFUSED = [
  ['nobody', 'hello'],
  ['--reply', 'm9', 'hello'],
  ['b'],
  ['--ack', 'm1', 'hello'],
  ['--ack', 'm1', '--list'],
]
