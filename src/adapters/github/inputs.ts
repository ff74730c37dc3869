/** The inputs of the action. The runner passes an unset input as an empty string, never as missing. */
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'
import { LaneId, LoopId } from '../../core/ids.ts'
import { LIMITS } from '../../core/limits.ts'
import { readPersonsMail } from '../../core/persons-mail.ts'

/** Reads one input by its name in action.yml. */
export type ReadInput = (name: string) => string

/** Empty is `undefined`; anything else must read as something. `wanted` completes "must be …". */
const optional = <T>(wanted: string, read: (text: string) => T | undefined) =>
  z.string().transform((raw, context) => {
    const text = raw.trim()
    if (text === '') return undefined
    const value = read(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `must be ${wanted}, not ${shown(text)}` })
    return z.NEVER
  })

const required = <T>(fallback: T, wanted: string, read: (text: string) => T | undefined) =>
  optional(wanted, read).transform((value) => value ?? fallback)

/** Enough to recognise a slip, too little to leak a key put into the wrong input. */
const shown = (text: string): string => JSON.stringify(text.length > 24 ? `${text.slice(0, 12)}…` : text)

const flag = (fallback = false) =>
  required(fallback, '"true" or "false"', (text) => {
    if (/^(true|True|TRUE)$/.test(text)) return true
    return /^(false|False|FALSE)$/.test(text) ? false : undefined
  })

const whole = (least: number, most: number) => (text: string) => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

const money = (text: string) => (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined)

const choice = <const T extends string>(options: readonly T[]) =>
  [
    `one of ${options.map((option) => `"${option}"`).join(', ')}`,
    (text: string) => options.find((option) => option === text),
  ] as const

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined)

/** Secrets are taken as they are and never shown. */
const secret = z.string().transform((raw) => raw.trim() || undefined)

const ID = 'at most 40 of a-z, 0-9 and "-", starting with a letter or digit'

const climbs = (path: string): boolean => path.split('/').includes('..')

/** A path inside the checkout: what lies outside is not the loop's to read. */
const inside = (text: string) => (text.startsWith('/') || climbs(text) ? undefined : text)

/** Names of variables, apart by commas, spaces or lines. */
function names(text: string): readonly string[] | undefined {
  const list = text.split(/[\s,]+/).filter((name) => name !== '')
  return list.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) ? list : undefined
}

/** No range and no tag: the same loop runs the same program tomorrow. */
const exactVersion = (text: string) =>
  text.length <= 64 ? matching(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/)(text) : undefined

/** The text itself, where it is an object: what is in it is read by those who need it. */
function jsonObject(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined
  } catch {
    return undefined
  }
}

/** All of an iteration, or a job of the walled form. */
const JOBS = ['all', 'begin', 'work', 'check', 'settle'] as const

/** In the order of action.yml. A test keeps the two in step. */
export const Inputs = z.object({
  loop: optional(ID, (text) => LoopId.safeParse(text).data),
  lane: optional('a number from 1', (text) => LaneId.safeParse(text).data),
  nonce: optional('the one the loop gave to this run', matching(/^[A-Za-z0-9_-]{1,64}$/)),
  resume: flag(),
  stop: flag(),
  fresh: flag(),
  message: optional(
    '{"to": "<task>", "body": "…"} or {"reply": "<id>", "body": "…"}, as JSON',
    readPersonsMail,
  ),
  file: required('.cms/loop.yml', 'a path inside the checkout', inside),
  continue: optional(...choice(['dispatch', 'here', 'stop'])),
  'github-token': secret,
  'job-token': secret,
  'anthropic-api-key': secret,
  'claude-code-oauth-token': secret,
  'agent-env': required([], 'names of environment variables, not their values', names),
  'agent-version': optional('an exact version such as "2.1.330"', exactVersion),
  'max-iterations': optional('a whole number from 1', whole(1, 1_000_000)),
  'budget-usd': optional('an amount of US dollars above 0, such as "10" or "2.50"', money),
  parallel: optional(`a whole number from 1 to ${LIMITS.lanes}`, whole(1, LIMITS.lanes)),
  job: required('all', ...choice(JOBS)),
  needs: optional('the `needs` context of the job as JSON: `${{ toJSON(needs) }}`', jsonObject),
  confine: flag(true),
  'job-minutes': required(120, 'a whole number of minutes from 1 to 7200', whole(1, 7_200)),
  cache: flag(true),
  'working-directory': required('.', 'a path without ".."', (text) => (climbs(text) ? undefined : text)),
})
export type Inputs = z.infer<typeof Inputs>

/** The inputs that are secrets. */
export const SECRET_INPUTS = [
  'github-token',
  'job-token',
  'anthropic-api-key',
  'claude-code-oauth-token',
] as const

/** Reads and checks every input, so that one run reports every mistake. @throws LoopError `bad-input` */
export function parseInputs(read: ReadInput): Inputs {
  const raw = Object.fromEntries(Object.keys(Inputs.shape).map((name) => [name, read(name)]))
  const parsed = Inputs.safeParse(raw)
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...contradictions((name) => (raw[name] ?? '').trim()),
  ]
  if (parsed.data && faults.length === 0) return parsed.data
  throw new LoopError(
    'bad-input',
    ['Inputs that cannot be used:', ...faults.map((f) => `  ${f}`)].join('\n'),
    {
      hint: 'Mend them under `with:` of this step (or where the run was started). The README lists every input.',
    },
  )
}

/** Inputs that are fine alone but not together. */
function contradictions(text: ReadInput): string[] {
  const isOn = (name: string) => text(name).toLowerCase() === 'true'
  const also = ['resume', 'fresh'].filter(isOn)
  return [
    ...(text('lane') !== '' && text('nonce') === ''
      ? ['lane: comes with a nonce; leave both empty, the loop sets them']
      : []),
    ...(text('nonce') !== '' && text('lane') === ''
      ? ['nonce: comes with a lane; leave both empty, the loop sets them']
      : []),
    ...(['work', 'check', 'settle'].includes(text('job')) && text('needs') === ''
      ? [`needs: the job "${text('job')}" has to be told: \`needs: \${{ toJSON(needs) }}\``]
      : []),
    ...(!['', 'all'].includes(text('job')) && !['', 'dispatch'].includes(text('continue'))
      ? ['continue: a loop with several jobs can only go on by `dispatch`']
      : []),
    ...(isOn('stop') && also.length > 0 ? [`stop: contradicts ${also.join(' and ')}; choose one`] : []),
  ]
}

/** What a person or the loop itself may say when it starts a run. */
const FROM_DISPATCH: readonly string[] = ['loop', 'lane', 'nonce', 'resume', 'stop', 'fresh', 'message']

/**
 * Lets inputs that the step leaves empty come from the `workflow_dispatch` that started the run,
 * so that a workflow need not hand on each of them.
 */
export const withDispatchInputs =
  (read: ReadInput, dispatched: Readonly<Record<string, string>>): ReadInput =>
  (name) =>
    read(name).trim() || (FROM_DISPATCH.includes(name) ? (dispatched[name] ?? '') : '')
