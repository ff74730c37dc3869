/** One life, told line by line; a failing one is made smaller first. */
import { z } from 'zod'
import { FAULT_NAMES } from './faults.ts'
import { type Lived, live } from './life.ts'
import { FORMS, type Scenario, scenarioOf } from './scenario.ts'
import { shrink, told } from './shrink.ts'

const Replayed = z.object({
  seed: z.int(),
  form: z.enum(FORMS),
  lanes: z.int(),
  tasks: z.int(),
  days: z.number(),
  budget: z.enum(['open', 'usd', 'per day', 'iterations', 'minutes', 'tokens', 'deadline']),
  redFirst: z.boolean(),
  reserve: z.number(),
  retry: z.enum(['continue', 'clean']),
  pullRequest: z.boolean(),
  exchanges: z.literal(true).optional(),
  faults: z.array(z.enum(FAULT_NAMES)).transform((names) => new Set(names)),
  spared: z.array(z.string()).transform((keys) => new Set(keys)),
})

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** @param json what a failing life was made smaller to. @returns whether it held. */
export const replay = async (json: string): Promise<boolean> => tellOf(Replayed.parse(JSON.parse(json)))

/** @returns whether it held. */
export async function retold(seed: number): Promise<boolean> {
  const first = await live(scenarioOf(seed))
  if (first.failure === undefined) return tellOf(first.scenario)
  say(`seed ${seed} breaks a law: ${first.failure.message}`)
  say(
    `with ${first.happened.length} faults, ${first.scenario.tasks} tasks, ${first.scenario.lanes} lanes; made smaller:`,
  )
  const small = await shrink(first)
  const held = await tellOf(small.scenario)
  say(`npm run simulate -- --replay '${told(small.scenario)}'`)
  return held
}

async function tellOf(scenario: Scenario): Promise<boolean> {
  const lived: Lived = await live(scenario, { isTold: true })
  for (const line of lived.story) say(line)
  say('')
  const { form, lanes, tasks } = scenario
  say(
    `${form}, ${lanes} lanes, ${tasks} tasks, ${lived.iterations} iterations, ${lived.commits} saved changes`,
  )
  for (const { key, phases } of lived.happened) say(`  ${key} in ${phases.join(', ')}`)
  say(lived.failure === undefined ? 'every law held' : String(lived.failure.stack ?? lived.failure))
  return lived.failure === undefined
}
