/** What becomes of `report.json` when an agent adds to it by a tool call. */
import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { type AgentReport, readReport } from '../outbox.ts'
import { byteLength } from '../text.ts'
import { Refused } from './refused.ts'

export interface ReportChange {
  readonly status?: AgentReport['status']
  readonly summary?: string
  readonly because?: string
  readonly outputs?: Readonly<Record<string, unknown>>
}

const Before = z.looseObject({ outputs: z.record(z.string(), z.unknown()).catch({}) })

/**
 * The report with the change in it: outputs are added to those that are there, and all else that was said
 * stays unless it is said anew. A report that cannot be read gives way.
 *
 * @param before the text of `report.json`; `undefined` when there is none.
 * @throws Refused when the harness would not take it as it is.
 */
export function changedReport(before: string | undefined, change: ReportChange): string {
  const old = before === undefined || problemIn(before) !== undefined ? { outputs: {} } : parsed(before)
  const outputs = { ...old.outputs, ...change.outputs }
  const text = `${JSON.stringify({ ...old, ...change, outputs }, null, 2)}\n`
  const problem = problemIn(text) ?? lossIn(text, outputs)
  if (problem !== undefined) throw new Refused(problem)
  return text
}

const parsed = (text: string): z.infer<typeof Before> => Before.parse(JSON.parse(text))

const reading = (text: string): AgentReport => readReport([{ path: 'report.json', text }], (same) => same)

/** What the harness would say of it; `undefined` when it takes all of it. */
function problemIn(text: string): string | undefined {
  const { broken, problems } = reading(text)
  if (broken !== undefined) return broken
  if (problems.length > 0) return `${problems.join('; ')}. Nothing was written: keep outputs small.`
  if (byteLength(text) > LIMITS.outbox_file_bytes) return 'The report would be larger than 64 KB.'
  return undefined
}

/** JSON has names that not every reader keeps. */
const lossIn = (text: string, outputs: object): string | undefined =>
  JSON.stringify(reading(text).outputs) === JSON.stringify(outputs)
    ? undefined
    : 'Some of the outputs cannot be kept, such as one that is called `__proto__`: give them other names.'
