/** What a run tells, and the commits it makes for people to read: without secrets, at one place each. */
import { unreachable } from '../core/error.ts'
import { lineRedactor, type Redact } from '../core/secrets/redact.ts'
import type { Report, Reporter } from '../ports/reporter.ts'
import type { CommitPlan } from '../ports/workspace.ts'
import type { Ports } from './ports.ts'

/** A reporter that is told nothing secret, whoever tells it. */
export function discreet(reporter: Reporter, redact: Redact): Reporter {
  const lanes = new Map<string, Redact>()
  const ofLane = (lane: string): Redact => {
    const known = lanes.get(lane) ?? lineRedactor(redact)
    lanes.set(lane, known)
    return known
  }
  return {
    tell: (report) =>
      reporter.tell(
        report.type === 'line'
          ? { ...report, line: ofLane(report.lane)(report.line) }
          : redacted(report, redact),
      ),
  }
}

function redacted(report: Exclude<Report, { type: 'line' }>, redact: Redact): Report {
  switch (report.type) {
    case 'note':
    case 'warning':
      return { ...report, text: redact(report.text) }
    case 'loop':
      return { ...report, what: redact(report.what) }
    case 'begun':
    case 'waiting':
      return { ...report, because: redact(report.because) }
    case 'phase':
      return report.detail === undefined ? report : { ...report, detail: redact(report.detail) }
    case 'settled': {
      const because = redact(report.because)
      return report.tail === undefined
        ? { ...report, because }
        : { ...report, because, tail: redact(report.tail) }
    }
    case 'moved':
      return report
    default:
      return unreachable(report)
  }
}

/** Makes a commit whose message holds no secret. */
export const commitWork = ({ workspaces, redact }: Ports, plan: CommitPlan): Promise<string> =>
  workspaces.commit({ ...plan, message: redact(plan.message) })
