/** What people write to agents, and what becomes of it. */
import { expect, test } from '@jest/globals'
import { writeMail } from '../../src/app/message.ts'
import { tellLoop } from '../../src/app/people.ts'
import { mailboxText, messageDocument } from '../../src/core/mail-text.ts'
import { type PersonsMail, readPersonsMail } from '../../src/core/persons-mail.ts'
import { pullRequestPart } from '../../src/core/pull-request-text.ts'
import { readme } from '../../src/core/readme.ts'
import { statusDocument } from '../../src/core/report.ts'
import { statusText } from '../../src/core/status-text.ts'
import { SECOND } from '../../src/core/time.ts'
import { checkpoint, message, task } from '../support/build.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }], policy: { attempts: 1 } })

/** A loop in which `a` has asked a question and is blocked by it. */
async function asked(question = 'Which port?'): Promise<World> {
  const world = new World()
  const ask: Act = (scene) => {
    scene.leave({ path: 'messages/1.json', text: JSON.stringify({ to: 'human', body: question }) })
    scene.report({ status: 'blocked', because: 'It has to know the port.' })
    return {}
  }
  world.script.acts.set('a', [ask, writes])
  await loop(world.run(), CONFIG)
  return world
}

const say = (world: World, mail: PersonsMail, key = 'k1') => writeMail(world.run(9), mail, key)
const reply = (to: string, body = '8080'): PersonsMail => ({ say: 'reply', to, body })

test('an answer waits for a parked task, and is in its inbox when it is tried again', async () => {
  const world = await asked()
  expect(world.checkpoint()).toMatchObject({ status: 'needs_human', messages: [{ id: 'm1', to: 'human' }] })
  const { what, checkpoint: after } = await say(world, reply('m1'))
  expect(what).toBe('m2 is sent to a. a is parked and gets it when it is tried again: cms retry a')
  expect(statusDocument(after)).not.toHaveProperty('messages')
  await tellLoop(world.run(9), { say: 'retry', task: 'a' })
  const seen: string[] = []
  world.script.acts.set('a', [
    (scene) => {
      seen.push(...scene.inbox().map(({ from, body, reply_to }) => `${from} ${body} ${reply_to}`))
      return writes(scene)
    },
  ])
  expect((await loop(world.run(2), CONFIG)).checkpoint.status).toBe('done')
  expect(seen).toEqual(['human 8080 m1'])
})

test('words reach an agent at work within a look', async () => {
  const world = new World()
  let heardAfter = Number.NaN
  world.script.acts.set('a', [
    async (scene) => {
      await say(world, { say: 'write', to: 'all', body: 'hello' })
      for (let second = 1; second < 10 && Number.isNaN(heardAfter); second++) {
        world.clock.pass(SECOND)
        await world.clock.idle()
        if (scene.inbox().length > 0) heardAfter = second
      }
      return writes(scene)
    },
  ])
  await loop(world.run(), CONFIG)
  expect(heardAfter).toBeLessThanOrEqual(2)
})

// biome-ignore format: one row, one case
test.each<[string, PersonsMail, string]>([
  ['to nobody there',        { say: 'write', to: 'nobody', body: 'x' },            'unknown-task'],
  ['to people',              { say: 'write', to: 'human', body: 'x' },             'bad-input'],
  ['to what is no name',     { say: 'write', to: '../a', body: 'x' },              'bad-input'],
  ['without words',          { say: 'write', to: 'a', body: ' ' },                 'bad-input'],
  ['too long',               { say: 'write', to: 'a', body: 'x'.repeat(4_097) },   'bad-input'],
  ['in answer to nothing',   { say: 'reply', to: 'm77', body: 'x' },               'unknown-message'],
  ['taken as read',          { say: 'ack', ids: ['m77'] },                         'unknown-message'],
])('a message %s is refused', async (_, mail, code) => {
  const world = await asked()
  const before = world.stateTip
  expect(await codeOf(say(world, mail))).toBe(code)
  expect(world.stateTip).toBe(before)
})

test('to a task that is done nobody writes', async () => {
  const world = new World()
  await loop(world.run(), CONFIG)
  expect(await codeOf(say(world, { say: 'write', to: 'a', body: 'x' }))).toBe('not-allowed')
  expect(await codeOf(say(world, { say: 'write', to: '*', body: 'x' }))).toBe('not-allowed')
})

