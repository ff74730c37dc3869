/** A tool: what a model is told of it, and what it does. */
import { z } from 'zod'
import { diskTrouble, errnoOf } from '../../core/errno.ts'
import { explain, LoopError } from '../../core/error.ts'
import { firstMistake } from '../../core/mistake.ts'
import { isShallow } from '../../core/outbox.ts'
import { Refused } from '../../core/tools/refused.ts'
import type { Clock } from '../../ports/clock.ts'
import type { AgentDesk } from './desk.ts'

export interface Surroundings {
  readonly desk: AgentDesk
  readonly clock: Clock
}

/** What a model reads. */
export interface Answer {
  readonly text: string
  /** Nothing was done; the text says why, and what to do instead. */
  readonly isError?: true
}

export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Of its arguments, as JSON Schema. */
  readonly schema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly isReading: boolean
  /** Refusals are answers. @param signal the call was taken back. */
  call(input: unknown, around: Surroundings, signal: AbortSignal): Promise<Answer>
}

interface Definition<Input extends z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  /** Changes nothing. */
  readonly isReading?: true
  /** @returns what to say; anything but a text is said as JSON. */
  run(input: z.output<Input>, around: Surroundings, signal: AbortSignal): Promise<string | object>
}

/** A tool whose arguments are checked before it is run. */
export function tool<Input extends z.ZodObject>(definition: Definition<Input>): Tool {
  const { name, title, description, input, isReading = false } = definition
  return {
    name,
    title,
    description,
    isReading,
    schema: schemaOf(input),
    async call(given, around, signal) {
      try {
        const said = await definition.run(parsed(input, given), around, signal)
        return { text: typeof said === 'string' ? said : JSON.stringify(said) }
      } catch (error) {
        return { text: whyNot(error), isError: true }
      }
    },
  }
}

function schemaOf(input: z.ZodObject): Tool['schema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' })
  return { ...schema, type: 'object' }
}

function parsed<Input extends z.ZodObject>(input: Input, given: unknown): z.output<Input> {
  if (!isShallow(given)) throw new Refused('The arguments are nested too deeply: keep them flat.')
  const result = input.safeParse(given, { reportInput: true })
  if (result.success) return result.data
  throw new Refused(firstMistake(result.error, Object.keys(input.shape)))
}

/** @throws the error itself when it is a bug. */
function whyNot(thrown: unknown): string {
  if (thrown instanceof Refused) return thrown.message
  const error = diskTrouble(thrown)
  if (error instanceof LoopError) return `Nothing was written: ${explain(error)}`
  // An agent may have removed what was laid out for it.
  if (Error.isError(error) && errnoOf(error) !== undefined) return `It did not work: ${error.message}`
  throw error
}
