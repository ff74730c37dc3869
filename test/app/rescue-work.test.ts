/** What a rescue keeps of an attempt, wherever its run was killed: the work of its agent, and nothing else. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { rescue } from '../../src/app/rescue.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { Asked } from '../../src/core/lane.ts'
import { loopConfig } from '../support/loop-config.ts'
import { Died } from '../support/mortal.ts'
import { settingsOf, World } from '../support/world.ts'
import { writes } from '../support/world-agents.ts'

const PLACES = ['same', 'clean'] as const
type Place = (typeof PLACES)[number]
type Moment = 'setup' | 'agent' | 'busy' | 'verify' | 'merged' | 'landing' | 'never'

/** Which setup and which verification of its life it is that does not end. */
const DIES = { setup: [1, 0], verify: [0, 1], merged: [0, 2], landing: [0, 3] } as const

/**
 * A loop of one task. Its setup and its verify command leave a file wherever they run; where it is to be merged,
 * others land while it is verified.
 */
class Life {
  readonly world = new World()
  readonly #run
  readonly #moment: Moment
  #runs = 1
  #setups = 0
  #checks = 0

  constructor(verify_in: Place, moment: Moment) {
    this.#run = settingsOf(
      loopConfig({ setup: ['setup'], verify: ['check'], verify_in, tasks: [{ id: 'a' }] }),
    )
    this.#moment = moment
    const { script } = this.world
    const [setup = 0, check = 0] = Object.entries(DIES).find(([name]) => name === moment)?.[1] ?? []
    script.deeds.set('setup', (files) => {
      this.#setups += 1
      files.set(`made-${this.#setups}.txt`, 'by setup')
      if (this.#setups === setup) throw new Died('killed')
      return {}
    })
    script.deeds.set('check', (files) => {
      this.#checks += 1
      files.set('coverage.xml', 'by verify')
      const isMerged = moment === 'merged' || moment === 'landing'
      if (this.#checks === 1 && isMerged) this.world.push({ 'theirs.txt': 'x' })
      if (this.#checks === check) throw new Died('killed')
      const isStopped = this.#checks === 2 && moment === 'landing'
      return isStopped ? { ok: false, aborted: true } : {}
    })
    script.acts.set('a', [
      (scene) => {
        if (moment === 'busy') scene.room.files.set('half.txt', 'half')
        if (moment === 'busy' || moment === 'agent') throw new Died('killed')
        return writes(scene)
      },
      writes,
    ])
  }

  async first(): Promise<Asked> {
    const ports = this.world.as('gh:1.1')
    const started = await startOrContinue(ports, this.#run, { fresh: false, resume: false })
    const [request] = (await tick(ports, this.#run, started)).asked
    if (request === undefined) throw new Error('nothing was asked for')
    return request
  }

  /** A run on a machine of its own. @returns what it, or the rescue after its death, asked for. */
  async next(request: Asked): Promise<{ died: boolean; asked: readonly Asked[] }> {
    this.#runs += 1
    const self = `gh:${this.#runs}.1`
    const ports = this.world.as(self)
    const signal = new AbortController().signal
    try {
      const done = await iterate(ports, this.#run, request, { signal, onward: true })
      return { died: false, asked: done.is === 'settled' ? done.asked : [] }
    } catch (error) {
      if (!(error instanceof Died)) throw error
      const heir = { ...this.world.as(self), workspaces: ports.workspaces }
      await rescue(heir, this.#run, { isCancelled: false, onward: true })
      return { died: true, asked: this.world.relay.requests.slice(-1) }
    }
  }

  /** One run after the other, up to the one that dies. */
  async untilDeath(): Promise<Asked> {
    let request = await this.first()
    for (let runs = 0; runs < 3; runs++) {
      const { died, asked } = await this.next(request)
      const [more] = asked
      if (more === undefined) throw new Error(`nothing was asked for (${this.#moment})`)
      if (died) return more
      request = more
    }
    throw new Error('nobody died')
  }

  /** Names of what its kept work adds. */
  kept(): string[] | undefined {
    const { objects } = this.world
    const commit = this.world.checkpoint().remaining_tasks[0]?.salvage?.commit
    if (commit === undefined) return undefined
    const [base = ''] = objects.commit(commit)?.parents ?? []
    return [...objects.files(commit).keys()].filter((path) => !objects.files(base).has(path)).toSorted()
  }

  /** Names of what has landed, but for what setup makes: that is there, and found, wherever agents work. */
  landed(): string[] {
    const files = [...this.world.objects.files(this.world.workTip).keys()]
    return files.filter((path) => !path.startsWith('made-')).toSorted()
  }
}

const ROWS: readonly { moment: Moment; where: string; kept?: string[]; lands: string[] }[] = [
  { moment: 'setup', where: 'in setup', lands: [] },
  { moment: 'agent', where: 'while its agent had changed nothing', lands: [] },
  { moment: 'busy', where: 'while its agent worked', kept: ['half.txt', 'made-1.txt'], lands: ['half.txt'] },
  { moment: 'verify', where: 'in verification', kept: ['a.txt', 'made-1.txt'], lands: [] },
  {
    moment: 'merged',
    where: 'in verification merged',
    kept: ['a.txt', 'made-1.txt'],
    lands: ['theirs.txt'],
  },
]

describe.each(PLACES)('verified in %s', (place) => {
  test('what lands undisturbed is the work of the agent', async () => {
    const life = new Life(place, 'never')
    await life.next(await life.first())
    expect(life.landed()).toEqual(['README.md', 'a.txt'])
  })

  test.each(ROWS)('killed $where: no more than that is kept, and lands', async ({ moment, kept, lands }) => {
    const life = new Life(place, moment)
    const request = await life.untilDeath()
    const [a] = life.world.checkpoint().remaining_tasks
    expect(a).toMatchObject({ attempts_used: 0, losses: 1 })
    expect([a?.attempts.at(-1)?.verdict, life.kept()]).toEqual(['interrupted', kept])
    await life.next(request)
    expect(life.world.checkpoint().status).toBe('done')
    expect(life.landed()).toEqual(['README.md', 'a.txt', ...lands].toSorted())
  })

  test('killed while it lands what was finished: that lands, without an agent', async () => {
    const life = new Life(place, 'landing')
    const request = await life.untilDeath()
    const [a] = life.world.checkpoint().remaining_tasks
    expect(a?.attempts.map(({ verdict }) => verdict)).toEqual(['landing', 'interrupted'])
    // As it was before that run, on what it was made on.
    expect([a?.candidate?.attempt, a?.salvage?.attempt]).toEqual([1, 1])
    expect(life.world.objects.files(a?.salvage?.commit ?? '').has('theirs.txt')).toBe(false)
    expect(life.kept()).toEqual(['a.txt', 'made-1.txt'])
    await life.next(request)
    expect(life.world.checkpoint().status).toBe('done')
    expect(life.landed()).toEqual(['README.md', 'a.txt', 'theirs.txt'])
    expect(life.world.script.worked).toHaveLength(1)
  })
})
