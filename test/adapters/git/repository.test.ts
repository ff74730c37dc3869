import { chmodSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/git/git.ts'
import { openRepository } from '../../../src/adapters/git/repository.ts'
import { Folders, Repo } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

const PATH = process.env['PATH'] ?? ''

/** A PATH whose git is too old to know what it is asked. */
function oldGit(): string {
  const bin = folders.make()
  new Repo(bin).write({
    git: '#!/bin/sh\ncase "$*" in *version) echo git version 2.30.2 ;; *) exit 129 ;; esac\n',
  })
  chmodSync(join(bin, 'git'), 0o755)
  return bin + delimiter + PATH
}

function bare(): string {
  const path = folders.make()
  new Repo(path).git('init', '-q', '--bare')
  return path
}

test.each<[code: string, place: () => string, path: () => string]>([
  ['git-missing', () => folders.repo().path, () => folders.make()],
  ['git-missing', () => folders.make(), () => folders.make()],
  ['git-too-old', () => folders.repo().path, oldGit],
  ['git-too-old', () => folders.make(), oldGit],
  ['not-a-repository', () => folders.make(), () => PATH],
  ['bare-repository', bare, () => PATH],
])('%s, whatever else is wrong', async (code, place, path) => {
  await expect(openRepository(new Git({ env: { PATH: path() } }), place())).rejects.toMatchObject({ code })
})
