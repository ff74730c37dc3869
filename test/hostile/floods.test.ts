import { FLOODS } from '../support/hostile/rows-processes.ts'
import { contains } from '../support/hostile/suite.ts'

contains(FLOODS)
