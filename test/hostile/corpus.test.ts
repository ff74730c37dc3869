/** The corpus and the tables of what is to be said of it. */
import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { GIT } from '../support/hostile/rows-git.ts'
import { OUTBOX } from '../support/hostile/rows-outbox.ts'
import { FLOODS, PROCESSES } from '../support/hostile/rows-processes.ts'
import { RULES, TREES } from '../support/hostile/rows-tree.ts'
import { WORDS } from '../support/hostile/rows-words.ts'
import { deedOf } from '../support/hostile/suite.ts'
import { PROGRAMS } from '../support/hostile/world.ts'

const tables = [GIT, RULES, TREES, OUTBOX, WORDS, PROCESSES, FLOODS]

test('every program of the corpus is in one of the tables, once, and says what it does', () => {
  const named = tables.flatMap((rows) => Object.keys(rows))
  const programs = readdirSync(PROGRAMS).toSorted()
  expect(named.toSorted()).toEqual(programs)
  expect(programs.length).toBeGreaterThanOrEqual(40)
  expect(new Set(programs.map(deedOf)).size).toBe(programs.length)
})
