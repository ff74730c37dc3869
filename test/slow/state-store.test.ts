/** The contract of the state store where the remote is a path: what smart HTTP does not show is seldom. */
import { describeStateStore } from '../adapters/store/state-store.contract.ts'
import { pathWorld } from '../support/store-worlds.ts'

describeStateStore('on a remote by path', pathWorld, { races: 2 })
