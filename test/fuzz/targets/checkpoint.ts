/** The checkpoint: never an exception, never an empty one in the place of a damaged one. */
import fc from 'fast-check'
import { MemoryRepository, MemoryStore } from '../../../src/adapters/store/memory.ts'
import { restore } from '../../../src/app/phases/restore.ts'
import { check } from '../../../src/core/check.ts'
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import { checkpointText } from '../../../src/core/checkpoint-text.ts'
import { LoopError } from '../../../src/core/error.ts'
import { assertReadable, type Parsed, parseCheckpoint } from '../../../src/core/migrate.ts'
import { readme } from '../../../src/core/readme.ts'
import { loopRefs } from '../../../src/core/refs.ts'
import { advance } from '../../../src/core/status.ts'
import { checkpoint, leased, NOW, parked, task } from '../../support/build.ts'
import { live, lives } from '../../support/history.ts'
import { InstantClock } from '../../support/instant-clock.ts'
import { filled, hostileJson, jsonForm, jsonIn, MEGABYTE } from '../forms.ts'
import { lost, plainAllThrough, sentence } from '../laws.ts'
import { holds, LARGE, pure, type Target, type Verdict } from '../target.ts'

const REFS = loopRefs('main')

/** One in so many is restored from a store, too. */
const RESTORED = 50

const corpus = (): string[] => {
  const whole = fc.sample(lives, { numRuns: 4, seed: 6 }).flatMap((moves) => {
    const commits = live(moves)
    return [commits.at(-1), commits[Math.floor(commits.length / 2)]]
  })
  const built = checkpoint({
    tasks: [task('a'), leased('b'), parked('c'), task('d', { needs: ['a', 'z'] })],
    done: ['z'],
  })
  return [...whole.flatMap((one) => (one === undefined ? [] : [one.checkpoint])), built].map(checkpointText)
}

/** What an accepted checkpoint must be good for, and that it says what the text said. */
function accepted(text: string, found: Checkpoint): void {
  holds('it keeps the invariants', check(found).length === 0, () => check(found).join(' '))
  if (text.length > LARGE) return assertReadable(advance(found, [], NOW).checkpoint, found)
  plainAllThrough(found)
  const place = lost(jsonIn(text), found)
  holds('nothing that it says is lost', place === undefined, () => `at ${place}`)
  const printed = checkpointText(found)
  const again = parseCheckpoint(printed)
  holds('it can be read again', again.is === 'valid', () => JSON.stringify(again).slice(0, 300))
  holds('it is the same when it is read again', checkpointText(again.checkpoint) === printed)
  const next = advance(found, [], NOW).checkpoint
  assertReadable(next, found)
  holds('the page of the branch can be written', readme(next).startsWith('# Loop'))
}

/** A damaged newest checkpoint: the last valid one is gone back to, or the damage is said. */
async function restored(text: string, parsed: Parsed, before: string | undefined): Promise<void> {
  const repository = new MemoryRepository(new Map())
  const at = '2026-11-23T12:00:00.000Z'
  if (before !== undefined)
    repository.states.set('good', { tag: 'good', at, message: '', parent: undefined, text: before })
  const parent = before === undefined ? undefined : 'good'
  repository.states.set('tip', { tag: 'tip', at, message: '', parent, text })
  repository.refs.set(REFS.state, 'tip')
  const ports = { store: new MemoryStore(repository, REFS), clock: new InstantClock(), redact: String }
  const got = await restore(ports).catch((error: unknown) => error)
  if (parsed.is === 'valid') {
    const isIt = got !== undefined && !Error.isError(got)
    holds('a valid newest checkpoint is restored', isIt, String(got))
    return
  }
  if (parsed.is === 'newer' || before === undefined) {
    const code = parsed.is === 'newer' ? 'checkpoint-newer' : 'checkpoint-invalid'
    holds('what cannot be used is said', got instanceof LoopError && got.code === code, String(got))
    return
  }
  const went = typeof got === 'object' && got !== null && 'checkpoint' in got ? got.checkpoint : undefined
  const good = parseCheckpoint(before)
  const tasks = good.is === 'valid' ? good.checkpoint.remaining_tasks : undefined
  const isBack = tasks !== undefined && lost(tasks, tasksOf(went)) === undefined
  holds('a damaged one gives way to the last valid one', isBack, String(got))
}

const tasksOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'remaining_tasks' in value
    ? value.remaining_tasks
    : undefined

/** @param parse the reader: tests put broken ones in its place. */
export function checkpointTarget(parse: (text: string) => Parsed = parseCheckpoint): Target {
  return {
    name: 'checkpoint',
    share: 1,
    form: jsonForm(['"version": "2.0"', '"status": "done"', '"leased"', '"remaining_tasks": []'], 2),
    hostile: () => hostile(),
    async open() {
      const texts = corpus()
      let count = 0
      return pure(texts, async (input): Promise<Verdict> => {
        const text = input.toString()
        const parsed = parse(text)
        if (parsed.is === 'valid') accepted(text, parsed.checkpoint)
        if (parsed.is === 'invalid') sentence('the refusal', parsed.because, 5_000)
        if (count++ % RESTORED === 0)
          await restored(text, parsed, count % (3 * RESTORED) === 1 ? undefined : texts[count % texts.length])
        return parsed.is === 'valid' ? 'accepted' : 'rejected'
      })
    },
  }
}

function hostile(): Record<string, Buffer> {
  const one = checkpoint()
  const many = (count: number, over: (n: number) => object = () => ({})) =>
    Array.from({ length: count }, (_, n) => ({ ...task(`t${n}`), spec: '', ...over(n) }))
  const of = (over: object) => JSON.stringify({ ...one, ...over })
  const texts = {
    ...hostileJson(),
    'two thousand tasks': of({ remaining_tasks: many(2_000) }),
    'a chain of needs': of({
      remaining_tasks: many(2_000, (n) => ({ needs: n === 0 ? [] : [`t${n - 1}`] })),
    }),
    'a circle of needs': of({ remaining_tasks: many(2_000, (n) => ({ needs: [`t${(n + 1) % 2_000}`] })) }),
    'needs that nobody has': of({
      remaining_tasks: many(500, () => ({ needs: Array.from({ length: 400 }, (_, n) => `x${n}`) })),
    }),
    'needs of all in all': of({
      remaining_tasks: many(350, (n) => ({ needs: Array.from({ length: n }, (_, m) => `t${m}`) })),
    }),
    'one task again and again': of({ remaining_tasks: Array(2_400).fill({ ...task('a'), spec: '' }) }),
    'unknown fields': of(Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`f${n}`, n]))),
    'an unknown field nested deeply': of({ x: 0 }).replace(
      '"x":0',
      `"x":${'['.repeat(400_000)}${']'.repeat(400_000)}`,
    ),
    'a long reason': of({ reason: filled('x') }),
    'lanes without number': of({
      lanes: Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [String(n + 1), one.lanes['1']])),
    }),
    'a time of digits': of({ started_at: filled('1', MEGABYTE / 2) }),
    'a version of digits': of({ version: `1.${filled('1', MEGABYTE / 2)}` }),
  }
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]))
}
