import { WORDS } from '../support/hostile/rows-words.ts'
import { contains } from '../support/hostile/suite.ts'

contains(WORDS)
