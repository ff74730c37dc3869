import { describe, expect, test } from '@jest/globals'
import { LoopError } from '../../src/core/error.ts'
import { redactor, spotter } from '../../src/core/secrets/redact.ts'
import type { Settings } from '../../src/core/settings.ts'
import type { Task } from '../../src/core/task.ts'
import type { AgentOutcome } from '../../src/ports/agent.ts'
import { loopConfig } from '../support/loop-config.ts'
import { loop, World } from '../support/world.ts'
import { type Act, type Deed, writes } from '../support/world-agents.ts'
import type { Room } from '../support/world-workspaces.ts'
import { UNREADABLE } from '../support/world-workspaces.ts'

const ends =
  (end: AgentOutcome['end'], rest: Partial<AgentOutcome> = {}): Act =>
  (scene) => ({ ...writes(scene), end, because: `It ended with ${end}.`, ...rest })

const idles = (): Partial<AgentOutcome> => ({})

const reports =
  (report: unknown): Act =>
  (scene) => {
    scene.report(report)
    return writes(scene)
  }

interface Case {
  readonly name: string
  readonly settings?: Partial<Settings>
  readonly task?: Partial<Pick<Task, 'verify' | 'allow_empty'>>
  readonly act?: Act
  readonly deeds?: Readonly<Record<string, Deed>>
  readonly world?: (world: World) => void
  /** Whatever is named is looked at. */
  readonly verdict: string
  readonly used?: number
  readonly state?: 'open' | 'parked'
  readonly status?: string
  readonly salvaged?: boolean
  readonly agents?: number
  readonly because?: RegExp
}

const timesOut: Deed = () => ({ ok: false, code: undefined, timedOut: true })

