import { chmodSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openPlace } from '../../../src/adapters/git/place.ts'
import { Folders } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

const open = (home: string, gitDir = '/home/me/my shop/.git') => openPlace({ home, gitDir, loop: 'main' })

describe('the folder of a loop', () => {
  test('is named for people, told apart for repositories, and closed to others', async () => {
    const home = folders.make()
    const path = await open(home)
    expect(path.slice(home.length)).toMatch(/^\/my-shop-[0-9a-f]{8}\/main$/)
    expect(lstatSync(path).mode & 0o777).toBe(0o700)
    expect(await open(home)).toBe(path)
    expect(await open(home, '/elsewhere/my shop/.git')).not.toBe(path)
  })

  test.each([
    ['/srv/bare/thing.git', /^thing-/],
    ['/..../.git', /^--/],
    ['/.git', /^repository-|^-/],
  ])('%s is a safe name', async (gitDir, name) => {
    expect(basename(join(await open(folders.make(), gitDir), '..'))).toMatch(name)
  })

  test('is closed again when somebody opened it', async () => {
    const home = folders.make()
    chmodSync(await open(home), 0o777)
    expect(lstatSync(await open(home)).mode & 0o777).toBe(0o700)
  })

  test.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync(folders.make(), path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('is refused when %s is in its place', async (_, plant) => {
    const home = folders.make()
    const repository = join(await open(home), '..')
    plant(join(repository, 'other'))
    await expect(openPlace({ home, gitDir: '/home/me/my shop/.git', loop: 'other' })).rejects.toMatchObject({
      code: 'unsafe-folder',
    })
  })

  test('may be below a link that a person named', async () => {
    const home = folders.make()
    mkdirSync(join(home, 'real'))
    symlinkSync(join(home, 'real'), join(home, 'link'))
    expect(await open(join(home, 'link'))).toContain(join(home, 'real'))
  })
})
