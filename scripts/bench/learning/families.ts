/**
 * What `npm run bench:learning` is measured on: loops whose tasks break rules that nobody has told. Made up before
 * the learning was tuned, and not changed since (`frozen.ts`).
 *
 * A rule has a symptom, which its check prints, and a remedy, which its symptom hints at. A task is done when its
 * file holds the remedies of all rules that hold for it; a check stops at the first one that is missing.
 */
import { type Choosing, chanceOf } from '../../../test/support/chance.ts'

export interface Rule {
  readonly id: string
  /** Of these tasks; `undefined`: everywhere. */
  readonly area: string | undefined
  /** Printed by its check: always the same words, among much that changes. */
  readonly symptom: string
  /** What has to be done, as somebody would say it. */
  readonly remedy: string
  /** What somebody could take for the remedy. */
  readonly mistaken: string
  /** From the task of this number on the remedy is another one. */
  readonly changes?: { readonly at: number; readonly remedy: string }
}

export interface RuledTask {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly area: string
  /** Ids of the rules that hold for it. */
  readonly rules: readonly string[]
}

export interface Family {
  readonly name: string
  readonly rules: ReadonlyMap<string, Rule>
  readonly tasks: readonly RuledTask[]
  /** How often agents leave notes that help nobody, and notes that are wrong. */
  readonly notes: { readonly idle: number; readonly wrong: number }
}

/** The remedy of a rule for the task of this number. */
export const remedyAt = ({ remedy, changes }: Rule, task: number): string =>
  changes !== undefined && task >= changes.at ? changes.remedy : remedy

const AREAS = ['api', 'database', 'forms', 'billing', 'search', 'jobs'] as const
const NOUNS: Readonly<Record<string, readonly string[]>> = {
  api: ['endpoint', 'handler', 'request', 'route', 'response'],
  database: ['query', 'migration', 'table', 'index', 'transaction'],
  forms: ['form', 'field', 'button', 'page', 'label'],
  billing: ['invoice', 'price', 'discount', 'tax', 'receipt'],
  search: ['index', 'ranking', 'filter', 'facet', 'tokeniser'],
  jobs: ['queue', 'worker', 'schedule', 'retry', 'timeout'],
}
const THINGS = ['customer', 'order', 'account', 'basket', 'supplier', 'parcel', 'voucher', 'branch'] as const
const VERBS = ['Add', 'Port', 'Rewrite', 'Extend', 'Simplify'] as const
const FAULTS = ['MissingScope', 'UnknownUnit', 'StaleHandle', 'BareValue', 'LooseType', 'OpenCursor'] as const
const CALLS = [
  'withTenant',
  'asMoney',
  'useClock',
  'sealed',
  'normalised',
  'guarded',
  'audited',
  'traced',
] as const
const PLACES = ['wrap it in', 'pass it through', 'build it with', 'register it by', 'close it with'] as const

export const FAMILIES = ['rules repeat', 'nothing repeats', 'rules change', 'notes mislead'] as const
export type FamilyName = (typeof FAMILIES)[number]

const TASKS = 60

/** The same family for the same seed. */
export function family(name: FamilyName, seed: number): Family {
  const chance = chanceOf(seed * 7_919 + FAMILIES.indexOf(name))
  const mislead = name === 'notes mislead'
  const notes = { idle: mislead ? 0.6 : 0.15, wrong: mislead ? 0.25 : 0.05 }
  return name === 'nothing repeats' ? once(chance, notes) : repeated(chance, name, notes)
}

function repeated(chance: Choosing, name: FamilyName, notes: Family['notes']): Family {
  const wanted = [...AREAS.flatMap((area) => [area, area]), undefined, undefined]
  const rules = wanted.map((area, n) => {
    const rule = ruleOf(chance, n, area)
    if (name !== 'rules change' || n % 2 === 0) return rule
    return { ...rule, changes: { at: TASKS / 2, remedy: remedyOf(chance, n + 100) } }
  })
  const tasks = Array.from({ length: TASKS }, (_, n) => {
    const area = chance.one(AREAS)
    const holding = rules.filter((rule) => rule.area === area || rule.area === undefined)
    const held = holding.filter((rule) => chance.is(rule.area === undefined ? 0.5 : 0.8))
    return taskOf(chance, n, area, held)
  })
  return { name, rules: new Map(rules.map((rule) => [rule.id, rule])), tasks, notes }
}

function once(chance: Choosing, notes: Family['notes']): Family {
  const rules: Rule[] = []
  const tasks = Array.from({ length: TASKS }, (_, n) => {
    const area = chance.one(AREAS)
    const own = Array.from({ length: 1 + chance.upTo(0, 2) }, () => ruleOf(chance, rules.length, area, rules))
    return taskOf(chance, n, area, own)
  })
  return { name: 'nothing repeats', rules: new Map(rules.map((rule) => [rule.id, rule])), tasks, notes }
}

function ruleOf(chance: Choosing, n: number, area: string | undefined, into?: Rule[]): Rule {
  const noun = chance.one(NOUNS[area ?? chance.one(AREAS)] ?? ['thing'])
  const about = chance.is(0.7) ? `${noun} ` : ''
  const symptom = `${chance.one(FAULTS)}Error: the ${about}${chance.one(THINGS)} breaks contract ${letters(n)}.`
  const rule = {
    id: `r${n}`,
    area,
    symptom,
    remedy: remedyOf(chance, n),
    mistaken: remedyOf(chance, n + 200),
  }
  into?.push(rule)
  return rule
}

/** No two rules have the same one: the letters say which. */
const remedyOf = (chance: Choosing, n: number): string =>
  `${chance.one(PLACES)} ${chance.one(CALLS)}${letters(n)}()`

/** No digits: those are taken for noise in what programs print. */
const letters = (n: number): string =>
  String(n).replaceAll(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '')

function taskOf(chance: Choosing, n: number, area: string, rules: readonly Rule[]): RuledTask {
  const noun = chance.one(NOUNS[area] ?? ['thing'])
  const thing = chance.one(THINGS)
  const name = `${chance.one(VERBS)} the ${thing} ${noun}`
  const more = chance.one(NOUNS[area] ?? ['thing'])
  const spec = `${name} in \`src/${area}/${thing}.ts\`. The ${more} beside it stays as it is. Write a test, too.`
  return { id: `t${n}`, name, spec, area, rules: rules.map(({ id }) => id) }
}

/** What a check prints where a rule is broken: its symptom among noise that is new each time. */
export function complaint(chance: Choosing, rule: Rule, task: RuledTask): string {
  const line = chance.upTo(1, 400)
  return [
    `> test --run ${chance.upTo(1_000, 9_999)}`,
    `✗ ${task.name} (${chance.upTo(3, 900)}ms)`,
    `\u001b[31m${rule.symptom}\u001b[39m`,
    `    at check (/home/runner/work/${chance.upTo(1, 99)}/src/${task.area}/a.ts:${line}:${chance.upTo(1, 80)})`,
    `    at 0x${chance.upTo(1_000_000, 9_999_999).toString(16)} 2026-11-26T10:${chance.upTo(10, 59)}:00Z`,
    `Tests: 1 failed, ${chance.upTo(10, 400)} passed`,
  ].join('\n')
}
