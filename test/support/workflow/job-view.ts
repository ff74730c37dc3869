/** A job as the API shows it while it runs. */
import type { FakeJob } from '../github-rest.ts'
import type { Result } from './services.ts'

interface StepView {
  readonly name: string
  readonly number: number
  status: string
  conclusion: string | null
}

export class JobView implements FakeJob {
  readonly name: string
  status = 'queued'
  conclusion: string | null = null
  started_at: string
  completed_at: string | null = null
  readonly steps: StepView[] = []

  /** @param now when it was made: GitHub gives a start even to jobs that no runner took. */
  constructor(name: string, now: string) {
    this.name = name
    this.started_at = now
  }

  begin(now: string): void {
    this.status = 'in_progress'
    this.started_at = now
  }

  end(result: Result, now: string): void {
    this.status = 'completed'
    this.conclusion = result
    this.completed_at = now
  }

  /** Adds a step that has not begun. */
  add(name: string): StepView {
    const step = { name, number: this.steps.length + 1, status: 'queued', conclusion: null }
    this.steps.push(step)
    return step
  }
}

export type { StepView }

export function beginStep(step: StepView): void {
  step.status = 'in_progress'
}

export function endStep(step: StepView, conclusion: Result): void {
  step.status = 'completed'
  step.conclusion = conclusion
}
