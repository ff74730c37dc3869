/** Mail between agents that work at the same time, and what is written for it. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { writeMail } from '../../src/app/message.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { settleFor } from '../../src/app/walled/settle.ts'
import { LoopError } from '../../src/core/error.ts'
import type { LoggedEvent } from '../../src/core/log.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { gate } from '../support/gate.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died, guardedBy, mortal } from '../support/mortal.ts'
import { started, walledRun } from '../support/walled-run.ts'
import { loop, settingsOf, World } from '../support/world.ts'
import { type Act, type Scene, writes } from '../support/world-agents.ts'

const TWO = loopConfig({ parallel: 2, tasks: [{ id: 'a' }, { id: 'b' }] })

const letter = (name: string, to: string, body: string, more: object = {}) => ({
  path: `messages/${name}.json`,
  text: JSON.stringify({ to, body, ...more }),
})

const saysRead = (scene: Scene) =>
  scene.leave({ path: 'acks.json', text: JSON.stringify(scene.inbox().map(({ id }) => id)) })

const ofMail = (world: World): LoggedEvent[] => world.events().filter(({ type }) => type.startsWith('mail_'))
const typesOf = (world: World): string[] => ofMail(world).map(({ type }) => type)

/** Time passes, and what is due is done. */
async function wait(world: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += SECOND) {
    world.clock.pass(SECOND)
    await world.clock.idle()
  }
}

describe('two agents at work', () => {
  /** `a` asks, `b` answers while both work; then both end. */
  function conversation(world: World, heard: string[] = []): void {
    const asked = gate()
    const over = gate()
    const both = gate()
    let here = 0
    const meets = async () => {
      here += 1
      if (here === 2) both.open()
      await both.opened
    }
    const until = async (met: Promise<unknown>, { signal }: Scene) => {
      const aborted = new Promise((resolve) => {
        if (signal.aborted) resolve(undefined)
        signal.addEventListener('abort', resolve)
      })
      await Promise.race([met, aborted])
    }
    const a: Act = async (scene) => {
      await until(meets(), scene)
      scene.leave(letter('1', 'b', 'Which port?'))
      asked.open()
      await until(over.opened, scene)
      heard.push(...scene.inbox().map(({ from, body }) => `${from}: ${body}`))
      saysRead(scene)
      return writes(scene)
    }
    const b: Act = async (scene) => {
      await until(meets(), scene)
      await until(asked.opened, scene)
      await wait(world, 2 * SECOND)
      const [question] = scene.inbox()
      if (question !== undefined) scene.leave(letter('1', question.from, '8080', { reply_to: question.id }))
      await wait(world, 2 * SECOND)
      over.open()
      return writes(scene)
    }
    world.script.acts.set('a', [a, writes])
    world.script.acts.set('b', [b, writes])
  }

  test('ask and answer within two looks, and all of it is acknowledged', async () => {
    const world = new World()
    const heard: string[] = []
    conversation(world, heard)
    const ended = await loop(world.run(), TWO)
    expect(ended.checkpoint.status).toBe('done')
    expect(heard).toEqual(['b: 8080'])
    expect(world.checkpoint()).toMatchObject({
      mail_seq: 2,
      messages: [
        { id: 'm1', from: 'a', to: 'b', acknowledged: ['b'] },
        { id: 'm2', from: 'b', to: 'a', acknowledged: ['a'], reply_to: 'm1' },
      ],
    })
    expect(typesOf(world)).toEqual([
      'mail_posted',
      'mail_delivered',
      'mail_acknowledged',
      'mail_posted',
      'mail_delivered',
      'mail_acknowledged',
    ])
  })

  test('are told once, whichever call is the last one that takes effect', async () => {
    const free = new World()
    conversation(free)
    const counted = mortal(free.run())
    await loop(counted.ports, TWO)
    // In turns, whether that call still takes effect.
    for (let at = 1; at <= counted.calls(); at++) {
      const world = new World()
      conversation(world)
      const first = world.run(1)
      const dying = mortal(first, { at, after: at % 2 === 0 })
      await loop(dying.ports, TWO).catch((error: unknown) => {
        if (!(error instanceof Died)) throw error
      })
      world.kill(first)
      world.script.acts.clear()
      const healed = await loop(world.run(2), TWO)
      expect([at, healed.checkpoint.status]).toEqual([at, 'done'])
      const posted = ofMail(world).filter(({ type, from }) => type === 'mail_posted' && from === 'a')
      expect(posted.length).toBeLessThanOrEqual(1)
    }
  })
})

