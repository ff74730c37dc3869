/** The contract of the state store on remotes: by smart HTTP, and by path. */
import { describeStateStore } from '../adapters/store/state-store.contract.ts'
import { httpWorld } from '../support/git-server.ts'
import { pathWorld } from '../support/store-worlds.ts'

describeStateStore('on a remote by smart HTTP', httpWorld, { races: 1 })
describeStateStore('on a remote by path', pathWorld, { races: 2 })
