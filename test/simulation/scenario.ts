/** What a life begins with: everything that its seed decides before anything happens. */
import type { MailPace } from '../../src/core/mail-pace.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { type Choosing, chanceOf } from '../support/chance.ts'
import type { Loaded } from './dice.ts'
import { FAULT_NAMES, type FaultName } from './faults.ts'

/** How the loop is run: one job, four jobs, fresh agents in one job, or a terminal. */
export const FORMS = ['one job', 'four jobs', 'here', 'terminal'] as const
export type Form = (typeof FORMS)[number]

export interface Scenario extends Loaded {
  readonly form: Form
  readonly lanes: number
  /** Tasks of the loop file as it is at first. */
  readonly tasks: number
  /** Days of trouble. After them nothing goes wrong any more. */
  readonly days: number
  readonly budget: 'open' | 'usd' | 'per day' | 'iterations' | 'minutes' | 'tokens' | 'deadline'
  readonly redFirst: boolean
  /** Dollars set aside for an attempt. */
  readonly reserve: number
  readonly retry: 'continue' | 'clean'
  readonly pullRequest: boolean
  /** Mail is exchanged while agents work, too: every such look is a call that can fail. */
  readonly exchanges?: true | undefined
}

/** Seeds from here on: those below live as they did before there was mail. */
export const EXCHANGES_FROM = 1_000_000

/** Less often than in earnest: a life has weeks. */
const PACE = { look: 20 * SECOND, fetch: MINUTE, send: 2 * MINUTE } as const

/** How mail is exchanged in a life. */
export const paceIn = ({ exchanges }: Pick<Scenario, 'exchanges'>): MailPace | 'not' =>
  exchanges === true ? PACE : 'not'

/** What cannot happen where there is one machine and no platform. */
const ELSEWHERE: ReadonlySet<FaultName> = new Set<FaultName>([
  ...(['answer lost', 'unheard change', 'partition', 'slow remote'] as const),
  ...(['request lost', 'request late', 'request twice', 'request refused', 'request unknown'] as const),
  ...(['status unreadable', 'status late', 'status wrong', 'late start', 'never started'] as const),
  ...(['step before fails', 'machine gone', 'out of time', 'post step gone', 're-run'] as const),
  ...([
    'tick missing',
    'tick late',
    'spare stale',
    'spare evicted',
    'spare forged',
    'state deleted',
  ] as const),
])

/** What a loop gets over by itself, however often it happens: nobody has to help. */
const SURVIVED: ReadonlySet<FaultName> = new Set<FaultName>([
  ...(['answer lost', 'unheard change', 'partition', 'slow remote'] as const),
  ...(['request lost', 'request late', 'request twice', 'request unknown'] as const),
  ...(['status unreadable', 'status late', 'status wrong', 'half saved', 'late start'] as const),
  ...(['never started', 'step before fails', 'process killed', 'machine gone', 'out of time'] as const),
  ...(['clock skewed', 'post step gone', 'second terminal', 're-run', 'edit file', 'broken file'] as const),
  ...(['push', 'tick missing', 'tick late', 'spare stale', 'agent overspends', 'agent spends all'] as const),
  ...(['agent cost unknown', 'agent limited', 'limit moves', 'agent unavailable', 'agent overlaps'] as const),
])

/** Every so many lives there is nothing else. */
const QUIET = 8

/** Whether a loop has to come to its end without anybody. */
export const isQuiet = ({ faults, budget }: Pick<Scenario, 'faults' | 'budget'>): boolean =>
  budget === 'open' && [...faults].every((fault) => SURVIVED.has(fault))

const OF_A_TERMINAL: ReadonlySet<FaultName> = new Set<FaultName>(['half saved', 'second terminal'])

/** The scenario of a seed; the same for ever. */
export function scenarioOf(seed: number): Scenario {
  const drawn = { ...draw(seed), ...(seed < EXCHANGES_FROM ? {} : { exchanges: true as const }) }
  if (seed % QUIET !== 0) return drawn
  return { ...drawn, budget: 'open', faults: new Set([...drawn.faults].filter((one) => SURVIVED.has(one))) }
}

function draw(seed: number): Scenario {
  const chance = chanceOf(seed ^ 0x5eed)
  const form = formOf(chance)
  const lanes = form === 'here' ? 1 : chance.one([1, 1, 2, 3, 4, 6, 8, 12, 16])
  return {
    seed,
    form,
    lanes,
    tasks: chance.upTo(3, 12 + lanes),
    days: chance.one([0.5, 1, 2, 4]),
    budget: chance.one([
      'open',
      'open',
      'open',
      'open',
      'usd',
      'per day',
      'iterations',
      'minutes',
      'tokens',
      'deadline',
    ]),
    redFirst: chance.is(0.2),
    reserve: chance.one([0.25, 1]),
    retry: chance.one(['continue', 'continue', 'clean']),
    pullRequest: chance.is(0.3),
    faults: faultsOf(chance, form),
    spared: new Set(),
  }
}

const formOf = (chance: Choosing): Form =>
  chance.one(['one job', 'one job', 'one job', 'four jobs', 'four jobs', 'here', 'terminal'])

/** Some seeds have all of them, most a part: what hides one fault may be another. */
function faultsOf(chance: Choosing, form: Form): ReadonlySet<FaultName> {
  const share = chance.one([0.15, 0.3, 0.5, 0.7, 1])
  const isTerminal = form === 'terminal'
  const possible = FAULT_NAMES.filter((name) => !isTerminal || !ELSEWHERE.has(name))
  const drawn = possible.filter(() => chance.is(share))
  return new Set(drawn.filter((name) => isTerminal || !OF_A_TERMINAL.has(name)))
}
