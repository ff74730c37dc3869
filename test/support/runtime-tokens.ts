/** Runtime tokens of jobs (`ACTIONS_RUNTIME_TOKEN`): JWTs that name the run and the job they are for. */
import { randomUUID } from 'node:crypto'

/** Whom a runtime token is for. */
export interface Holder {
  /** As the REST API names the run. */
  readonly run: number
  readonly attempt: number
  /** As the services of Actions name run and job. */
  readonly runId: string
  readonly jobId: string
}

export class RuntimeTokens {
  readonly #holders = new Map<string, Holder>()
  readonly #runIds = new Map<number, string>()

  /** A token for a new job. All attempts of a run share the name of the run. */
  make(run: number, attempt: number): string {
    const runId = this.#runIds.get(run) ?? randomUUID()
    this.#runIds.set(run, runId)
    const jobId = randomUUID()
    const scp = `Actions.ExampleScope Actions.Results:${runId}:${jobId}`
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const token = `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp })}.${part({ of: 'loopback' })}`
    this.#holders.set(token, { run, attempt, runId, jobId })
    return token
  }

  /** The holder of a token that is valid. */
  holderOf(token: string): Holder | undefined {
    return this.#holders.get(token)
  }

  revoke(token: string): void {
    this.#holders.delete(token)
  }
}
