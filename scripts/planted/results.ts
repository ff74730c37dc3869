/** What became of each bug, kept from one run to the next: a run may be broken off, and goes on from there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Bug } from './bug.ts'
import { CACHE, digestOf } from './trees.ts'

const Result = z.object({
  /** `endless`: found, because the tests do not come to an end. */
  is: z.enum(['caught', 'endless', 'survived']),
  /** Test file and test. */
  by: z.string(),
  test: z.string(),
  seconds: z.number(),
  /** Tells whether it has to be tried again. */
  digest: z.string(),
})
export type Result = z.infer<typeof Result>

const File = z.record(z.string(), Result)
const FILE = join(CACHE, 'results.json')

export class Results {
  readonly #all: Record<string, Result>

  constructor() {
    this.#all = read()
  }

  /** What is known of a bug and still holds: one that was found stays so while its file is as it was. */
  of(bug: Bug, digestOfAll: string): Result | undefined {
    const known = this.#all[bug.name]
    return known !== undefined && known.digest === digest(bug, known, digestOfAll) ? known : undefined
  }

  add(bug: Bug, result: Omit<Result, 'digest'>, digestOfAll: string): void {
    this.#all[bug.name] = { ...result, digest: digest(bug, result, digestOfAll) }
    mkdirSync(CACHE, { recursive: true })
    writeFileSync(`${FILE}.new`, `${JSON.stringify(this.#all, null, 2)}\n`)
    renameSync(`${FILE}.new`, FILE)
  }
}

/** One that survived may be found by any test that comes. */
const digest = ({ file, find, replace }: Bug, { is }: Pick<Result, 'is'>, all: string): string =>
  [is === 'caught' ? digestOf([file]) : all, Buffer.from(`${find}\0${replace}`).toString('base64')].join(' ')

function read(): Record<string, Result> {
  try {
    return File.parse(JSON.parse(readFileSync(FILE, 'utf8')))
  } catch {
    return {}
  }
}
