/**
 * Who runs on this machine, and what dead runs left on it.
 *
 * A pid alone proves nothing: it is used again, and after a reboot by somebody else. A run is
 * alive only if its host, its boot, its pid and the time that pid was started all agree.
 */
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Host } from '../../ports/host.ts'
import { run } from '../process/run.ts'
import { carries, markOf, sweepMarked } from '../process/sweep.ts'

/**
 * The machine as it is.
 *
 * @param identity who we are where that is given from outside, `gh:<run_id>.<run_attempt>`;
 * without it, this process.
 */
export async function createHost(identity?: string): Promise<Host> {
  const boot = await bootId()
  const self = identity ?? (await localIdentity(boot))
  return {
    self,
    liveness: (other) => (other === self ? Promise.resolve('alive') : livenessOf(other, boot)),
    async clear(loop, dead) {
      // Not even by mistake do we end what we have started ourselves.
      return dead === self ? 0 : sweepMarked((mark) => carries(mark, markOf(loop, dead)))
    },
  }
}

const HOST = hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-')

async function localIdentity(boot: string): Promise<string> {
  const started = await startOf(process.pid)
  return `local:${HOST}:${boot}:${process.pid}:${started ?? 0}`
}

async function livenessOf(identity: string, boot: string): Promise<'alive' | 'dead' | 'elsewhere'> {
  const [, host, itsBoot, pid, started] = LOCAL.exec(identity) ?? []
  if (host !== HOST) return 'elsewhere'
  if (itsBoot !== boot) return 'dead'
  return (await startOf(Number(pid))) === started ? 'alive' : 'dead'
}

const LOCAL = /^local:([^:]+):([^:]+):(\d+):(\d+)$/

/** When a live process was started, in the system's own units; `undefined` when there is none. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat !== undefined) return startFromStat(stat)
  return process.platform === 'linux' ? undefined : startFromPs(pid)
}

/** Fields 3 (state) and 22 (start) follow the name, which may hold spaces and parentheses. */
function startFromStat(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const dead = fields[0] === 'Z' || fields[0] === 'X'
  return dead ? undefined : fields[19]
}

async function startFromPs(pid: number): Promise<string | undefined> {
  const said = await output('ps', ['-o', 'state=,lstart=', '-p', String(pid)])
  const [, state, started] = /^(\S+)\s+(.+)$/.exec(said) ?? []
  if (state === undefined || started === undefined || state.startsWith('Z')) return undefined
  return String(Date.parse(started) / 1_000)
}

/** Another one after every reboot. */
async function bootId(): Promise<string> {
  const linux = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined)
  if (linux !== undefined) return linux.trim()
  const seconds = /sec = (\d+)/.exec(await output('sysctl', ['-n', 'kern.boottime']))?.[1]
  return seconds ?? 'unknown'
}

async function output(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(file, { args, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' } })
  return stdout.toString('utf8').trim()
}
