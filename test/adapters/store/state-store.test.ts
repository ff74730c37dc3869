/** The contract of the state store, in memory and in a repository; remotes are in `test/slow`. */
import { localWorld, memoryWorld } from '../../support/store-worlds.ts'
import { describeStateStore } from './state-store.contract.ts'

describeStateStore('in memory', memoryWorld, { races: 50 })
describeStateStore('in the local repository', localWorld, { races: 4 })
