/** What a run of planted bugs came to, for people. */
import type { Bug } from './bug.ts'
import type { Result } from './results.ts'

/** The share of bugs that has to be found. */
const SHARE = 0.9

export interface Tried {
  readonly bug: Bug
  /** `undefined`: nothing is known of it yet. */
  readonly result: Result | undefined
}

/** One line of one bug. */
export function verdictOn({ name, survives }: Bug, result: Omit<Result, 'digest'> | undefined): string {
  if (result === undefined) return `  not found by the likely tests  ${name}`
  const { is, by, test, seconds } = result
  if (is === 'survived')
    return `  SURVIVED ${seconds} s  ${name}${survives === undefined ? '' : `: ${survives}`}`
  return `  found in ${seconds} s  ${name}  by ${by === '' ? '' : `${by}: `}${test}`
}

export function lines(tried: readonly Tried[]): { readonly text: string; readonly isGood: boolean } {
  const known = tried.filter(({ result }) => result !== undefined)
  const survivors = known.filter(({ result }) => result?.is === 'survived')
  const found = known.length - survivors.length
  const share = tried.length === 0 ? 0 : found / tried.length
  const unexplained = survivors.filter(({ bug }) => bug.survives === undefined)
  const stale = tried.filter(
    ({ bug, result }) => bug.survives !== undefined && result !== undefined && result.is !== 'survived',
  )
  const text = [
    '',
    ...byGuarantee(tried),
    ...byTest(known),
    ...survivors.map(
      ({ bug }) => `survived: ${bug.name} (${bug.file}): ${bug.survives ?? 'no reason is given'}`,
    ),
    ...stale.map(({ bug }) => `found, though it is said to survive: ${bug.name}`),
    ...(known.length < tried.length ? [`not known yet: ${tried.length - known.length}`] : []),
    `${found} of ${tried.length} bugs found: ${(share * 100).toFixed(1)} %`,
  ].join('\n')
  return { text, isGood: share >= SHARE && unexplained.length === 0 }
}

const isFound = ({ result }: Tried): boolean => result !== undefined && result.is !== 'survived'

/** `G1 9 of 9`, … */
const byGuarantee = (tried: readonly Tried[]): string[] =>
  [...Map.groupBy(tried, ({ bug }) => bug.breaks ?? 'others')]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, bugs]) => `${name}: ${bugs.filter(isFound).length} of ${bugs.length} found`)

const byTest = (known: readonly Tried[]): string[] =>
  [...Map.groupBy(known.filter(isFound), ({ result }) => result?.by ?? '')]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(
      ([by, bugs]) => `  ${String(bugs.length).padStart(3)} by ${by === '' ? 'never coming to an end' : by}`,
    )
