/** Commands that are shut in. It takes Linux and root (or `sudo`), as the machines have that run these tests. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { createCommands } from '../../../src/adapters/process/commands.ts'
import { confineBy, confinement } from '../../../src/adapters/process/confine.ts'

/** A folder that is not below one of those that are everybody's, wherever this checkout is. */
function elsewhere(): string {
  const found = [import.meta.dirname, homedir(), '/opt'].find(
    (path) => !/^\/(tmp|var\/tmp|dev\/shm)(\/|$)/.test(path),
  )
  if (found === undefined) throw new Error('there is no such folder')
  return found
}

/** A machine with a folder to work in, one of the runner's, and one that is nobody's business. */
async function setting() {
  const place = await mkdtempDisposable(join(tmpdir(), 'cms-confine-'))
  const other = await mkdtempDisposable(join(elsewhere(), 'cms-confine-'))
  const [work = '', runner = '', sealed = ''] = ['work', 'runner', 'sealed'].map((name) =>
    join(place.path, name),
  )
  for (const folder of [work, runner, sealed]) await mkdir(folder)
  const output = join(runner, 'output')
  await writeFile(output, '')
  const found = await confinement({ writable: [], sealed: [sealed], hidden: [runner] }, process.env)
  if (!('confine' in found)) throw new Error(`this machine cannot shut commands in: ${found.because}`)
  const commands = createCommands({
    ...{ mark: 'test', from: process.env, confine: found.confine },
    graces: { afterTerm: 200 },
  })
  const run = (command: string, more: { timeout?: number; signal?: AbortSignal } = {}) =>
    commands.run({
      ...{ command, cwd: work, env: { GREETING: "it's fine" }, timeout: 20_000 },
      ...{ signal: new AbortController().signal, ...more },
    })
  return {
    ...{ work, output, run, sealed, other: other.path },
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

describe('a command that is shut in', () => {
  test('works in its folder, with its environment, as the same user', async () => {
    await using at = await setting()
    const ran = await at.run('pwd; id -u; echo "$GREETING"; echo made > file; cat file; exit 7')
    expect([ran.code, ran.tail]).toEqual([7, `${at.work}\n${process.getuid?.()}\nit's fine\nmade\n`])
    expect(readFileSync(join(at.work, 'file'), 'utf8')).toBe('made\n')
  })

  test('is heard to its last word', async () => {
    await using at = await setting()
    for (let n = 0; n < 20; n++) expect((await at.run('echo last')).tail).toBe('last\n')
  })

  test('does not see the runner’s files, and cannot uncover them', async () => {
    await using at = await setting()
    const ran = await at.run(
      `ls ${at.output} || umount ${join(at.output, '..')} || echo verdict=done >> ${at.output}`,
    )
    expect(ran.ok).toBe(false)
    expect(readFileSync(at.output, 'utf8')).toBe('')
  })

  test('cannot write anywhere else, nor make the file system writable again', async () => {
    await using at = await setting()
    const ran = await at.run(`touch ${at.other}/x || mount -o remount,rw / || touch ${at.other}/x`)
    expect([ran.ok, existsSync(join(at.other, 'x'))]).toEqual([false, false])
  })

  test('cannot change what is sealed, even where everybody may write', async () => {
    await using at = await setting()
    expect((await at.run(`touch ${at.sealed}/../beside`)).ok).toBe(true)
    expect((await at.run(`touch ${at.sealed}/x || mv ${at.sealed} ${at.sealed}.old`)).ok).toBe(false)
  })

  test('sees no processes but its own, so reads no environment of ours', async () => {
    await using at = await setting()
    const ran = await at.run(
      `ls /proc | grep -c '^[0-9]'; tr '\\0' '\\n' < /proc/1/environ | grep -c . ; echo $PPID`,
    )
    const [seen = '', , parent] = ran.tail.split('\n')
    expect([Number(seen) < 8, parent]).toEqual([true, '0'])
    expect((await at.run(`kill -0 ${process.pid}`)).ok).toBe(false)
  })

  test('gets no more rights, by whatever program', async () => {
    await using at = await setting()
    const ran = await at.run('grep -E "NoNewPrivs|CapEff|CapBnd" /proc/self/status; id -G')
    expect(ran.tail).toMatch(/CapEff:\s+0+\nCapBnd:\s+0+\nNoNewPrivs:\s+1\n\d+\n$/)
  })

  test('takes everything with it when it ends, whatever it hides behind', async () => {
    await using at = await setting()
    const pid = join(at.work, 'beat')
    await at.run(
      `env -i setsid sh -c 'while :; do date +%N > ${pid}; sleep 0.05; done' > /dev/null 2>&1 & sleep 0.3`,
    )
    const last = readFileSync(pid, 'utf8')
    await at.run('sleep 0.4')
    expect(readFileSync(pid, 'utf8')).toBe(last)
  })

  test('is ended at its limit, and when it is aborted', async () => {
    await using at = await setting()
    expect(await at.run('trap "" TERM; sleep 60', { timeout: 500 })).toMatchObject({
      ok: false,
      timedOut: true,
    })
    const abort = new AbortController()
    const running = at.run('sleep 60', { signal: abort.signal })
    abort.abort()
    expect(await running).toMatchObject({ ok: false, aborted: true })
  })
})

test('a user who is not root asks `sudo`, without a question', () => {
  const confine = confineBy({ writable: [], sealed: [], hidden: [] }, { user: 1001, group: 127 })
  const { file, args } = confine({ file: 'bash', args: ['-c', 'true'], cwd: '/work', env: {} })
  expect([file, ...args.slice(0, 3)]).toEqual(['sudo', '-n', '--', 'unshare'])
  expect(args.slice(-4)).toEqual(['-i', 'bash', '-c', 'true'])
})
