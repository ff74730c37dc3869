import { TREES } from '../support/hostile/rows-tree.ts'
import { contains } from '../support/hostile/suite.ts'

contains(TREES)
