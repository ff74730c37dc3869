/** What `npm run fuzz` takes. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { TARGETS } from './targets.ts'

export const HELP = `npm run fuzz -- [options]

Gives every reader of untrusted input changed inputs, and looks whether its laws hold: no uncaught error, no
empty answer in the place of a damaged one, what is accepted is sound and can be written and read again, two
seconds and 200 MB at most.

  --inputs <n>      changed inputs for each large target (default 100000); small and slow ones get a share
  --target <name>   only this one; may be given more than once
                    ${TARGETS.map(({ name }) => name).join(', ')}
  --seed <n>        only the input of this seed, of the targets named: replays a finding exactly
  --from <n>        the first seed (default 1)
  --jobs <n>        processes at once (default: one for each processor)
  --no-hostile      without the inputs of a megabyte
  --help            this

Ends with 1 when a law was broken.
`

export interface Options {
  readonly inputs: number
  readonly targets: readonly string[]
  readonly seed: number | undefined
  readonly from: number
  readonly jobs: number
  readonly hostile: boolean
}

/** @returns `undefined` when help is wanted. @throws Error for what is no option. */
export function optionsOf(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inputs: { type: 'string', default: '100000' },
      target: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      'no-hostile': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const names = TARGETS.map(({ name }) => name)
  const unknown = values.target.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`there is no target "${unknown}"; there are ${names.join(', ')}`)
  return {
    inputs: numberIn('inputs', values.inputs),
    targets: values.target.length === 0 ? names : values.target,
    seed: values.seed === undefined ? undefined : numberIn('seed', values.seed),
    from: numberIn('from', values.from),
    jobs: Math.max(1, numberIn('jobs', values.jobs)),
    hostile: !values['no-hostile'],
  }
}

function numberIn(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`)
  return Number(text)
}