const CASES: readonly Case[] = [
  { name: 'it works', verdict: 'done', agents: 1 },
  {
    name: 'setup fails',
    settings: { setup: ['false'] },
    verdict: 'setup_failed',
    used: 0,
    state: 'open',
    agents: 0,
    because: /exit code 1/,
  },
  {
    name: 'setup runs out of time',
    settings: { setup: ['slow'] },
    deeds: { slow: timesOut },
    verdict: 'setup_failed',
    agents: 0,
    because: /did not end within 600 s/,
  },
  {
    name: 'the agent is missing',
    world: ({ script }) => script.missing.add('scripted'),
    verdict: 'misconfigured',
    used: 0,
    state: 'open',
    status: 'paused',
    agents: 0,
    because: /no program scripted\. Install the agent/,
  },
  {
    name: 'the agent cannot be installed just now',
    world: ({ script }) => script.unavailable.add('scripted'),
    verdict: 'unavailable',
    used: 0,
    state: 'open',
    status: 'waiting',
    agents: 0,
    because: /No answer for scripted/,
  },
  {
    name: 'the agent is blocked',
    act: reports({ status: 'blocked', because: 'no key' }),
    verdict: 'blocked',
    state: 'parked',
    status: 'needs_human',
    because: /no key/,
  },
  {
    name: 'it splits into nothing',
    act: reports({ status: 'split' }),
    verdict: 'agent_failed',
    state: 'open',
  },
  {
    name: 'its report has a wrong shape',
    act: reports({ status: 'finished' }),
    verdict: 'agent_failed',
    used: 1,
    because: /report\.json/,
  },
  {
    name: 'its report was refused',
    act: (scene) => {
      scene.leave({ path: 'report.json', refused: 'it is a link' })
      return writes(scene)
    },
    verdict: 'agent_failed',
    because: /it is a link/,
  },
  {
    name: 'it is ended at its time, though its report says that all is well',
    act: (scene) => {
      scene.report({ status: 'ready', summary: 'All is well.' })
      return { ...writes(scene), end: 'timed_out', because: 'It took too long.' }
    },
    verdict: 'timed_out',
    used: 1,
    because: /too long/,
  },
  {
    name: 'the verification of the task succeeds, and that of the loop fails',
    settings: { verify: ['false'] },
    task: { verify: ['true'] },
    verdict: 'verify_failed',
    because: /`false` failed/,
  },
  { name: 'nothing was changed', act: idles, verdict: 'no_progress', used: 1, state: 'open' },
  { name: 'nothing was changed, which is allowed', act: idles, task: { allow_empty: true }, verdict: 'done' },
  {
    name: 'every tool was denied',
    act: (scene) => ({ ...writes(scene), denied: true }),
    verdict: 'no_progress',
  },
  {
    name: 'a protected path was changed',
    act: ({ room }) => {
      room.files.set('.github/workflows/x.yml', 'on: push')
      return {}
    },
    verdict: 'policy_violation',
    used: 1,
    state: 'open',
    salvaged: false,
    because: /\.github\/workflows\/x\.yml/,
  },
  {
    name: 'what it wrote cannot be looked through',
    act: ({ room }) => {
      room.files.set('x.txt', UNREADABLE)
      return {}
    },
    verdict: 'policy_violation',
    salvaged: false,
    because: /x\.txt cannot be read/,
  },
  {
    name: 'the limit was reached, whatever was touched before',
    act: (scene) => {
      scene.room.files.set('.github/x', 'y')
      return { end: 'rate_limited' }
    },
    verdict: 'rate_limited',
    used: 0,
    status: 'waiting',
    salvaged: false,
  },
  {
    name: 'what verifies was changed, strictly',
    settings: { strict_verify: true, verify: ['true'] },
    act: ({ room }) => {
      room.files.set('package.json', '{}')
      return {}
    },
    verdict: 'policy_violation',
    because: /package\.json/,
  },
  {
    name: 'what verifies was changed, loosely',
    settings: { verify: ['true'] },
    act: ({ room }) => {
      room.files.set('package.json', '{}')
      return {}
    },
    verdict: 'done',
  },
  {
    name: 'the verification of the task fails',
    task: { verify: ['has other.txt'] },
    verdict: 'verify_failed',
    used: 1,
    state: 'open',
    salvaged: true,
    because: /has other\.txt/,
  },
  {
    name: 'the verification of the loop fails',
    settings: { verify: ['true', 'false'] },
    verdict: 'verify_failed',
    salvaged: true,
  },
  {
    name: 'the verification runs out of time',
    settings: { verify: ['slow'] },
    deeds: { slow: timesOut },
    verdict: 'verify_failed',
    because: /did not end within 900 s/,
  },
  {
    name: 'setup of the clean checkout fails',
    settings: { setup: ['once'], verify: ['true'] },
    deeds: { once: (files) => (files.has('a.txt') ? { ok: false, tail: 'Error' } : {}) },
    verdict: 'verify_failed',
    because: /once/,
  },
  {
    name: 'green before any work',
    settings: { red_first: true },
    task: { verify: ['true'] },
    verdict: 'already_green',
    used: 0,
    state: 'parked',
    agents: 0,
  },
  {
    name: 'red before, green after',
    settings: { red_first: true },
    task: { verify: ['has a.txt'] },
    verdict: 'done',
  },
  {
    name: 'nothing was changed but by setup',
    settings: { setup: ['install'] },
    act: idles,
    deeds: { install: (files) => (files instanceof Map && files.set('generated.txt', 'x'), {}) },
    verdict: 'no_progress',
    used: 1,
  },
  {
    name: 'it ran out of time, and nothing was changed but by setup',
    settings: { setup: ['install'] },
    act: () => ({ ...idles(), end: 'timed_out' }),
    deeds: { install: (files) => (files instanceof Map && files.set('generated.txt', 'x'), {}) },
    verdict: 'timed_out',
    used: 1,
    salvaged: false,
  },
  {
    name: 'setup changed something, and so did the agent',
    settings: { setup: ['install'] },
    deeds: { install: (files) => (files instanceof Map && files.set('generated.txt', 'x'), {}) },
    verdict: 'done',
  },
  {
    name: 'a setup that failed is not red',
    settings: { red_first: true, setup: ['install'] },
    task: { verify: ['true'] },
    act: idles,
    deeds: { install: (_, { cwd }) => (cwd.endsWith('verify') ? { ok: false, tail: 'no network' } : {}) },
    verdict: 'setup_failed',
    used: 0,
    agents: 0,
  },
  {
    name: 'red before, red after',
    settings: { red_first: true },
    task: { verify: ['has b.txt'] },
    verdict: 'verify_failed',
  },
  {
    name: 'red before, green after, nothing changed',
    settings: { red_first: true },
    task: { verify: ['flaky'] },
    act: idles,
    deeds: { flaky: alternating() },
    verdict: 'done',
  },
  {
    name: 'its own limit, green, seen red before',
    settings: { red_first: true },
    task: { verify: ['has a.txt'] },
    act: ends('agent_limit'),
    verdict: 'done',
  },
  {
    name: 'its own limit, green, never seen red',
    task: { verify: ['has a.txt'] },
    act: ends('agent_limit'),
    verdict: 'agent_limit',
    used: 1,
    salvaged: true,
  },
  {
    name: 'its own limit, red',
    task: { verify: ['false'] },
    act: ends('agent_limit'),
    verdict: 'verify_failed',
    salvaged: true,
  },
  {
    name: 'its own limit, nothing done',
    act: () => ({ ...idles(), end: 'agent_limit', because: 'Reached 2 turns.' }),
    verdict: 'no_progress',
    because: /without changing anything\. Reached 2 turns\./,
  },
  {
    name: 'it left too much to keep',
    act: ({ room }) => {
      room.files.set('big.txt', 'x'.repeat(20 * 1024 * 1024))
      room.files.set('one.txt', 'x')
      return {}
    },
    task: { verify: ['false'] },
    verdict: 'verify_failed',
    salvaged: false,
  },
  { name: 'it failed', act: ends('agent_failed'), verdict: 'agent_failed', used: 1, salvaged: false },
  { name: 'it gave no result', act: ends('no_result'), verdict: 'no_result', used: 1 },
  { name: 'it ran out of time', act: ends('timed_out'), verdict: 'timed_out', used: 1, salvaged: true },
  {
    name: 'it ran out of time over a protected path',
    act: ({ room }) => {
      room.files.set('.cms/loop.yml', '')
      return { end: 'timed_out' }
    },
    verdict: 'timed_out',
    salvaged: false,
  },
  { name: 'it was silent', act: ends('stalled'), verdict: 'stalled', used: 1, salvaged: false },
  { name: 'its context overflowed', act: ends('context_overflow'), verdict: 'context_overflow', used: 1 },
  { name: 'it refused', act: ends('refused'), verdict: 'refused', used: 1, state: 'open' },
  {
    name: 'a usage limit that says when',
    act: ends('rate_limited', { resumeAt: '2026-11-23T14:00:00.000Z' }),
    verdict: 'rate_limited',
    used: 0,
    status: 'waiting',
  },
  {
    name: 'its service is away',
    act: ends('unavailable'),
    verdict: 'unavailable',
    used: 0,
    status: 'waiting',
  },
  { name: 'its key is wrong', act: ends('auth_failed'), verdict: 'auth_failed', used: 0, status: 'paused' },
  { name: 'its account is empty', act: ends('billing'), verdict: 'billing', used: 0, status: 'paused' },
  {
    name: 'its settings are wrong',
    act: ends('misconfigured'),
    verdict: 'misconfigured',
    used: 0,
    status: 'paused',
  },
  { name: 'it was interrupted', act: ends('interrupted'), verdict: 'interrupted', used: 0, salvaged: true },
]

