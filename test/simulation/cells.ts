/** Which fault can strike in which phase, and why it cannot in the others. What could and never did is a gap. */
import { FAULT_NAMES, type FaultName, PHASES, type Phase } from './faults.ts'

interface Where {
  readonly in: readonly Phase[]
  /** Of the other phases. */
  readonly otherwise: string
}

const EVERY: readonly Phase[] = PHASES.filter((phase) => phase !== 'learn')
const OF_A_RUN: readonly Phase[] = ['restore', 'plan', 'execute', 'verify', 'hand off']

const SAVES: Where = { in: ['plan', 'hand off', 'post', 'between'], otherwise: 'nothing is saved there' }
const ASKS: Where = { in: ['plan', 'hand off', 'post'], otherwise: 'no run is asked for there' }
const LOOKS: Where = {
  in: ['plan', 'hand off', 'post', 'between'],
  otherwise: 'no other run is looked up there',
}
const CALLS: Where = { in: [...OF_A_RUN, 'post', 'between'], otherwise: 'the remote is not called there' }
const DIES: Where = { in: [...OF_A_RUN, 'post', 'between'], otherwise: 'no call to a port is made there' }
const BEFORE: Where = { in: ['between'], otherwise: 'it comes before the first call of a run' }
const CANCELS: Where = { in: OF_A_RUN, otherwise: 'there is no main step to be cancelled' }
const AGENT: Where = { in: ['execute'], otherwise: 'no agent works there' }
const SPARE: Where = { in: ['restore'], otherwise: 'the cache is not asked there' }
/** Deeds of people and of the schedule: at any time, whatever runs do at that moment. */
const ANY: Where = { in: EVERY, otherwise: 'no time passes there' }

/** `learn` is pure: it calls no port, so nothing can come between its beginning and its end. */
const LEARN = 'it is pure, and calls no port'

const WHERE: Readonly<Record<FaultName, Where>> = {
  'answer lost': SAVES,
  'unheard change': SAVES,
  partition: CALLS,
  'slow remote': CALLS,
  'request lost': ASKS,
  'request late': ASKS,
  'request twice': ASKS,
  'request refused': ASKS,
  'request unknown': ASKS,
  'status unreadable': LOOKS,
  'status late': LOOKS,
  'status wrong': BEFORE,
  'late start': BEFORE,
  'never started': BEFORE,
  'step before fails': BEFORE,
  'half saved': { in: ['hand off'], otherwise: 'no two refs are moved there, or they are the first' },
  'process killed': DIES,
  'machine gone': { in: [...OF_A_RUN, 'post', 'between'], otherwise: 'no call to a port is made there' },
  'out of time': CANCELS,
  'clock skewed': BEFORE,
  'post step gone': { in: ['post'], otherwise: 'it is the post step that is gone' },
  cancel: CANCELS,
  're-run': ANY,
  'second terminal': {
    in: [...OF_A_RUN, 'between'],
    otherwise: 'a terminal has no post step',
  },
  stop: ANY,
  resume: ANY,
  retry: ANY,
  'edit file': ANY,
  'broken file': ANY,
  push: ANY,
  'moved branch': ANY,
  'hand edit': ANY,
  'roll back': ANY,
  'state deleted': ANY,
  'tick missing': ANY,
  'tick late': ANY,
  'spare stale': SPARE,
  'spare evicted': SPARE,
  'spare forged': SPARE,
  'agent fails': AGENT,
  'agent lies': AGENT,
  'agent idles': AGENT,
  'agent hangs': AGENT,
  'agent overspends': AGENT,
  'agent spends all': AGENT,
  'agent cost unknown': AGENT,
  'agent limited': AGENT,
  'limit moves': AGENT,
  'agent unavailable': AGENT,
  'agent unpaid': AGENT,
  'agent blocked': AGENT,
  'agent splits': AGENT,
  'agent oversteps': AGENT,
  'agent leaks': AGENT,
  'agent clashes': AGENT,
  'agent overlaps': AGENT,
}

/** Why a fault cannot strike in a phase; `undefined` where it can. */
export const whyNever = (fault: FaultName, phase: Phase): string | undefined => {
  if (phase === 'learn') return LEARN
  const { in: phases, otherwise } = WHERE[fault]
  return phases.includes(phase) ? undefined : otherwise
}

/** How often each fault struck in each phase. */
export class Cells {
  readonly #counts = new Map<string, number>()

  add(fault: FaultName, phase: Phase, times = 1): void {
    const key = `${fault}/${phase}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times)
  }

  count(fault: FaultName, phase: Phase): number {
    return this.#counts.get(`${fault}/${phase}`) ?? 0
  }

  /** Cells that could have been met and were not, and cells that were and cannot be. */
  get faults(): readonly string[] {
    return FAULT_NAMES.flatMap((fault) =>
      PHASES.flatMap((phase) => {
        const never = whyNever(fault, phase)
        const count = this.count(fault, phase)
        if (never === undefined && count === 0) return [`${fault} never struck in ${phase}`]
        return never !== undefined && count > 0 ? [`${fault} struck in ${phase}, where ${never}`] : []
      }),
    )
  }

  /** One row a fault, one column a phase; `–` where it cannot strike. */
  get table(): string {
    const width = Math.max(...FAULT_NAMES.map((name) => name.length))
    const row = (name: string, cells: readonly string[]) =>
      [name.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join('')
    const cell = (fault: FaultName, phase: Phase) =>
      whyNever(fault, phase) === undefined ? String(this.count(fault, phase)) : '–'
    return [
      row('', PHASES),
      ...FAULT_NAMES.map((fault) =>
        row(
          fault,
          PHASES.map((phase) => cell(fault, phase)),
        ),
      ),
    ].join('\n')
  }

  /** Why cells are empty that have to be. */
  get reasons(): readonly string[] {
    const reasons = FAULT_NAMES.flatMap((fault) =>
      PHASES.filter((phase) => phase !== 'learn').flatMap((phase) => whyNever(fault, phase) ?? []),
    )
    return [`learn: ${LEARN}`, ...new Set(reasons)]
  }
}
