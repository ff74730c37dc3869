import { GIT } from '../support/hostile/rows-git.ts'
import { contains } from '../support/hostile/suite.ts'

contains(GIT)