/** Red the first time, green the second. */
function alternating(): Deed {
  let ran = 0
  return () => {
    ran += 1
    return ran === 1 ? { ok: false, tail: 'Error' } : {}
  }
}

function worldOf({ act = writes, deeds = {}, world: change }: Case): World {
  const world = new World({ 'README.md': 'hello', 'package.json': '{"a":1}' })
  world.script.acts.set('a', [act])
  for (const [command, deed] of Object.entries(deeds)) world.script.deeds.set(command, deed)
  change?.(world)
  return world
}

describe('one attempt', () => {
  test.each(CASES)('$name: $verdict', async (row) => {
    const world = worldOf(row)
    const config = loopConfig({ ...row.settings, tasks: [{ id: 'a', ...row.task }] })
    const ports = world.run()
    await loop(ports, config, { maxIterations: 1 })
    const settled = world.told.filter(({ type }) => type === 'settled')
    expect(settled).toHaveLength(1)
    expect(settled[0]).toMatchObject({ verdict: row.verdict, task: 'a' })
    const checkpoint = world.checkpoint()
    const [task] = checkpoint.remaining_tasks
    expect(checkpoint.ledger).toMatchObject({ iterations: 1, attempts: 1 })
    expect(checkpoint.completed_tasks.map(({ id }) => id)).toEqual(row.verdict === 'done' ? ['a'] : [])
    expect(world.landed()).toEqual(row.verdict === 'done' ? ['a'] : [])
    if (row.verdict !== 'done') expect(task?.attempts.map(({ verdict }) => verdict)).toEqual([row.verdict])
    if (row.used !== undefined) expect(task?.attempts_used).toBe(row.used)
    if (row.state !== undefined) expect(task?.state.at).toBe(row.state)
    if (row.status !== undefined) expect(checkpoint.status).toBe(row.status)
    if (row.because !== undefined) expect(task?.attempts[0]?.because).toMatch(row.because)
    if (row.agents !== undefined) expect(world.script.worked).toHaveLength(row.agents)
    if (row.salvaged !== undefined) {
      expect(task?.attempts[0]?.salvage !== undefined).toBe(row.salvaged)
      expect(await ports.store.salvaged('a')).toHaveLength(row.salvaged ? 1 : 0)
    }
  })
})

