/** What a run saves and tells, whoever said it: without secrets, and with everything else as it was. */
import { expect, test } from '@jest/globals'
import { dispatchAll } from '../../src/app/dispatch.ts'
import { iterate } from '../../src/app/iterate.ts'
import { discreet } from '../../src/app/redacted.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { beginFor } from '../../src/app/walled/begin.ts'
import { workOn } from '../../src/app/walled/work.ts'
import type { Event } from '../../src/core/event.ts'
import { redactEvent } from '../../src/core/redact-event.ts'
import { redactor, spotter } from '../../src/core/secrets/redact.ts'
import type { Report } from '../../src/ports/reporter.ts'
import { AT, checkpoint, ended, RUN, settings, spec } from '../support/build.ts'
import { loopConfig } from '../support/loop-config.ts'
import { loop, REFS, settingsOf, World } from '../support/world.ts'
import type { Act } from '../support/world-agents.ts'

const SECRET = 'Zq8-Wm3-Rt5-Yp7'
const redact = redactor([SECRET])
const said = `It said ${SECRET}.`

test('the checkpoint, its story and the work hold nothing of what agents and commands said', async () => {
  const world = new World()
  const usual = world.run()
  const told: Report[] = []
  const reporter = discreet({ tell: (report) => told.push(report) }, redact)
  const ports = { ...usual, redact, spots: spotter([SECRET]), reporter }
  world.script.acts.set('a', [
    (scene) => {
      const { room } = scene
      room.files.set('a.txt', 'a')
      room.subjects.push(`a subject ${SECRET}`)
      scene.report({ summary: said, outputs: { [SECRET]: [said] } })
      scene.leave({ path: `${SECRET}.json`, refused: said })
      return { text: said }
    },
  ])
  world.script.acts.set('b', [() => ({ end: 'agent_failed', because: said, text: said })])
  const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })
  await loop(ports, config, { maxIterations: 2 })
  const saved = JSON.stringify([...world.repository.states.values()])
  const work = world.objects.commit(world.repository.refs.get(REFS.work) ?? '')
  for (const text of [saved, JSON.stringify(work), JSON.stringify(told)]) {
    expect(text).not.toContain('Wm3')
    expect(text).toContain('***')
  }
})

test.each<[what: string, settings: object, act: Act]>([
  [
    'an agent that has ended',
    {},
    (scene) => {
      const { room } = scene
      room.files.set('a.txt', 'a')
      room.subjects.push(`a subject ${SECRET}`)
      scene.report({ summary: said, outputs: { [SECRET]: [said] } })
      return {}
    },
  ],
  ['an agent that has failed', {}, () => ({ end: 'agent_failed', because: said, text: said })],
  ['a setup that has failed', { setup: ['install'] }, () => ({})],
])('what the machine of %s hands over is for everybody to read, and holds none', async (_, more, act) => {
  const world = new World()
  world.script.acts.set('a', [act])
  world.script.deeds.set('install', () => ({ ok: false, tail: said }))
  const run = settingsOf(loopConfig({ tasks: [{ id: 'a' }], ...more }))
  const ports = { ...world.as('gh:1.1'), redact, spots: spotter([SECRET]) }
  const begun = await startOrContinue(ports, run, { fresh: false, resume: false })
  const ticked = await tick(ports, run, begun)
  const [asked] = ticked.asked
  if (asked === undefined) throw new Error('nothing was asked for')
  await beginFor(ports, run, asked, ticked.restored)
  await workOn(ports, run, new AbortController().signal)
  const text = world.parcels.sent.get('gh:1.1')?.text
  expect(text).toContain('***')
  expect(text).not.toContain('Wm3')
})

