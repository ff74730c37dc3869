import { RULES } from '../support/hostile/rows-tree.ts'
import { contains } from '../support/hostile/suite.ts'

contains(RULES)
