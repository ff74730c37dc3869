import { OUTBOX } from '../support/hostile/rows-outbox.ts'
import { contains } from '../support/hostile/suite.ts'

contains(OUTBOX)
