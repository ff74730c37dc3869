/** The tools of an agent, each as the official client meets it. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { ContextFile } from '../../../src/core/agent-files.ts'
import { LESSON_LIMITS } from '../../../src/core/learning/lesson.ts'
import { LIMITS } from '../../../src/core/limits.ts'
import { taskView } from '../../../src/core/tools/task-view.ts'
import { connected, type Said } from '../../support/agent-client.ts'
import { CONTEXT, deliver, harnessReads, removeDesks, stoppedClock } from '../../support/agent-desk.ts'
import { InstantClock } from '../../support/instant-clock.ts'

afterAll(removeDesks)

const BIG = 'x'.repeat(5_000)
const NAMES = ['task_list', 'task_get', 'task_create', 'send_message', 'read_inbox', 'ack_message']
NAMES.push('set_output', 'note_lesson', 'report')

test('the client is told who it speaks to, and every tool with a schema of its arguments', async () => {
  await using world = await connected()
  expect(world.client.getServerVersion()).toMatchObject({ name: 'cms', version: '1.2.3' })
  expect(world.client.getInstructions()).toContain('task')
  const { tools } = await world.client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(NAMES)
  for (const { description, inputSchema } of tools) {
    expect(description?.length).toBeGreaterThan(60)
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    for (const property of Object.values(inputSchema.properties ?? {}))
      expect(property).toHaveProperty('description')
  }
  const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint === true)
  expect(reading.map(({ name }) => name)).toEqual(['task_list', 'task_get', 'read_inbox'])
  // All of them are in every request of a model.
  expect(JSON.stringify(tools).length).toBeLessThan(9_000)
})

// biome-ignore format: one row, one refusal
const REFUSED: readonly (readonly [tool: string, input: Record<string, unknown>, says: RegExp])[] = [
  ['task_list',    { state: 'opne' },                        /state: must be one of done, open, leased, parked.*did you mean "open"/],
  ['task_list',    { after: 'nowhere' },                     /"nowhere".*`next`/],
  ['task_list',    { page: 2 },                              /"page" may not be in it: only state, after/],
  ['task_get',     { id: 'scheme' },                         /no task "scheme".*"schema"/],
  ['task_get',     { id: '../api' },                         /id: must be 1 to 40/],
  ['task_create',  {},                                       /id: is missing/],
  ['task_create',  { id: 'x' },                              /says nothing to do/],
  ['task_create',  { id: '../x', name: 'X' },                /id: must be 1 to 40/],
  ['task_create',  { id: 'human', name: 'X' },               /reserved/],
  ['task_create',  { id: 'docs', name: 'X' },                /already/],
  ['task_create',  { id: 'api', name: 'X' },                 /already/],
  ['task_create',  { id: 'x', name: 'X', needs: ['x'] },     /needs itself/],
  ['task_create',  { id: 'x', name: 'X', run: 'sh' },        /"run" may not be in it/],
  ['task_create',  { id: 'x', name: 'X', verify: [''] },     /verify\[0\]: must not be empty/],
  ['task_create',  { id: 'x', spec: 'y'.repeat(20_000) },    /spec: must be at most 16384/],
  ['send_message', { to: 'api', body: 'x' },                 /your own task/],
  ['send_message', { to: 'dcs', body: 'x' },                 /no task "dcs".*"docs".*"human".*docs/],
  ['send_message', { to: 'schema', body: 'x' },              /"schema" is done.*docs/],
  ['send_message', { to: 'legal', body: 'x' },               /"legal" is parked/],
  ['send_message', { to: '../x', body: 'x' },                /to: must be the id of a task/],
  ['send_message', { to: 'docs', body: ' ' },                /body: must not be empty/],
  ['send_message', { to: 'docs', body: BIG },                /body: must be at most 4096/],
  ['send_message', { to: 'docs', body: 'ü'.repeat(4_000) },  /body: must be at most 4096 bytes/],
  ['send_message', { to: 'docs', body: 'x', reply_to: 'm9' },/"m9" is not in your inbox/],
  ['send_message', { to: 'docs' },                           /body: is missing/],
  ['read_inbox',   { wait_seconds: 31 },                     /wait_seconds: must be at most 30/],
  ['ack_message',  { ids: ['m1', 'm9'] },                    /Not in your inbox: m9.*Nothing was acknowledged/],
  ['ack_message',  { ids: 'm1' },                            /ids: must be a list/],
  ['ack_message',  { ids: [] },                              /ids: must be at least 1/],
  ['set_output',   { key: 'a' },                             /value: is missing; it must be any value/],
  ['set_output',   { key: '', value: 1 },                    /key: must be at least 1/],
  ['set_output',   { key: 'a', value: BIG },                 /outputs are 5008 bytes; the limit is 4096/],
  ['set_output',   { key: '__proto__', value: 1 },           /cannot be kept/],
  ['note_lesson',  { text: '' },                             /text: must not be empty/],
  ['note_lesson',  { text: 'y'.repeat(501) },                /text: must be at most 500 characters/],
  ['note_lesson',  { text: 'x', scope: 'world' },            /scope: must be one of task, loop/],
  ['note_lesson',  { text: 'Skip the tests.' },              /not noted: it tells to get around the checks/],
  ['report',       { status: 'done' },                       /status: must be one of ready, blocked, split/],
  ['report',       { status: 'blocked' },                    /because: is missing/],
  ['report',       { status: 'blocked', because: ' ' },      /because: is missing/],
  ['report',       { summary: BIG },                         /summary: must be at most 1024/],
  ['report',       { summary: 7 },                           /summary: must be text, not 7/],
  ['report',       { outputs: { a: BIG } },                  /the limit is 4096/],
  ['report',       { outputs: [1] },                         /outputs: must be .* not a list/],
]

test.each(REFUSED.map(([name, input, says]) => ({ name, input, says })))(
  '$name refuses with a way out, and writes nothing: $says',
  async ({ name, input, says }) => {
    await using world = await connected()
    deliver(world.desk, { id: 'm1', seq: 1 })
    const { text, isError } = await world.call(name, input)
    expect({ text, isError }).toEqual({ text: expect.stringMatching(says), isError: true })
    expect(world.left()).toEqual({})
  },
)

test.each(NAMES)('%s with arguments that no schema has foreseen', async (name) => {
  await using world = await connected()
  let deep: unknown = 1
  for (let depth = 0; depth < 5_000; depth++) deep = [deep]
  const { text, isError } = await world.call(name, { key: 'a', value: deep, outputs: { deep } })
  expect({ text, isError }).toEqual({ text: expect.stringContaining('nested'), isError: true })
  expect(world.left()).toEqual({})
})

describe('an unknown tool, or one that an object has anyway', () => {
  test.each(['rum', '__proto__', 'constructor', 'toString', ''])('%j', async (name) => {
    await using world = await connected()
    await expect(world.client.callTool({ name })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('task_list'),
    })
  })
})

describe('tasks', () => {
  test('one in hand is shown in full', async () => {
    await using world = await connected()
    const { goal, task, attempt, outputs, last_failure } = CONTEXT
    const shown = await world.show('task_get')
    expect(shown).toMatchObject({ ...task, goal, attempt, outputs, last_failure, state: 'leased' })
    expect(await world.show('task_get', { id: 'api' })).toEqual(shown)
  })

  test('of another its place in the whole, and the outputs that mine uses', async () => {
    await using world = await connected()
    const [schema, , docs] = CONTEXT.tasks
    expect(await world.show('task_get', { id: 'schema' })).toEqual({
      ...schema,
      outputs: { file: 'schema.json' },
    })
    expect(await world.show('task_get', { id: 'docs' })).toEqual(docs)
  })

  test('of one that is called like what every object has: no outputs', () => {
    const odd = { id: 'constructor', name: 'Odd', state: 'open', needs: [] } as const
    const context = ContextFile.parse({ ...CONTEXT, tasks: [...CONTEXT.tasks, odd] })
    expect(Object.keys(taskView(context, 'constructor'))).toEqual(['id', 'name', 'state', 'needs'])
  })

  test('are listed, all or those in one state', async () => {
    await using world = await connected()
    expect(await world.show('task_list')).toEqual({ tasks: CONTEXT.tasks, total: 4 })
    expect(await world.show('task_list', { state: 'open' })).toEqual({ tasks: [CONTEXT.tasks[2]], total: 1 })
  })

  // biome-ignore format: one row, one case
  test.each([
    ['one page',                     100, 0],
    ['one page, and one more task',  101, 0],
    ['many',                       2_000, 0],
    ['many, with long needs',        700, 200],
  ])('of a long list come in pages that fit into an answer: %s', async (_, count, most) => {
    const tasks = Array.from({ length: count }, (_one, n) => ({
      id: `t${n}`,
      name: 'n'.repeat(n % 200),
      state: 'open',
      needs: n % 5 === 4 ? Array.from({ length: most }, (_need, m) => `t${m}`) : [],
    }))
    await using world = await connected({ ...CONTEXT, tasks })
    const seen: unknown[] = []
    let after: string | undefined
    do {
      const { text } = await world.call('task_list', after === undefined ? {} : { after })
      expect(Buffer.byteLength(text)).toBeLessThan(32 * 1024)
      const page = JSON.parse(text)
      expect(page.tasks.length).toBeLessThanOrEqual(100)
      seen.push(...page.tasks)
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(tasks)
  })

  test('are proposed as the harness will read them; again in place of the one before', async () => {
    await using world = await connected()
    const one = {
      id: 'more',
      name: ' More\n work ',
      spec: 'Do it.',
      needs: ['api', 'later'],
      verify: ['npm test'],
    }
    expect((await world.call('task_create', one)).text).toMatch(/"more" is proposed\. It needs later/)
    expect(await world.call('task_create', { ...one, needs: ['schema'], priority: 2 })).toEqual({
      text: 'Task "more" is proposed, in place of the one before.',
      isError: false,
    })
    expect(Object.keys(world.left())).toEqual(['tasks/more.json'])
    expect((await harnessReads(world.desk)).proposals).toEqual({
      proposals: [{ ...one, name: 'More work', needs: ['schema'], priority: 2 }],
      refused: [],
    })
  })

  test.each([
    ['an ordinary task', CONTEXT.task, LIMITS.proposals_attempt],
    ['the plan', { ...CONTEXT.task, id: 'plan', source: 'plan' }, LIMITS.proposals_plan],
  ])('of %s at most so many', async (_, task, most) => {
    await using world = await connected({ ...CONTEXT, task })
    const create = (id: string) => world.call('task_create', { id, name: 'x' })
    for (let n = 0; n < most; n++) expect((await create(`t${n}`)).isError).toBe(false)
    expect(await create('more')).toEqual({ text: expect.stringContaining(`at most ${most}`), isError: true })
    expect((await create('t0')).isError).toBe(false)
    expect((await harnessReads(world.desk)).proposals.proposals).toHaveLength(most)
  })
})

describe('messages', () => {
  test.each(['docs', '*', 'human'])('to %s', async (to) => {
    await using world = await connected()
    deliver(world.desk, { id: 'm1', seq: 1 })
    await world.call('send_message', { to, body: 'first', reply_to: 'm1' })
    await world.call('send_message', { to, body: 'second' })
    const left = Object.entries(world.left())
    expect(left.map(([path]) => path)).toEqual([
      expect.stringMatching(/^messages\/0001-\w{8}\.json$/),
      expect.stringMatching(/^messages\/0002-\w{8}\.json$/),
    ])
    expect(left.map(([, text]) => JSON.parse(text))).toEqual([
      { to, body: 'first', reply_to: 'm1' },
      { to, body: 'second' },
    ])
  })

  test('to whom nobody has told us of: the harness decides', async () => {
    await using world = await connected({ task: { id: 'api' } })
    expect((await world.call('send_message', { to: 'anybody', body: 'x' })).isError).toBe(false)
  })

  test('at most so many', async () => {
    await using world = await connected()
    for (let n = 0; n < LIMITS.messages_attempt; n++)
      await world.call('send_message', { to: 'docs', body: 'x' })
    expect(await world.call('send_message', { to: 'docs', body: 'x' })).toEqual({
      text: expect.stringContaining(`at most ${LIMITS.messages_attempt}`),
      isError: true,
    })
    expect(Object.keys(world.left())).toHaveLength(LIMITS.messages_attempt)
  })

  const ids = async (world: Awaited<ReturnType<typeof connected>>, input = {}): Promise<unknown[]> => {
    const { messages } = JSON.parse((await world.call('read_inbox', input)).text)
    return messages.map(({ id }: { id: unknown }) => id)
  }

  test('are shown, oldest first, until they are acknowledged', async () => {
    const early = { id: 'm9', seq: 9, from: 'human', body: 'x' }
    await using world = await connected({ ...CONTEXT, messages: [early, 'no message'] })
    deliver(world.desk, { id: 'm12', seq: 12 })
    deliver(world.desk, { id: 'm7', seq: 7 })
    writeFileSync(join(world.desk.inbox, '00000001-broken.json'), '{')
    expect(await ids(world)).toEqual(['m7', 'm9', 'm12'])
    expect(await world.call('ack_message', { ids: ['m9', 'm7', 'm9'] })).toEqual({
      text: 'Acknowledged: m9, m7. Unread: 1.',
      isError: false,
    })
    expect(await ids(world)).toEqual(['m12'])
    await world.call('ack_message', { ids: ['m12', 'm9'] })
    expect(JSON.parse(world.left()['acks.json'] ?? '')).toEqual(['m9', 'm7', 'm12'])
    expect(await ids(world)).toEqual([])
  })

  test('what the agent itself has written to acknowledge stays, whatever else it wrote there', async () => {
    await using world = await connected()
    deliver(world.desk, { id: 'm12', seq: 12 })
    writeFileSync(join(world.desk.outbox, 'acks.json'), '["m9", "no id", 7]')
    await world.call('ack_message', { ids: ['m12'] })
    expect(JSON.parse(world.left()['acks.json'] ?? '')).toEqual(['m9', 'm12'])
  })

  test('of a full inbox come in portions', async () => {
    await using world = await connected()
    for (let n = 1; n <= 25; n++) deliver(world.desk, { id: `m${n}`, seq: n })
    expect(await world.show('read_inbox')).toMatchObject({ more: expect.stringMatching(/^5 more/) })
    await world.call('ack_message', { ids: (await ids(world)).map(String) })
    expect(await ids(world)).toEqual(['m21', 'm22', 'm23', 'm24', 'm25'])
  })

  test('are waited for: one that was shown before is no news', async () => {
    const clock = new InstantClock()
    const world = await connected(CONTEXT, {
      now: () => clock.now(),
      every: () => clock.every(),
      async sleep(ms) {
        await clock.sleep(ms)
        if (clock.slept.length === 3) deliver(world.desk, { id: 'm2', seq: 2 })
      },
    })
    deliver(world.desk, { id: 'm1', seq: 1 })
    expect(await ids(world, { wait_seconds: 10 })).toEqual(['m1'])
    expect(clock.slept).toEqual([])
    expect(await ids(world, { wait_seconds: 10 })).toEqual(['m1', 'm2'])
    expect(clock.slept).toHaveLength(3)
    expect(await ids(world, { wait_seconds: 30 })).toEqual(['m1', 'm2'])
    expect(clock.slept.reduce((all, one) => all + one)).toBe(30_750)
    await world.client.close()
  })

  test('are not waited for when the server ends', async () => {
    const { clock, asleep } = stoppedClock()
    await using world = await connected(CONTEXT, clock)
    const answer = world.call('read_inbox', { wait_seconds: 30 })
    await asleep
    world.over.abort()
    expect(await answer).toEqual({ text: '{"messages":[]}', isError: false })
    await world.settled()
  })
})

describe('the report', () => {
  test('has what was set before, and what was said anew', async () => {
    await using world = await connected()
    await world.call('set_output', { key: 'file', value: 'a.json' })
    expect(await harnessReads(world.desk)).toMatchObject({ status: 'ready', outputs: { file: 'a.json' } })
    await world.call('report', { status: 'blocked', because: 'No key.', outputs: { more: [1, null] } })
    await world.call('set_output', { key: 'file', value: { a: 'b.json' } })
    expect(await harnessReads(world.desk)).toMatchObject({
      status: 'blocked',
      because: 'No key.',
      outputs: { file: { a: 'b.json' }, more: [1, null] },
      problems: [],
      broken: undefined,
    })
    await world.call('report', { summary: 'It works now.' })
    expect(await harnessReads(world.desk)).toMatchObject({ status: 'ready', summary: 'It works now.' })
  })

  test('that was written by hand is added to; one that cannot be read gives way', async () => {
    await using world = await connected()
    const path = join(world.desk.outbox, 'report.json')
    writeFileSync(path, '{"summary":"By hand.","usage":{"usd":2}}')
    await world.call('set_output', { key: 'a', value: 1 })
    const read = await harnessReads(world.desk)
    expect(read).toMatchObject({ summary: 'By hand.', outputs: { a: 1 }, usage: { usd: 2 } })
    for (const broken of ['{', '[]', '{"status":"done"}', '"x"', '']) {
      writeFileSync(path, broken)
      await world.call('set_output', { key: 'a', value: 2 })
      expect(await harnessReads(world.desk)).toMatchObject({ outputs: { a: 2 }, broken: undefined })
    }
  })

  test('loses nothing of calls at once', async () => {
    await using world = await connected()
    for (let n = 1; n <= 20; n++) deliver(world.desk, { id: `m${n}`, seq: n })
    const calls = Array.from({ length: 20 }, (_, n): Promise<Said>[] => [
      world.call('set_output', { key: `k${n}`, value: n }),
      world.call('ack_message', { ids: [`m${n + 1}`] }),
      world.call('send_message', { to: 'docs', body: `${n}` }),
    ])
    const said = await Promise.all(calls.flat())
    expect(said.filter(({ isError }) => isError)).toEqual([])
    expect(Object.keys((await harnessReads(world.desk)).outputs)).toHaveLength(20)
    expect(JSON.parse(world.left()['acks.json'] ?? '')).toHaveLength(20)
    expect(Object.keys(world.left())).toHaveLength(22)
  })

  test('of a split says when there are no parts', async () => {
    await using world = await connected()
    expect((await world.call('report', { status: 'split' })).text).toContain('task_create')
    await world.call('task_create', { id: 'part', name: 'Part' })
    expect((await world.call('report', { status: 'split' })).text).toBe(
      'Reported "split", with 1 proposed tasks.',
    )
  })
})

test('lessons are noted, each as a file; at most so many', async () => {
  await using world = await connected()
  await world.call('note_lesson', { text: 'Build first.', scope: 'loop', paths: ['src'] })
  await world.call('note_lesson', { text: 'Take care.' })
  expect(Object.values(world.left()).map((text) => JSON.parse(text))).toEqual([
    { text: 'Build first.', scope: 'loop', paths: ['src'] },
    { text: 'Take care.', scope: 'task', paths: [] },
  ])
  for (let n = 2; n < LESSON_LIMITS.notes; n++) await world.call('note_lesson', { text: `Lesson ${n}.` })
  expect(await world.call('note_lesson', { text: 'One more.' })).toEqual({
    text: expect.stringContaining(`at most ${LESSON_LIMITS.notes}`),
    isError: true,
  })
  const { notes, problems } = await harnessReads(world.desk)
  expect({ count: notes.length, problems }).toEqual({ count: LESSON_LIMITS.notes, problems: [] })
  expect(notes[0]).toEqual({ text: 'Build first.', scope: 'paths', paths: ['src'] })
})

describe('an outbox', () => {
  test('that is full takes no more files, but changes those it has', async () => {
    await using world = await connected()
    await world.call('set_output', { key: 'a', value: 1 })
    for (let n = 1; n < LIMITS.outbox_files; n++) writeFileSync(join(world.desk.outbox, `${n}.json`), '{}')
    expect(await world.call('note_lesson', { text: 'x' })).toEqual({
      text: expect.stringContaining('no more than 200'),
      isError: true,
    })
    expect((await world.call('set_output', { key: 'a', value: 2 })).isError).toBe(false)
  })

  test('with a link in it that leads elsewhere is not written through it', async () => {
    await using world = await connected()
    const elsewhere = join(world.desk.folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(world.desk.outbox, 'lessons'))
    expect(await world.call('note_lesson', { text: 'x' })).toEqual({
      text: expect.stringContaining('link'),
      isError: true,
    })
  })

  test('in which a folder has the place of a file keeps nothing of what was tried', async () => {
    await using world = await connected()
    mkdirSync(join(world.desk.outbox, 'report.json'))
    expect(await world.call('set_output', { key: 'a', value: 1 })).toMatchObject({ isError: true })
    expect(world.left()).toEqual({})
  })

  test('that is gone is said, and the server lives on', async () => {
    await using world = await connected()
    rmSync(world.desk.outbox, { recursive: true })
    expect(await world.call('set_output', { key: 'a', value: 1 })).toMatchObject({ isError: true })
    expect((await world.call('task_get')).isError).toBe(false)
  })
})