test('what a remote says is saved without secrets, and so are the messages an agent gave its commits', async () => {
  const world = new World()
  world.relay.answer = { is: 'refused', because: said, fix: said }
  world.script.acts.set('a', [
    ({ room }) => {
      room.files.set('a.txt', 'a')
      room.own = [{ message: `${said}\n\n${said}`, files: new Map(room.files) }]
      return {}
    },
  ])
  const ports = { ...world.run(), redact, spots: spotter([SECRET]) }
  const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }], commits: 'keep' })
  const started = await startOrContinue(ports, settingsOf(config), { fresh: false, resume: false })
  const ticked = await tick(ports, settingsOf(config), started)
  const [asked] = ticked.asked
  if (asked === undefined) throw new Error('nothing was asked for')
  const iterated = await iterate(ports, settingsOf(config), asked, {
    signal: new AbortController().signal,
    onward: true,
  })
  const work = world.objects.commit(world.repository.refs.get(REFS.work) ?? '')
  expect(work?.message).toContain('It said ***.')
  expect(JSON.stringify(work)).not.toContain('Wm3')
  await dispatchAll(ports, 'main', iterated.is === 'settled' ? iterated.asked : [])
  expect(world.checkpoint().hold?.because).toContain('It said ***.')
  expect(JSON.stringify([...world.repository.states.values()])).not.toContain('Wm3')
})

// biome-ignore format: one row, one event
test.each<Event>([
  ended({ because: said, summary: said, outputs: { [SECRET]: { deep: [said] } }, verify_surface: [said], failure: { command: 'x', tail: said } }),
  { type: 'lease_lost', at: AT, epoch: 1, task: 'a', lane: '1', run: RUN, fence: 1, verdict: 'runner_lost', because: said },
  { type: 'loop_held', at: AT, status: 'paused', because: said, next: '' },
  { type: 'dispatch_refused', at: AT, lane: '1', nonce: 'n', because: said },
  { type: 'recovered', at: AT, from: 'x', because: said },
  { type: 'status_changed', at: AT, status: 'paused', reason: said, next: '' },
  { type: 'tasks_proposed', at: AT, by: 'a', source: 'plan', depth: 0, because: said, refused: [{ id: said, because: said }], tasks: [spec('b', { name: said, spec: said })] },
  { type: 'work_recovered', at: AT, head: 'h', tasks: [{ task: 'a', commit: 'c', iteration: 1, summary: said }] },
])('$type', (event) => {
  const clean = JSON.stringify(redactEvent(event, redact))
  expect(clean).not.toContain('Wm3')
  expect(JSON.parse(clean)).toMatchObject({ type: event.type, at: AT })
})

test('what the loop file says is used again, and stays', () => {
  const event: Event = {
    type: 'config_applied',
    at: AT,
    run: RUN,
    digest: 'd',
    goal: said,
    settings: settings(),
    tasks: [],
  }
  expect(redactEvent(event, redact)).toBe(event)
})

test('a reporter is told nothing secret, and a key in lines is masked to its last', () => {
  const told: Report[] = []
  const reporter = discreet({ tell: (report) => told.push(report) }, redact)
  const of = { lane: '1', task: 'a' }
  const loopNow = checkpoint()
  reporter.tell({ type: 'note', text: said })
  reporter.tell({ type: 'warning', text: said })
  reporter.tell({ type: 'waiting', until: 1, because: said })
  reporter.tell({ type: 'loop', checkpoint: loopNow, what: said })
  reporter.tell({ type: 'begun', checkpoint: loopNow, ...of, attempt: 1, because: said })
  reporter.tell({ type: 'phase', ...of, phase: 'setup', detail: said })
  reporter.tell({
    type: 'settled',
    checkpoint: loopNow,
    ...of,
    verdict: 'done',
    because: said,
    usd: 1,
    ms: 1,
    tail: said,
  })
  const lines = [
    'before',
    `-----BEGIN RSA ${'PRIVATE'} KEY-----`,
    'Proc-Type: 4,ENCRYPTED',
    '',
    'Ab3+/=',
    `-----END RSA ${'PRIVATE'} KEY-----`,
    'after',
  ]
  for (const line of lines) reporter.tell({ type: 'line', lane: '1', line })
  reporter.tell({ type: 'line', lane: '2', line: 'Ab3+/=' })
  expect(JSON.stringify(told)).not.toContain('Wm3')
  const shown = told.flatMap((one) => (one.type === 'line' ? [one.line] : []))
  expect(shown).toEqual(['before', '***', '***', '***', '***', '***', 'after', 'Ab3+/='])
})
