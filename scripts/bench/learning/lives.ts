/**
 * One loop of a family, from its first task to its last, by the real core and the real phases; only agent, checks and
 * git are stood in for, as in the tests. What the agent reads is the prompt that is made for it.
 */
import { runLoop } from '../../../src/app/run.ts'
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { Lesson } from '../../../src/core/learning/lesson.ts'
import { type Choosing, chanceOf } from '../../../test/support/chance.ts'
import { loopConfig } from '../../../test/support/loop-config.ts'
import { World } from '../../../test/support/world.ts'
import { SLIP, sit } from './apprentice.ts'
import { complaint, type Family, type Rule, type RuledTask, remedyAt } from './families.ts'

/** What agents are told: nothing, how the last attempt failed, and what the loop has learnt as well. */
export const TEACHINGS = ['nothing', 'last failure', 'lessons'] as const
export type Teaching = (typeof TEACHINGS)[number]

/** A lesson that was given to an attempt, and what it is to its task. */
export interface Advice {
  readonly isAbout: boolean
}

export interface Life {
  /** Attempts of each task, in their order. */
  readonly attempts: readonly number[]
  /** Tasks that were given up. */
  readonly parked: number
  /** For each attempt that was given lessons: which share of the first five is about a rule of its task. */
  readonly precision: readonly number[]
  readonly checkpoint: Checkpoint
  /** Every lesson there ever was, by id, with what became of it last. */
  readonly lessons: ReadonlyMap<string, Fate>
}

export interface Fate {
  readonly text: string
  readonly isPassenger: boolean
  readonly isWrong: boolean
  readonly wasSkill: boolean
  readonly wasRetired: boolean
  readonly uses: number
}

const ATTEMPTS = 20

export async function live(family: Family, teaching: Teaching, seed: number): Promise<Life> {
  const world = new World()
  const chance = chanceOf(seed)
  const { tasks } = family
  const config = loopConfig({
    tasks: tasks.map(({ id, name, spec }) => ({ id, name, spec, verify: ['check'] })),
    budget: { iterations: 100_000, minutes: 10_000_000, usd: 1_000_000 },
    policy: { attempts: ATTEMPTS, lessons: teaching === 'lessons' },
  })
  let under: { readonly task: RuledTask; readonly n: number } | undefined
  const precision: number[] = []
  for (const [n, task] of tasks.entries()) {
    world.script.acts.set(task.id, [
      (scene) => {
        const { assignment, room } = scene
        under = { task, n }
        const held = world.checkpoint().remaining_tasks.find(({ id }) => id === task.id)
        const given = held?.state.at === 'leased' ? (held.state.lease.lessons?.given ?? []) : []
        if (given.length > 0) precision.push(precisionOf(world.checkpoint(), given, { family, task }))
        const prompt = teaching === 'nothing' ? withoutFailure(assignment.prompt) : assignment.prompt
        const file = (room.files.get(pathOf(task)) ?? '').split('\n').filter((line) => line !== '')
        const work = sit(chance, { family, task, n, prompt, file })
        room.files.set(pathOf(task), [`attempt ${assignment.env['CMS_ATTEMPT']}`, ...work.file].join('\n'))
        for (const [index, note] of work.notes.entries())
          scene.leave({ path: `lessons/${index}.json`, text: JSON.stringify(note) })
        return {}
      },
    ])
  }
  world.script.deeds.set('check', (files) => {
    if (under === undefined) throw new Error('nobody works')
    const lines = new Set((files.get(pathOf(under.task)) ?? '').split('\n'))
    return checked(chance, { family, ...under, lines })
  })
  const { signal } = new AbortController()
  await runLoop(
    world.run(),
    { loop: 'main', config, home: 'local', verifyIn: 'clean' },
    {
      signal,
      ...{ maxIterations: undefined, wait: 0, until: undefined, fresh: false, resume: false },
    },
  )
  return told(world, family, precision)
}

const pathOf = ({ id }: RuledTask): string => `work/${id}.txt`

const withoutFailure = (prompt: string): string =>
  prompt.replace(/# The last attempt at this task failed[\s\S]*?(?=\n# )/, '')

interface Checking {
  readonly family: Family
  readonly task: RuledTask
  readonly n: number
  readonly lines: ReadonlySet<string>
}

/** The first rule that is broken fails the check; a slip, before all rules. */
function checked(chance: Choosing, { family, task, n, lines }: Checking): { ok?: boolean; tail?: string } {
  if (lines.has(SLIP))
    return { ok: false, tail: `SyntaxError: unexpected token near ${chance.upTo(1, 9_999)}` }
  const rules = task.rules.flatMap((id) => family.rules.get(id) ?? [])
  const broken = rules.find((rule) => !lines.has(remedyAt(rule, n)))
  return broken === undefined ? {} : { ok: false, tail: complaint(chance, broken, task) }
}

const isAbout = (text: string, { symptom, remedy, changes, mistaken }: Rule): boolean =>
  [symptom, remedy, changes?.remedy, mistaken].some((one) => one !== undefined && text.includes(one))

function precisionOf(
  { lessons }: Checkpoint,
  given: readonly string[],
  { family, task }: { readonly family: Family; readonly task: RuledTask },
): number {
  const rules = task.rules.flatMap((id) => family.rules.get(id) ?? [])
  const first = given.slice(0, 5).flatMap((id) => lessons.find((one) => one.id === id) ?? [])
  const about = first.filter(({ text }) => rules.some((rule) => isAbout(text, rule)))
  return about.length / Math.max(1, first.length)
}

function told(world: World, family: Family, precision: readonly number[]): Life {
  const checkpoint = world.checkpoint()
  const done = new Map(checkpoint.completed_tasks.map(({ id, attempts }) => [id, attempts]))
  return {
    attempts: family.tasks.map(({ id }) => done.get(id) ?? ATTEMPTS),
    parked: checkpoint.remaining_tasks.length,
    precision,
    checkpoint,
    lessons: fatesOf(world, family),
  }
}

/** From the history: what was dropped since counts, too. */
function fatesOf(world: World, family: Family): Map<string, Fate> {
  const fates = new Map<string, Fate>()
  const rules = [...family.rules.values()]
  const change = (id: string, more: Partial<Fate>) => {
    const fate = fates.get(id)
    if (fate !== undefined) fates.set(id, { ...fate, ...more })
  }
  let tag = world.stateTip
  const states: string[] = []
  while (tag !== undefined) {
    const state = world.repository.states.get(tag)
    if (state === undefined) break
    states.unshift(state.text)
    tag = state.parent
  }
  for (const text of states) {
    const lessons: readonly Lesson[] = JSON.parse(text).lessons
    for (const { id, text: said, state, uses, source } of lessons) {
      if (!fates.has(id))
        fates.set(id, {
          text: said,
          isPassenger: !rules.some((rule) => isAbout(said, rule)),
          isWrong: source === 'agent' && rules.some(({ mistaken }) => said.includes(mistaken)),
          ...{ wasSkill: false, wasRetired: false, uses: 0 },
        })
      change(id, { uses })
      if (state === 'skill') change(id, { wasSkill: true })
      if (state === 'retired') change(id, { wasRetired: true })
    }
  }
  return fates
}
