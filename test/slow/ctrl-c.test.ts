/** Ctrl-C in a real terminal while a git of ours is at work: the terminal tells the whole foreground group. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { PATH, Repo, removeHome, repository } from '../support/cli.ts'
import { runs } from '../support/processes.ts'
import { CTRL_C } from '../support/terminal.ts'

afterAll(removeHome)

/** A loop whose git stops, once the agent has worked, where the frozen work is laid out for verification. */
async function stopping() {
  const repo = await repository()
  const at = (name: string) => join(repo.path, '..', name)
  const git = `
    case " $* " in *" read-tree "*)
      if [ -e '${at('worked')}' ]; then
        echo $$ >> '${at('pid')}'
        while [ ! -e '${at('go')}' ]; do sleep 0.05; done
      fi
    esac
    PATH='${PATH}' exec git "$@"`
  const bin = new Repo(at('bin'))
  await bin.write('git', `#!/bin/sh${git}\n`)
  await chmod(at('bin/git'), 0o755)
  await repo.loop(
    'agent: command',
    'tasks:',
    `  - { id: a, run: "echo a > a.txt; touch '${at('worked')}'", verify: [test -f a.txt] }`,
  )
  return {
    repo,
    at,
    path: `${at('bin')}:${PATH}`,
    pids: () => readFileSync(at('pid'), 'utf8').trim().split('\n').map(Number),
  }
}

test('once: git finishes what it began, and the attempt is ended in order', async () => {
  const { repo, at, path, pids } = await stopping()
  const steps = [
    { exists: at('pid'), press: CTRL_C },
    { at: 'Interrupted', touch: at('go') },
  ]
  const { code, shown } = await repo.typed(['run'], steps, path)
  expect({ code, shown }).toEqual({ code: 130, shown: expect.not.stringContaining('error:') })
  // One that was killed would have been started again.
  expect(pids()).toHaveLength(1)
  const { remaining_tasks: tasks } = JSON.parse(repo.show('cms/main/state', 'checkpoint.json'))
  expect(tasks).toMatchObject([{ attempts: [{ verdict: 'interrupted' }], state: { at: 'open' } }])
})

test('twice: what is at work ends, and nothing is left behind', async () => {
  const { repo, at, path, pids } = await stopping()
  const steps = [
    { exists: at('pid'), press: CTRL_C },
    { at: 'Interrupted', press: CTRL_C },
  ]
  expect(await repo.typed(['run'], steps, path)).toMatchObject({ code: 130 })
  while (pids().some(runs)) await new Promise(setImmediate)
  expect(existsSync(at('go'))).toBe(false)
  expect(await repo.cms(['run'])).toMatchObject({ code: 0 })
})

test('a command that saves nothing ends with its git', async () => {
  const { repo, at, path, pids } = await stopping()
  await repo.cms(['run', '--max-iterations', '1'])
  const slow = `#!/bin/sh\ncase " $* " in *" rev-parse "*) echo $$ >> '${at('pid')}'; sleep 60;; esac\nPATH='${PATH}' exec git "$@"\n`
  await new Repo(at('bin')).write('git', slow)
  const { code } = await repo.typed(['status'], [{ exists: at('pid'), press: CTRL_C }], path)
  expect(code).toBe(130)
  while (pids().some(runs)) await new Promise(setImmediate)
})

/** Three lanes at work, each of which says its process id, and does not end. */
async function working() {
  const repo = await repository()
  const at = (name: string) => join(repo.path, '..', name)
  const run = (id: string) =>
    `echo ${id} > ${id}.txt; echo $$ >> '${at('pid')}'; [ $(wc -l < '${at('pid')}') -lt 3 ] || touch '${at('all')}'; sleep 600`
  await repo.loop(
    'agent: command',
    'parallel: 3',
    'tasks:',
    ...['a', 'b', 'c', 'd'].map(
      (id) => `  - { id: ${id}, run: ${JSON.stringify(run(id))}, verify: ["true"] }`,
    ),
  )
  return { repo, at, pids: () => readFileSync(at('pid'), 'utf8').trim().split('\n').map(Number) }
}

test('once, with three lanes: each attempt is ended in order and kept, and nothing new begins', async () => {
  const { repo, at, pids } = await working()
  const { code } = await repo.typed(['run'], [{ exists: at('all'), press: CTRL_C }])
  expect(code).toBe(130)
  expect(pids()).toHaveLength(3)
  expect(pids().filter(runs)).toEqual([])
  const checkpoint = JSON.parse(repo.show('cms/main/state', 'checkpoint.json'))
  expect(checkpoint.remaining_tasks).toMatchObject([
    ...['a', 'b', 'c'].map((id) => ({ id, attempts: [{ verdict: 'interrupted' }], state: { at: 'open' } })),
    { id: 'd', attempts: [] },
  ])
  for (const id of ['a', 'b', 'c']) expect(repo.show(`cms/main/salvage/${id}/1`, `${id}.txt`)).toBe(id)
})

test('twice, with three lanes: all of it ends at once, and the next run goes on', async () => {
  const { repo, at, pids } = await working()
  const steps = [
    { exists: at('all'), press: CTRL_C },
    { at: 'Interrupted', press: CTRL_C },
  ]
  expect(await repo.typed(['run'], steps)).toMatchObject({ code: 130 })
  while (pids().some(runs)) await new Promise(setImmediate)
  await repo.loop(
    'agent: command',
    'parallel: 3',
    'tasks:',
    ...['a', 'b', 'c', 'd'].map((id) => `  - { id: ${id}, run: "echo ${id} > ${id}.txt", verify: ["true"] }`),
  )
  expect(await repo.cms(['run'])).toMatchObject({ code: 0 })
})
