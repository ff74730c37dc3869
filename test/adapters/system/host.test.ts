import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { createHost } from '../../../src/adapters/system/host.ts'
import { RunIdentity } from '../../../src/core/ids.ts'
import { runs } from '../../support/processes.ts'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (runs(pid)) process.kill(pid, 'SIGKILL')
})

/** A process in its own session, deaf to TERM, that has begun. */
async function marked(mark: string): Promise<number> {
  const script = `process.on('SIGTERM', () => {}); console.log('here'); setInterval(() => {}, 1000)`
  const env = { PATH: process.env['PATH'], CMS_MARK: mark }
  const child = spawn(process.execPath, ['-e', script], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  started.push(child.pid ?? 0)
  return child.pid ?? 0
}

/** Our identity with some of its parts changed: host, boot, pid, start. */
async function like(changes: {
  host?: string
  boot?: string
  pid?: number
  start?: string
}): Promise<string> {
  const [kind, host, boot, pid, start] = (await createHost()).self.split(':')
  return [kind, changes.host ?? host, changes.boot ?? boot, changes.pid ?? pid, changes.start ?? start].join(
    ':',
  )
}

/** This boot of the kernel, whatever container we are in. */
const KERNEL = (await createHost()).self.split(':')[2]?.split('.')[0]

test('who we are is stable and has the form of an identity', async () => {
  const { self } = await createHost()
  expect(self).toMatch(new RegExp(`^local:[^:]+:[^:]+:${process.pid}:\\d+$`))
  expect(RunIdentity.safeParse(self).success).toBe(true)
  expect((await createHost()).self).toBe(self)
  expect((await createHost('gh:7.1')).self).toBe('gh:7.1')
})

test.each([
  ['ourselves', {}, 'alive'],
  ['a pid that is used again', { start: '1' }, 'dead'],
  ['a pid that nobody has', { pid: 2 ** 22 + 1 }, 'dead'],
  ['the time before the last reboot', { boot: 'another' }, 'dead'],
  ['this machine under another name', { host: 'another' }, 'alive'],
  ['a pid of this machine under another name', { host: 'another', start: '1' }, 'dead'],
  ['another machine', { host: 'another', boot: 'another' }, 'elsewhere'],
  ['a machine that cannot tell its boots apart', { host: 'another', boot: 'unknown' }, 'elsewhere'],
  ['another container on this machine', { boot: `${KERNEL}.1`, pid: 2 ** 22 + 1 }, 'elsewhere'],
  ['a renamed container on this machine', { host: 'another', boot: `${KERNEL}.1` }, 'elsewhere'],
  ['a container before the last reboot', { boot: 'another.1' }, 'dead'],
  ['a container on another machine', { host: 'another', boot: 'another.1' }, 'elsewhere'],
] as const)('%s: %j is %s', async (_, changes, expected) => {
  expect(await (await createHost('gh:7.1')).liveness(await like(changes))).toBe(expected)
})

test.each([
  ['gh:7.1', 'alive'],
  ['gh:7.2', 'elsewhere'],
  ['nonsense', 'elsewhere'],
  ['local:a:b', 'elsewhere'],
])('%s is %s', async (run, expected) => {
  expect(await (await createHost('gh:7.1')).liveness(run)).toBe(expected)
})

test('what a dead run left is ended, deaf or not, and nothing else', async () => {
  const dead = await like({ start: '1' })
  const host = await createHost()
  const left = [await marked(`main|${dead}|9.1`), await marked(`main|${dead}`)]
  const others = [
    await marked(`other|${dead}|9.1`),
    await marked(`main|${dead}0|9.1`),
    await marked(`main|${host.self}|1`),
  ]
  expect(await host.clear('main', dead)).toBe(2)
  expect(left.map(runs)).toEqual([false, false])
  expect(others.map(runs)).toEqual([true, true, true])
  expect(await host.clear('main', dead)).toBe(0)
  expect(await host.clear('main', host.self)).toBe(0)
  expect(others.map(runs)).toEqual([true, true, true])
})

test('a process that is dead but not reaped is dead', async () => {
  // It tells who it is and lives until its input ends; its parent turns into one that never reaps it.
  const source = pathToFileURL(join(import.meta.dirname, '../../../src/adapters/system/host.ts')).href
  const child = `const { createHost } = await import('${source}')
    console.log((await createHost()).self); process.stdin.resume()`
  const script = '"$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1" <&0 & exec sleep 60'
  const parent = spawn('bash', ['-c', script, process.execPath, child], { detached: true })
  started.push(parent.pid ?? 0)
  const [said] = await once(parent.stdout, 'data')
  const identity = String(said).trim()
  const host = await createHost()
  expect(await host.liveness(identity)).toBe('alive')
  parent.stdin.end()
  const pid = Number(identity.split(':')[3])
  while (runs(pid)) await host.liveness(identity)
  expect(() => process.kill(pid, 0)).not.toThrow()
  expect(await host.liveness(identity)).toBe('dead')
})
