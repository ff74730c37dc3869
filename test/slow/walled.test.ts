/** The walled form: loop.yml as GitHub's own parser reads it, the bundle, git, artifacts; four jobs a run. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { loopFile, task, writes } from '../support/action-world.ts'
import { type WalledWorld, walledWorld } from '../support/walled-world.ts'
import { shown } from '../support/workflow/world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(600_000)
