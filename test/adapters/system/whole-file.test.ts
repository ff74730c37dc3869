/** Files that are written as a whole, and folders of teams. */
import { execFileSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { teamsFolder } from '../../../src/adapters/system/teams-folder.ts'
import { targetFile } from '../../../src/adapters/system/whole-file.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'whole-'))
})
afterEach(() => rm(root, { recursive: true }))

const at = (path: string) => targetFile(join(root, path), path)

describe('a file that is changed as a whole', () => {
  test('is made with its folder, and only where there is none', async () => {
    expect(await at('a/b.yml').read()).toBeUndefined()
    expect(await at('a/b.yml').write('one', undefined)).toBe('written')
    expect(await at('a/b.yml').write('two', undefined)).toBe('changed')
    expect(await readFile(join(root, 'a/b.yml'), 'utf8')).toBe('one')
    expect(await readdir(join(root, 'a'))).toEqual(['b.yml'])
  })

  test('is replaced only while it holds what was read, and keeps its mode', async () => {
    await writeFile(join(root, 'x'), 'one')
    await chmod(join(root, 'x'), 0o640)
    const before = await at('x').read()
    expect(await at('x').write('two', before)).toBe('written')
    expect(await at('x').write('three', before)).toBe('changed')
    expect(await readFile(join(root, 'x'), 'utf8')).toBe('two')
    expect((await stat(join(root, 'x'))).mode & 0o777).toBe(0o640)
    expect(await readdir(root)).toEqual(['x'])
  })

  test('stays a link where it is one', async () => {
    await writeFile(join(root, 'x'), 'one')
    await symlink('x', join(root, 'link'))
    expect(await at('link').write('two', await at('link').read())).toBe('written')
    expect([await readFile(join(root, 'x'), 'utf8'), await readlink(join(root, 'link'))]).toEqual([
      'two',
      'x',
    ])
  })

  test('is refused where it is no file', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    await expect(at('pipe').read()).rejects.toMatchObject({ code: 'bad-loop-file' })
    await expect(targetFile('/dev/zero', 'zero').read()).rejects.toMatchObject({ code: 'bad-loop-file' })
    await writeFile(join(root, 'file'), '')
    await expect(at('file/x').write('x', undefined)).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('a folder of teams', () => {
  const folder = () => teamsFolder(root, 'out')
  const files = (loop: string, ...tasks: readonly string[]) => [
    ...tasks.map((n) => ({ path: `tasks/t/${n}.json`, text: `${n}` })),
    { path: 'teams/t/config.json', text: JSON.stringify({ cms: { loop } }) },
  ]

  test('says whose a team is', async () => {
    expect(await folder().look('t')).toEqual({ isThere: false, loop: undefined })
    await folder().write('t', files('main', '1'))
    expect(await folder().look('t')).toEqual({ isThere: true, loop: 'main' })
    await writeFile(join(root, 'teams/t/config.json'), '{ "name": "t" }')
    expect(await folder().look('t')).toEqual({ isThere: true, loop: undefined })
    await mkdir(join(root, 'tasks/u'))
    expect(await folder().look('u')).toEqual({ isThere: true, loop: undefined })
  })

  test('takes away tasks that are gone, and nothing else', async () => {
    await folder().write('t', files('main', '1', '2', '3'))
    await writeFile(join(root, 'tasks/t/.lock'), '')
    await folder().write('t', files('main', '1'))
    expect((await readdir(join(root, 'tasks/t'))).toSorted()).toEqual(['.lock', '1.json'])
  })

  test.each(['tasks', 'tasks/t', 'teams/t', 'teams/t/inboxes'])(
    'a link at %s is not followed',
    async (path) => {
      await mkdir(join(root, 'elsewhere'))
      await mkdir(join(root, path, '..'), { recursive: true })
      await symlink(join(root, 'elsewhere'), join(root, path))
      await expect(folder().look('t')).rejects.toMatchObject({ code: 'bad-input' })
    },
  )
})
