import { faultOf, type Judgement, judge } from './github-openapi.ts'
import type { RestReply } from './github-rest.ts'
import type { Call } from './github-wire.ts'

/** Remembers what was asked of the loopback GitHub, or answered by it, that GitHub does not allow. */
export class Violations {
  readonly #all: string[] = []

  get all(): readonly string[] {
    return this.#all
  }

  /** @returns all of them, and forgets them. */
  take(): readonly string[] {
    return this.#all.splice(0)
  }

  /** Judges a request; one to git is none of the description's business. */
  judge({ method, target, headers, body }: Call): Judgement | undefined {
    if (target === undefined) return undefined
    const judgement = judge({ method, target, headers, body: body.toString() })
    if (judgement.refusal) this.#all.push(`${method} ${target}: ${judgement.refusal.message}`)
    return judgement
  }

  /** Judges our own answer, so that this GitHub cannot drift from the real one. */
  judgeAnswer(operation: string, reply: RestReply): void {
    const fault = faultOf(operation, reply)
    if (fault !== undefined) this.#all.push(`our answer ${reply.status} to ${operation}: ${fault}`)
  }

  /** So that no test passes with one that it did not take. */
  throwIfAny(): void {
    if (this.#all.length === 0) return
    const message = `GitHub does not allow:\n${this.#all.join('\n')}`
    // A test that failed before shows nothing of an error that is thrown by its clearing up.
    process.stderr.write(`${message}\n`)
    throw new Error(message)
  }
}
