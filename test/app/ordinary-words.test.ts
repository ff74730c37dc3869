/** Words that sound like limits, in every place of an attempt where they could come from: its verdict is what it is without them. */
import { expect, test } from '@jest/globals'
import type { Settings } from '../../src/core/settings.ts'
import { loopConfig } from '../support/loop-config.ts'
import { ORDINARY_WORDS } from '../support/ordinary-words.ts'
import { loop, World } from '../support/world.ts'
import { type Act, type Deed, writes } from '../support/world-agents.ts'

/** What reads them is the same for all. */
const SOME = ORDINARY_WORDS.filter((_, n) => n % 3 === 0)

interface Place {
  readonly verdict: string
  readonly act?: (words: string) => Act
  readonly settings?: Partial<Settings>
  /** The output of the command `says`, which fails. */
  readonly says?: true
  /** Default: none. */
  readonly verify?: readonly string[]
}

const reporting =
  (report: object): Act =>
  (scene) => {
    scene.report(report)
    return writes(scene)
  }

const ends =
  (end: 'agent_failed' | 'timed_out' | 'stalled' | 'context_overflow'): NonNullable<Place['act']> =>
  (words) =>
  (scene) => ({ ...writes(scene), end, because: words, text: words })

const PLACES: Readonly<Record<string, Place>> = {
  'what it says when it has finished': {
    verdict: 'done',
    act: (words) => (scene) => ({ ...writes(scene), because: words, text: words }),
  },
  'the end of one that failed': { verdict: 'agent_failed', act: ends('agent_failed') },
  'the end of one that ran out of time': { verdict: 'timed_out', act: ends('timed_out') },
  'the end of one that went silent': { verdict: 'stalled', act: ends('stalled') },
  'the end of one that was full': { verdict: 'context_overflow', act: ends('context_overflow') },
  'the summary of its report': { verdict: 'done', act: (summary) => reporting({ summary }) },
  'the outputs of its report': {
    verdict: 'done',
    act: (words) => reporting({ outputs: { [words]: words } }),
  },
  'the reason why it is blocked': {
    verdict: 'blocked',
    act: (because) => reporting({ status: 'blocked', because }),
  },
  'a status that there is not': { verdict: 'agent_failed', act: (status) => reporting({ status }) },
  'when it wants to be asked again, though it is ready': {
    verdict: 'done',
    act: (summary) => reporting({ summary, retry_at: '2026-11-30T00:00:00Z' }),
  },
  'a report that cannot be read': {
    verdict: 'agent_failed',
    act: (text) => (scene) => {
      scene.leave({ path: 'report.json', text: `Report: ${text}` })
      return writes(scene)
    },
  },
  'a file of its outbox that nobody asked for': {
    verdict: 'done',
    act: (text) => (scene) => {
      scene.leave({ path: 'rate_limited.json', text })
      return writes(scene)
    },
  },
  'a task that it proposes': {
    verdict: 'done',
    act: (spec) => (scene) => {
      scene.leave({ path: 'tasks/limits.json', text: JSON.stringify({ id: 'limits', name: spec, spec }) })
      return writes(scene)
    },
  },
  'a file that it writes': {
    verdict: 'done',
    act: (words) => (scene) => {
      scene.room.files.set('limits.md', words)
      return writes(scene)
    },
  },
  'the subject of a commit of its own': {
    verdict: 'done',
    act: (words) => (scene) => {
      scene.room.subjects.push(words)
      return writes(scene)
    },
  },
  'one that changed nothing': { verdict: 'no_progress', act: (text) => () => ({ text, because: text }) },
  'the output of a setup that failed': { verdict: 'setup_failed', settings: { setup: ['says'] }, says: true },
  'the output of its verification': { verdict: 'verify_failed', verify: ['says'], says: true },
  'the output of the verification of all': {
    verdict: 'verify_failed',
    settings: { verify: ['says'] },
    says: true,
  },
}

test.each(Object.entries(PLACES))(
  'words in %s',
  async (_, { verdict, act, settings = {}, says, verify = [] }) => {
    for (const words of SOME) {
      const world = new World()
      world.script.acts.set('a', [act?.(words) ?? writes])
      const fails: Deed = () => ({ ok: false, tail: words })
      if (says === true) world.script.deeds.set('says', fails)
      const config = loopConfig({ ...settings, tasks: [{ id: 'a', verify: [...verify] }] })
      const { checkpoint } = await loop(world.run(), config, { maxIterations: 1 })
      const settled = world.told.flatMap((one) => (one.type === 'settled' ? [one.verdict] : []))
      const { waiting, hold } = checkpoint
      expect({ words, settled, waiting, hold }).toEqual({
        words,
        settled: [verdict],
        waiting: null,
        hold: null,
      })
      expect(world.clock.slept).toEqual([])
    }
  },
)
