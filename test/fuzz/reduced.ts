/** A finding as people want to see it: the smallest input that breaks the same law. */
import { type Finding, judge, judgeInTime } from './judging.ts'
import type { Found } from './messages.ts'
import { shrink } from './shrink.ts'
import type { Opened, Target } from './target.ts'

/** Characters of an input that are shown. */
const SHOWN = 2_000

export async function reduced(
  target: Pick<Target, 'form'>,
  opened: Opened,
  finding: Finding,
): Promise<Found> {
  const { seed, law, message, input } = finding
  const look = law === 'two seconds at most' ? judgeInTime : judge
  const small = await shrink(input, target.form, async (one) => (await look(opened, one)).broken?.law === law)
  const told = (await look(opened, small)).broken?.message ?? message
  const shown = JSON.stringify(small.toString())
  return {
    ...{ seed, law, message: told, bytes: small.length, from: input.length },
    input: shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown,
  }
}