test('setup runs once in a workspace, and again when a lockfile has changed', async () => {
  const world = new World({ 'package-lock.json': '1' })
  world.script.acts.set('b', [
    ({ room }) => {
      room.files.set('package-lock.json', '2')
      return {}
    },
  ])
  const config = loopConfig({
    setup: ['true'],
    verify: ['has package-lock.json'],
    tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c', needs: ['b'] }],
  })
  await loop(world.run(), config)
  const setups = world.script.ran.filter((command) => command.endsWith(' true'))
  expect(setups).toEqual([
    '/lane-1/work true',
    '/lane-1/verify true',
    '/lane-1/verify true',
    '/lane-1/work true',
  ])
})

test('setup runs in every attempt until its files are part of the work', async () => {
  const world = new World()
  world.script.deeds.set('install', (files) => (files instanceof Map && files.set('made.txt', 'x'), {}))
  const tasks = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  world.script.acts.set('a', [idles, writes])
  await loop(world.run(), loopConfig({ setup: ['install'], verify: ['has made.txt'], tasks }))
  expect(world.landed()).toEqual(['a', 'b', 'c'])
  // Both attempts of a; and b, which finds them in its base.
  const setups = world.script.ran.filter((command) => command === '/lane-1/work install')
  expect(setups).toHaveLength(3)
})

test('verified in place, nothing is checked out or set up twice', async () => {
  const world = new World()
  const config = loopConfig({ setup: ['true'], verify: ['has a.txt'], verify_in: 'same' })
  await loop(world.run(), config)
  expect(world.script.ran).toEqual(['/lane-1/work true', '/lane-1/work has a.txt'])
})

describe('interrupted', () => {
  const interrupted = async (when: 'setup' | 'agent' | 'verify') => {
    const world = new World()
    const stop = new AbortController()
    const abort: Deed = () => {
      stop.abort()
      return { ok: false, aborted: true, code: undefined }
    }
    if (when !== 'agent') world.script.deeds.set(when, abort)
    else {
      world.script.acts.set('a', [
        (scene) => {
          stop.abort()
          return { ...writes(scene), end: 'interrupted' }
        },
        writes,
      ])
    }
    for (const other of ['setup', 'verify']) if (other !== when) world.script.deeds.set(other, () => ({}))
    const config = loopConfig({ setup: ['setup'], verify: ['verify'], tasks: [{ id: 'a' }, { id: 'b' }] })
    const ended = await loop(world.run(), config, { signal: stop.signal })
    return { world, ended, config }
  }

  test.each(['setup', 'agent', 'verify'] as const)(
    'during %s: given back, not counted, resumed',
    async (when) => {
      const { world, ended, config } = await interrupted(when)
      expect(ended).toMatchObject({ because: 'interrupted', iterations: 1 })
      const [task] = world.checkpoint().remaining_tasks
      expect(task).toMatchObject({ attempts_used: 0, losses: 1, state: { at: 'open' } })
      expect(task?.attempts[0]).toMatchObject({ verdict: 'interrupted' })
      expect(task?.attempts[0]?.salvage !== undefined).toBe(when !== 'setup')
      expect(Object.values(world.checkpoint().lanes).map(({ state }) => state.at)).toEqual(['idle'])
      world.script.deeds.clear()
      world.script.deeds.set('setup', () => ({})).set('verify', () => ({}))
      const again = await loop(world.run(2), config, { resume: true })
      expect(again.checkpoint.status).toBe('done')
      expect(world.script.worked.filter((one) => one.task === 'a')).toHaveLength(when === 'setup' ? 1 : 2)
    },
  )
})

