import { httpWorld } from '../../support/git-server.ts'
import { localWorld, memoryWorld } from '../../support/store-worlds.ts'
import { describeStateStore } from './state-store.contract.ts'

describeStateStore('in memory', memoryWorld, { races: 50 })
describeStateStore('in the local repository', localWorld, { races: 4 })
describeStateStore('on a remote by smart HTTP', httpWorld, { races: 1 })