/** `a` alone, which does something every second of a minute. */
function alone(world: World, deed: (scene: Scene, second: number) => void): void {
  world.script.acts.set('a', [
    async (scene) => {
      for (let second = 0; second < 60; second++) {
        deed(scene, second)
        await wait(world, SECOND)
      }
      return writes(scene)
    },
    writes,
  ])
}
const ONE = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] })
const remote = { home: 'origin' } as const

async function lived(world: World, deed: (scene: Scene, second: number) => void, ports = world.run()) {
  alone(world, deed)
  await loop(ports, ONE)
  return { all: world.events(), mail: ofMail(world) }
}

test('a quiet attempt writes nothing for mail', async () => {
  const quiet = new World()
  await lived(quiet, () => {})
  expect(quiet.checkpoint().seq).toBe(6)
})

test('what waits for a task is in its inbox when it begins, and delivered with that', async () => {
  const world = new World()
  const seen: string[] = []
  world.script.acts.set('b', [
    (scene) => {
      seen.push(...scene.inbox().map(({ body }) => body))
      saysRead(scene)
      return writes(scene)
    },
  ])
  await lived(world, (scene, second) => second === 58 && scene.leave(letter('1', 'b', 'hello')))
  expect(seen).toEqual(['hello'])
  expect(typesOf(world)).toEqual(['mail_posted', 'mail_acknowledged'])
  expect(world.script.assignments.at(-1)?.prompt).toContain('m1 from the agent at work on a')
})

test('letters of one moment are one commit, and what is there at the end goes with the settle', async () => {
  const world = new World()
  const { mail } = await lived(world, (scene, second) => {
    for (const n of [1, 2, 3]) if (second === 10) scene.leave(letter(`x${n}`, 'b', `early ${n}`))
    if (second === 59) scene.leave({ path: 'messages/half.json', text: '{"to": "b", "bo' })
  })
  expect(mail.filter(({ type }) => type === 'mail_posted')).toHaveLength(2)
  expect(mail[0]).toMatchObject({ because: 'To b (m1), b (m2), b (m3).' })
  expect(mail[1]).toMatchObject({ because: 'Refused: 1.' })
  const warned = world.told.flatMap((one) => (one.type === 'warning' ? [one.text] : []))
  expect(warned).toEqual(['mail of a: messages/half.json: It is not valid JSON.'])
})

test.each([
  { letters: 20, inCommits: 2 },
  { letters: 1, inCommits: 1 },
])(
  'a remote gets one commit in half a minute, and few questions: $letters',
  async ({ letters, inCommits }) => {
    const world = new World()
    let loads = 0
    const ports = world.run()
    const store = guardedBy((call, name) => {
      if (name === 'load') loads += 1
      return call()
    })(ports.store)
    alone(world, (scene, second) => second < letters && scene.leave(letter(`n${second}`, 'b', `${second}`)))
    const run = { ...settingsOf(ONE), ...remote }
    const begun = await startOrContinue(ports, run, { fresh: false, resume: false })
    const ticked = await tick(ports, run, begun)
    const [asked] = ticked.asked
    if (asked === undefined) throw new Error('nothing was asked for')
    loads = 0
    const known = ticked.restored
    const signal = new AbortController().signal
    await iterate({ ...ports, store }, run, asked, { signal, onward: false, known })
    const commits = ofMail(world).filter(({ type }) => type === 'mail_posted')
    expect(commits.length).toBe(inCommits)
    expect(world.checkpoint().mail_seq).toBe(letters)
    expect(loads).toBeLessThanOrEqual(3)
  },
)

test('what comes while it works is put into its inbox once', async () => {
  const world = new World()
  const put: string[] = []
  const ports = world.run()
  const outbox: typeof ports.outbox = {
    ...ports.outbox,
    deliver: (desk, messages) => {
      put.push(...messages.map(({ id }) => id))
      return ports.outbox.deliver(desk, messages)
    },
  }
  const say = async () => writeMail(world.run(9), { say: 'write', to: 'a', body: 'Stop.' }, 'k')
  await lived(world, (_, second) => void (second === 10 && say()), { ...ports, outbox })
  expect(put).toEqual(['m1'])
})