test('the same words are sent once, whoever lost the answer', async () => {
  const world = await asked()
  const ports = world.run(9)
  let swaps = 0
  const store = guardedBy(async (call, name) => {
    const answer = await call()
    return name === 'swap' && ++swaps === 1 ? { is: 'stale' } : answer
  })(ports.store)
  const { what } = await writeMail({ ...ports, store }, reply('m1'), 'k1')
  expect(what).toBe('m2 is sent to a already.')
  expect((await say(world, reply('m1'), 'k1')).what).toBe('m2 is sent to a already.')
  expect(world.checkpoint().mail_seq).toBe(2)
})

test('what needs no answer is taken as read', async () => {
  const world = await asked()
  expect((await say(world, { say: 'ack', ids: 'all' })).what).toBe('m1 is taken as read.')
  expect((await say(world, { say: 'ack', ids: ['m1'] })).what).toBe('There was nothing to take as read.')
})

test('a question is on every page, on one line, and says how it is answered', async () => {
  const world = await asked('Which port?\n# Not a heading\n[x](http://evil.test) @ada')
  const now = world.checkpoint()
  const line = 'cms message --reply m1 "…"'
  for (const page of [readme(now), pullRequestPart(now, undefined), statusText(now, 200)]) {
    expect(page).toContain(line)
    expect(page).toContain('Which port? # Not a heading')
    expect(page).not.toMatch(/^# Not/m)
  }
  expect(pullRequestPart(now, undefined)).toContain('`/cms reply m1 …`')
  for (const page of [readme(now), pullRequestPart(now, undefined)]) {
    expect(page).not.toContain(' @ada')
    expect(page).not.toMatch(/(?<!\\)\[x\]/)
  }
  expect(statusDocument(now).messages).toEqual([
    expect.objectContaining({ id: 'm1', from: 'a', to: 'human', settled: false, deliveries: 0 }),
  ])
})

test('whose question came before its end gets no answer, and no page says that it would', () => {
  const now = checkpoint({
    tasks: [task('web')],
    messages: [message(1, { from: 'gone', to: 'human' }), message(2, { from: 'web', to: 'human' })],
    mail_seq: 2,
  })
  const own = { ...now, messages: now.messages.slice(0, 1) }
  expect(readme(now)).toContain('cms message --ack m1')
  expect(readme(now)).toContain('cms message --reply m2 "…"')
  expect(pullRequestPart(now, undefined)).toContain('`/cms reply m2 …`')
  expect(pullRequestPart(own, undefined)).toContain('take it as read with `cms message --ack all`')
  expect(statusText(own, 200)).toContain('it is done; take as read: cms message --ack m1')
})

test('the mailbox is shown, oldest first, a line of words each', () => {
  const now = checkpoint({
    tasks: [task('api'), task('web')],
    messages: [
      message(1, { acknowledged: ['api'] }),
      message(2, { from: 'human', to: '*', body: 'two\nlines\u001b[2J', reply_to: 'm1' }),
    ],
    mail_seq: 2,
  })
  expect(mailboxText(now).split('\n')).toEqual([
    'm1  2026-11-23 12:00  web → api  read',
    '    words 1',
    'm2  2026-11-23 12:00  human → * (answers m1)  waits',
    '    two lines',
  ])
  expect(now.messages.map((one) => messageDocument(now, one).settled)).toEqual([true, false])
  expect(mailboxText(checkpoint())).toBe('There is no mail.')
})

// biome-ignore format: one row, one case
test.each<[string, PersonsMail | undefined]>([
  ['{"to":"api","body":"x"}',              { say: 'write', to: 'api', body: 'x' }],
  ['{"reply":"m1","body":"x"}',            { say: 'reply', to: 'm1', body: 'x' }],
  ['{"ack":["m1"]}',                       { say: 'ack', ids: ['m1'] }],
  ['{"to":"api","reply":"m1","body":"x"}', undefined],
  ['{"to":"api","body":"x","from":"web"}', undefined],
  ['{"to":"api"}',                         undefined],
  ['{"reply":"1","body":"x"}',             undefined],
  ['"api"',                                undefined],
  ['{',                                    undefined],
])('as an input of the action: %s', (text, mail) => {
  expect(readPersonsMail(text)).toEqual(mail)
})