test('a secret in the name of a file is a breach, and is persisted nowhere', async () => {
  const world = new World()
  world.script.acts.set('a', [
    ({ room }) => {
      room.files.set('tests/hunter2hunter2.txt', 'x')
      return {}
    },
  ])
  const secrets = ['hunter2hunter2']
  const ports = { ...world.run(), redact: redactor(secrets), spots: spotter(secrets) }
  await loop(ports, loopConfig({ tasks: [{ id: 'a' }] }), { maxIterations: 1 })
  expect(world.checkpoint().remaining_tasks[0]?.attempts[0]).toMatchObject({ verdict: 'policy_violation' })
  expect(JSON.stringify([...world.repository.states.values()])).not.toContain('hunter2')
})

test('work that a person has deleted is not continued from', async () => {
  const world = new World()
  const seen: string[][] = []
  world.script.acts.set('a', [
    ({ room }) => {
      seen.push([...room.files.keys()].toSorted())
      room.files.set(`try-${seen.length}.txt`, 'x')
      return {}
    },
  ])
  const config = loopConfig({ tasks: [{ id: 'a', verify: ['has try-2.txt'] }] })
  await loop(world.run(), config, { maxIterations: 1 })
  world.repository.refs.delete('refs/heads/cms/main/salvage/a/1')
  await loop(world.run(2), config)
  expect(seen).toEqual([['README.md'], ['README.md']])
})

test('a person who has checked the work branch out meanwhile is told that it has moved', async () => {
  const world = new World()
  const ports = world.run()
  const origin = {
    ...ports.origin,
    checkedOut: async (branch: string) => (branch === 'cms/main/work' ? '/home/me/x' : undefined),
  }
  await loop({ ...ports, origin }, loopConfig())
  const warnings = world.told.flatMap((one) => (one.type === 'warning' ? [one.text] : []))
  expect(warnings).toEqual([expect.stringContaining('/home/me/x')])
})

