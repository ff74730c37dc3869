/** A bug that is planted on purpose, to see which test finds it. */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** What DESIGN and ARCHITECTURE promise; a bug may break one of them. */
export type Guarantee = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8' | 'G9'

interface Planted {
  /** In a few words with dashes: what goes wrong. */
  readonly name: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Who suffers from it, and how. */
  readonly hurts: string
  readonly breaks?: Guarantee
  /** Tests to run first, instead of those of its file. */
  readonly tests?: readonly string[]
  /** Why no test has to find it. */
  readonly survives?: string
}

export interface Bug extends Planted {
  /** Under the root of the repository. */
  readonly file: string
  /** Test files under the root that are likely to find it. */
  readonly tests: readonly string[]
}

/**
 * @param file below `src`, without its ending.
 * @param tests below `test`, without their endings: those that are likely to find bugs in that file.
 */
export const bugsIn = (file: string, tests: string, bugs: readonly Planted[]): Bug[] =>
  bugs.map((bug) => ({
    ...bug,
    file: `src/${file}.ts`,
    tests: (bug.tests ?? tests.split(' ')).map((test) => `test/${test}.test.ts`),
  }))

/** The file with the bug in it. @throws Error when the place is not there, or is not the only one. */
export function withBug({ name, file, find, replace }: Bug, text: string): string {
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new Error(`${name}: what is to be replaced stands in ${file} ${parts.length - 1} times, not once`)
  return parts.join(replace)
}

/** What is wrong with a bug before any test is run; empty when nothing is. */
export function faultsOf(bug: Bug): string[] {
  if (bug.find === bug.replace) return [`${bug.name}: it changes nothing`]
  try {
    // A file that cannot be read is no bug: every test would find it.
    stripTypeScriptTypes(withBug(bug, readFileSync(join(ROOT, bug.file), 'utf8')))
    return []
  } catch (error) {
    return [`${bug.name}: ${Error.isError(error) ? error.message : String(error)}`]
  }
}
