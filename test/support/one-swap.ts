/**
 * One swap in a process of its own, to be killed in it.
 *
 * `one-swap.ts <repository> <folder> <expected> <work from> <work to>` prints what came of it;
 * `one-swap.ts <repository> <folder> hang` takes the loop's lock, says `held` and waits.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Courier } from '../../src/adapters/git/courier.ts'
import { Git } from '../../src/adapters/git/git.ts'
import { openRepository } from '../../src/adapters/git/repository.ts'
import { LocalStore } from '../../src/adapters/store/local.ts'
import { LoopLock } from '../../src/adapters/store/local-lock.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import { changeFrom, REFS } from './store-worlds.ts'

const [user = '', folder = '', expected = '', from = '', to = ''] = process.argv.slice(2)
const host = { self: `local:here:boot:${process.pid}:1`, liveness: async () => 'alive' as const }
const directory = join(folder, 'one-swap')
mkdirSync(directory)

const repository = await openRepository(new Git({ env: { PATH: process.env['PATH'] ?? '' } }), user)

if (expected === 'hang') {
  const path = join(repository.gitDir, 'cms', 'main.lock')
  await new LoopLock({ path, host, clock: systemClock, patience: 0 }).hold(null, async () => {
    process.stdout.write('held\n')
    await systemClock.sleep(60_000)
  })
} else {
  const git = new Git({ env: { PATH: pathOfKilledGit() } })
  const courier = await Courier.open({ git, repository, directory, home: 'local' })
  const store = new LocalStore({ loop: 'main', refs: REFS, courier, host, clock: systemClock })
  const swapped = await store.swap(changeFrom(expected, 'second', { work: { from, to } }))
  process.stdout.write(`${swapped.is}\n`)
}

/** With `CMS_TEST_INJECT`, `git update-ref` runs under strace, and takes us with it when it is killed. */
function pathOfKilledGit(): string {
  const path = process.env['PATH'] ?? ''
  const inject = process.env['CMS_TEST_INJECT'] ?? ''
  if (inject === '') return path
  const script = [
    '#!/bin/sh',
    `PATH='${path}'`,
    'case "$*" in *update-ref*) ;; *) exec git "$@" ;; esac',
    `strace ${inject} git "$@"`,
    'code=$?',
    `[ "$code" -lt 128 ] || kill -9 ${process.pid}`,
    'exit "$code"',
  ].join('\n')
  writeFileSync(join(directory, 'git'), `${script}\n`)
  chmodSync(join(directory, 'git'), 0o755)
  return `${directory}:${path}`
}
