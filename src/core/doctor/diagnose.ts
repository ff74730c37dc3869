/** From facts to findings: the one list of what is looked at. */
import { branchFindings } from './branches.ts'
import { carryingFindings } from './carrying.ts'
import { dispatchFindings } from './dispatching.ts'
import type { Facts } from './facts.ts'
import { type Finding, type FindingId, sorted } from './finding.ts'
import { jobFindings } from './job.ts'
import { keyFindings } from './keys.ts'
import { machineFindings } from './machine.ts'
import { repositoryFindings } from './repository.ts'
import { rightsFindings } from './rights.ts'
import { scheduleFindings } from './schedule.ts'
import { chooseSubject } from './subject.ts'

/** Everything that can be said, the worst first. */
export function diagnose(facts: Facts): readonly Finding[] {
  const { subject, findings } = chooseSubject(facts)
  return sorted([
    ...machineFindings(facts),
    ...repositoryFindings(facts, subject),
    // What runs can be read, if not here.
    ...(facts.run === undefined ? findings : []),
    ...(subject === undefined
      ? []
      : [
          ...dispatchFindings(facts, subject),
          ...carryingFindings(subject),
          ...jobFindings(facts, subject),
          ...rightsFindings(facts, subject),
          ...keyFindings(facts, subject),
          ...scheduleFindings(facts, subject),
        ]),
    ...branchFindings(facts, subject),
  ])
}

/**
 * With these the loop cannot get anywhere: a first run ends before anything is spent. Other errors
 * are told, and the run goes on: a program of an agent may know a key that nobody was given here.
 */
const STOPPING: ReadonlySet<FindingId> = new Set(['permissions'])

/** The first of the findings that a run must not begin with. */
export const stopper = (findings: readonly Finding[]): Finding | undefined =>
  findings.find(({ id, level }) => level === 'error' && STOPPING.has(id))