test('lanes of one process ask for the mailbox together', async () => {
  const world = new World()
  const ports = world.run()
  const over = gate()
  const here = gate()
  let loads = 0
  const store = guardedBy((call, name) => {
    if (name === 'load') loads += 1
    return call()
  })(ports.store)
  world.script.acts.set('b', [async (scene) => (here.open(), await over.opened, writes(scene))])
  world.script.acts.set('a', [
    async (scene) => {
      await here.opened
      loads = 0
      await wait(world, 30 * SECOND)
      expect(loads).toBeLessThanOrEqual(35)
      expect(loads).toBeGreaterThan(10)
      over.open()
      return writes(scene)
    },
  ])
  expect((await loop({ ...ports, store }, TWO)).checkpoint.status).toBe('done')
})

describe('trouble', () => {
  const away = () => new LoopError('remote-unreachable', 'The remote hung up.')

  test('of the store is said once, and the mail goes with the settle', async () => {
    const world = new World()
    const ports = world.run()
    let isAway = false
    let tries = 0
    const store = guardedBy((call) => {
      if (isAway) {
        tries += 1
        throw away()
      }
      return call()
    })(ports.store)
    await lived(
      world,
      (scene, second) => {
        isAway = second >= 5 && second < 59
        if (second === 10) scene.leave(letter('1', 'b', 'hello'))
      },
      { ...ports, store },
    )
    expect(world.checkpoint().mail_seq).toBe(1)
    // After 2, 4, 8, 16 and 30 seconds.
    expect(tries).toBeLessThanOrEqual(6)
    const warned = world.told.flatMap((one) => (one.type === 'warning' ? [one.text] : []))
    expect(warned).toEqual([expect.stringMatching(/^Mail of a cannot be exchanged now/)])
  })

  test('an answer that was lost posts nothing twice', async () => {
    const world = new World()
    const ports = world.run()
    let losing = false
    const store = guardedBy(async (call, name) => {
      const answer = await call()
      if (name !== 'swap' || !losing) return answer
      losing = false
      throw away()
    })(ports.store)
    await lived(
      world,
      (scene, second) => {
        if (second !== 10) return
        losing = true
        scene.leave(letter('1', 'b', 'hello'))
      },
      { ...ports, store },
    )
    expect(losing).toBe(false)
    expect(ofMail(world).filter(({ type }) => type === 'mail_posted')).toHaveLength(1)
  })

  test('an attempt that holds its task no more sends nothing', async () => {
    const world = new World()
    const ports = world.as('local:laptop:boot:1:1')
    await lived(
      world,
      (scene, second) => {
        if (second !== 10) return
        const state = JSON.parse(world.repository.states.get(world.stateTip ?? '')?.text ?? '')
        const text = JSON.stringify({
          ...state,
          remaining_tasks: state.remaining_tasks.map((task: object) => ({ ...task, state: { at: 'open' } })),
          lanes: { '1': { state: { at: 'idle' } } },
        })
        world.corrupt(text)
        scene.leave(letter('1', 'b', 'hello'))
      },
      ports,
    )
    expect(ofMail(world)).toEqual([])
    expect(world.told).not.toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/cannot be exchanged/) }),
    )
  })
})

describe('in the walled form', () => {
  const run = settingsOf(loopConfig({ verify: ['true'], tasks: [{ id: 'a' }, { id: 'b' }] }))

  test('an attempt sends at its end, and what it sends is read again', async () => {
    const world = new World()
    world.script.acts.set('a', [
      async (scene) => {
        scene.leave(letter('1', 'b', 'hello'))
        scene.leave(letter('2', 'nobody', 'hello'))
        await wait(world, MINUTE)
        expect(typesOf(world)).toEqual([])
        return writes(scene)
      },
    ])
    const asked = await started(world, run)
    await walledRun(world, run, { self: 'gh:7.1', asked })
    expect(typesOf(world)).toEqual(['mail_posted'])
    expect(ofMail(world)[0]?.because).toBe('To b (m1). Came back: nobody: there is no such task.')
    expect(world.checkpoint().messages).toMatchObject([{ id: 'm1', from: 'a', to: 'b' }])
    // The second is the note. Another settle finds nothing that it could send.
    await settleFor(world.as('gh:7.1'), run, {
      told: { judgement: undefined, work: undefined, check: undefined },
      onward: false,
    })
    expect(world.checkpoint().mail_seq).toBe(2)
  })
})