describe('commits: keep', () => {
  const landed = async (act: Act) => {
    const world = new World({ 'README.md': 'hello' })
    world.script.acts.set('a', [act])
    await loop(world.run(), loopConfig({ commits: 'keep', tasks: [{ id: 'a', name: 'Port it' }] }))
    const line = world.objects.line(world.workTip).toReversed().slice(1)
    const commits = line.map((id) => world.objects.commit(id))
    expect(world.checkpoint().completed_tasks).toMatchObject([{ id: 'a', commit: world.workTip }])
    expect(world.checkpoint().work.head).toBe(world.workTip)
    return commits.map((one) => one?.message ?? '')
  }
  const own = (room: Room, message: string, path: string, text = 'x'): void => {
    room.files.set(path, text)
    room.own = [...(room.own ?? []), { message, files: new Map(room.files) }]
  }

  test('its commits are below the one that finishes the task', async () => {
    const messages = await landed(({ room }) => {
      own(room, 'Add one\n\nCms-Task: b', 'one.txt')
      room.files.set('two.txt', 'x')
      return {}
    })
    expect(messages).toEqual([
      'Add one\n\nCms-Task - b',
      expect.stringMatching(/^a: Port it\n\nCms-Task: a\n/),
    ])
  })

  test('its last one is that, if nothing else was changed', async () => {
    const messages = await landed(({ room }) => {
      own(room, 'Add one', 'one.txt')
      own(room, 'Add two', 'two.txt')
      return {}
    })
    expect(messages).toEqual([
      'Add one',
      expect.stringMatching(/^Add two\n\nCms-Task: a\nCms-Iteration: 1\nCms-Seq: \d+\nCms-State: \w{32}$/),
    ])
  })

  test('they are folded in where one of them breaks the rules', async () => {
    const messages = await landed(({ room }) => {
      own(room, 'Touch what is not mine', '.github/x.yml')
      room.files.delete('.github/x.yml')
      own(room, 'Add one', 'one.txt')
      return {}
    })
    expect(messages).toEqual([expect.stringMatching(/^a: Port it\n/)])
  })

  test.each([
    ['clean', 'true', [1]],
    ['clean', 'false', []],
    // Its `.git` lies open to what is run there.
    ['same', 'true', [0]],
    ['same', 'false', [0]],
  ] as const)(
    'verified in %s by `%s`, they are read when so many commands have run: %j',
    async (where, command, read) => {
      const world = new World()
      const seen: number[] = []
      world.script.acts.set('a', [
        ({ room }) => {
          room.files.set('a.txt', 'x')
          Object.defineProperty(room, 'own', { get: () => void seen.push(world.script.ran.length) })
          return {}
        },
      ])
      const policy = { attempts: 1 }
      const config = loopConfig({ commits: 'keep', verify: [command], verify_in: where, policy })
      await loop(world.run(), config)
      expect(seen).toEqual(read)
    },
  )
})

describe('the next attempt', () => {
  const attempts = async (retry: 'continue' | 'clean') => {
    const world = new World()
    const seen: string[][] = []
    const look: Act = ({ room }) => {
      seen.push([...room.files.keys()].toSorted())
      room.files.set(`try-${seen.length}.txt`, 'x')
      return {}
    }
    world.script.acts.set('a', [look])
    const config = loopConfig({ policy: { retry }, tasks: [{ id: 'a', verify: ['has try-2.txt'] }] })
    const ended = await loop(world.run(), config)
    return { world, seen, ended }
  }

  test('continues from what the last one left', async () => {
    const { world, seen, ended } = await attempts('continue')
    expect(ended.checkpoint.status).toBe('done')
    expect(seen).toEqual([['README.md'], ['README.md', 'try-1.txt']])
    expect([...world.objects.files(world.workTip).keys()]).toContain('try-1.txt')
    expect(world.landed()).toEqual(['a'])
    expect(await world.run().store.salvaged('a')).toEqual([])
  })

  test('starts clean where the loop file says so', async () => {
    const { world, seen, ended } = await attempts('clean')
    expect(ended.checkpoint.status).toBe('done')
    expect(seen).toEqual([['README.md'], ['README.md']])
    expect([...world.objects.files(world.workTip).keys()]).not.toContain('try-1.txt')
  })

  test('starts clean where what was left does not fit any more', async () => {
    const world = new World({ 'x.txt': 'base' })
    const seen: (string | undefined)[] = []
    world.script.acts.set('a', [
      ({ room }) => {
        seen.push(room.files.get('x.txt'))
        room.files.set('x.txt', `attempt ${seen.length}`)
        if (seen.length === 1) world.push({ 'x.txt': 'theirs' })
        return {}
      },
    ])
    const ended = await loop(world.run(), loopConfig({ tasks: [{ id: 'a' }] }))
    expect(ended.checkpoint.status).toBe('done')
    expect(seen).toEqual(['base', 'theirs'])
  })

  test('that leaves the same files and fails in the same way is no progress', async () => {
    const world = new World()
    const config = loopConfig({ tasks: [{ id: 'a', verify: ['false'] }] })
    const ended = await loop(world.run(), config)
    const [task] = ended.checkpoint.remaining_tasks
    expect(task?.attempts.map(({ verdict }) => verdict)).toEqual([
      'verify_failed',
      'no_progress',
      'no_progress',
    ])
    expect(task).toMatchObject({ escalations: 2, state: { at: 'parked' } })
    expect(ended.checkpoint.status).toBe('needs_human')
  })

  test('that leaves other files and fails in the same way has made progress', async () => {
    const world = new World()
    let tries = 0
    world.script.acts.set('a', [
      ({ room }) => {
        tries += 1
        room.files.set('a.txt', `${tries}`)
        return {}
      },
    ])
    const ended = await loop(world.run(), loopConfig({ tasks: [{ id: 'a', verify: ['false'] }] }))
    const [task] = ended.checkpoint.remaining_tasks
    expect(task?.attempts.map(({ verdict }) => verdict)).toEqual(Array(3).fill('verify_failed'))
  })

  test('is told what failed', async () => {
    const world = new World()
    await loop(world.run(), loopConfig({ tasks: [{ id: 'a', verify: ['has b.txt'] }] }))
    const [first, second] = world.script.assignments
    expect(first?.prompt).not.toContain('b.txt is missing')
    expect(second?.prompt).toContain('b.txt is missing')
  })

  test('is not asked for after two violations', async () => {
    const world = new World()
    world.script.acts.set('a', [
      ({ room }) => {
        room.files.set('CLAUDE.md', 'x')
        return {}
      },
    ])
    const ended = await loop(world.run(), loopConfig())
    expect(ended.checkpoint.remaining_tasks[0]).toMatchObject({ violations: 2, state: { at: 'parked' } })
    expect(world.script.worked).toHaveLength(2)
  })
})

test('outputs reach the tasks that need or use them, and nobody else', async () => {
  const world = new World()
  world.script.acts.set('a', [reports({ outputs: { port: 4711 }, summary: 'chose a port' })])
  world.script.acts.set('b', [reports({ outputs: { colour: 'mauve' } })])
  const config = loopConfig({
    tasks: [
      { id: 'a' },
      { id: 'b' },
      { id: 'c', needs: ['a'] },
      { id: 'd', needs: ['c'], uses: ['b'] },
      { id: 'e', needs: ['a', 'b'] },
    ],
  })
  await loop(world.run(), config)
  const told = (task: string) => world.script.assignments.find((one) => one.task === task)?.prompt ?? ''
  expect(told('c')).toContain('4711')
  expect(told('c')).not.toContain('mauve')
  expect(told('d')).toContain('mauve')
  expect(told('e')).toContain('4711')
  expect(told('e')).toContain('mauve')
  expect(world.checkpoint().completed_tasks.find(({ id }) => id === 'a')).toMatchObject({
    outputs: { port: 4711 },
    summary: 'chose a port',
  })
})

describe('while an attempt runs', () => {
  const meanwhile = (change: (world: World) => void) => {
    const world = new World()
    world.script.acts.set('a', [
      (scene) => {
        change(world)
        return writes(scene)
      },
      writes,
    ])
    return world
  }

  test('commits of others are merged with it, and it is verified again', async () => {
    const world = meanwhile((one) => one.push({ 'theirs.txt': 'x' }))
    const ended = await loop(world.run(), loopConfig({ verify: ['has a.txt'] }))
    expect(ended.checkpoint.status).toBe('done')
    const verdicts = world.told.flatMap((one) => (one.type === 'settled' ? [one.verdict] : []))
    expect(verdicts).toEqual(['done'])
    expect([...world.objects.files(world.workTip).keys()]).toEqual(['README.md', 'a.txt', 'theirs.txt'])
    expect(world.script.ran).toEqual(['/lane-1/verify has a.txt', '/lane-1/verify has a.txt'])
    expect(world.events().some(({ type }) => type === 'work_adopted')).toBe(true)
  })

  test('commits of others that do not fit make it a conflict, retried for free on the new head', async () => {
    const world = meanwhile((one) => one.push({ 'a.txt': 'theirs' }))
    const ended = await loop(world.run(), loopConfig())
    expect(ended.checkpoint.status).toBe('done')
    const verdicts = world.told.flatMap((one) => (one.type === 'settled' ? [one.verdict] : []))
    expect(verdicts).toEqual(['conflict', 'done'])
    // The lane remembers what became of it, not what it had hoped for.
    const ends = world.events().filter(({ type }) => type === 'lane_ended')
    expect(ends.map(({ verdict }) => verdict)).toEqual(verdicts)
    const conflict = world.events().find(({ verdict }) => verdict === 'conflict')
    expect(conflict).toMatchObject({ task: 'a', because: expect.stringContaining('a.txt') })
    expect(world.checkpoint().completed_tasks).toMatchObject([{ id: 'a', attempts: 2 }])
  })

  test.each([
    { what: 'diverges', move: (world: World) => world.commit(new Map([['other.txt', 'x']]), [], 'other') },
    { what: 'is deleted', move: () => undefined },
  ])('a work branch that $what is not overwritten', async ({ move }) => {
    let moved: string | undefined
    const world = meanwhile((one) => {
      moved = move(one)
      if (moved === undefined) one.repository.refs.delete('refs/heads/cms/main/work')
      else one.repository.refs.set('refs/heads/cms/main/work', moved)
    })
    const ports = world.run()
    const ended = await loop(ports, loopConfig())
    expect(world.repository.refs.get('refs/heads/cms/main/work')).toBe(moved)
    expect(ended.checkpoint).toMatchObject({ status: 'needs_human', completed_tasks: [] })
    expect(ended.checkpoint.reason).toContain(world.base)
    if (moved !== undefined) expect(ended.checkpoint.reason).toContain(moved)
    expect(await ports.store.salvaged('a')).toHaveLength(1)
  })

  test('the loop file withdraws its task: nothing lands, the work is kept', async () => {
    const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })
    const without = loopConfig({ tasks: [{ id: 'b' }] })
    const world = new World()
    world.script.acts.set('a', [
      async (scene) => {
        await loop(world.run(2), without).catch(() => {})
        return writes(scene)
      },
    ])
    const ports = world.run()
    await loop(ports, config, { maxIterations: 1 })
    const after = await loop(ports, without)
    expect(after.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['b'])
    expect(after.checkpoint.completed_tasks.map(({ id }) => id)).toEqual(['b'])
    expect(after.checkpoint.ledger.by_task['a']).toMatchObject({ attempts: 1, usd: 0.25 })
  })

  test('the loop file changes its task: what was done for the old words does not count', async () => {
    const config = loopConfig({ tasks: [{ id: 'a', spec: 'old words' }] })
    const changed = loopConfig({ tasks: [{ id: 'a', spec: 'new words' }] })
    const world = new World()
    world.script.acts.set('a', [
      async (scene) => {
        await loop(world.run(2), changed).catch(() => {})
        return writes(scene)
      },
      writes,
    ])
    const ports = world.run()
    await loop(ports, config, { maxIterations: 1 })
    expect(world.landed()).toEqual([])
    expect(world.checkpoint().remaining_tasks[0]).toMatchObject({ state: { at: 'open' }, attempts_used: 0 })
    const after = await loop(ports, changed)
    expect(after.checkpoint.status).toBe('done')
    expect(world.script.assignments.at(-1)?.prompt).toContain('new words')
  })

  test('a person stops the loop: it settles, and nothing new begins', async () => {
    const world = new World()
    const ports = world.run()
    world.script.acts.set('a', [
      async (scene) => {
        const { tellLoop } = await import('../../src/app/people.ts')
        await tellLoop(world.run(2), { say: 'stop', because: 'A person stopped the loop.' })
        return writes(scene)
      },
    ])
    const ended = await loop(ports, loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] }))
    expect(ended.checkpoint.status).toBe('paused')
    expect(world.landed()).toEqual(['a'])
    expect(world.script.worked).toHaveLength(1)
  })
})

test('a git that is killed while the work is taken ends the run, and is no fault of the attempt', async () => {
  const world = new World()
  const config = loopConfig({ verify: ['true'], tasks: [{ id: 'a' }] })
  const ports = world.run()
  ports.workspaces.freeze = () =>
    Promise.reject(new LoopError('git-failed', 'it was killed', { killed: true }))
  await expect(loop(ports, config)).rejects.toMatchObject({ code: 'git-failed' })
  world.kill(ports)
  await loop(world.run(2), config, { resume: true })
  expect(world.events().flatMap((event) => (event.type === 'attempt_ended' ? event.verdict : []))).toEqual([
    'done',
  ])
})
