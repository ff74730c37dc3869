/**
 * Who runs on this machine, and what dead runs left on it.
 *
 * A pid alone proves nothing: it is used again, after a reboot by somebody else, and in every
 * container by another. A run is alive only if its boot, its pid and the time that pid was
 * started all agree. The name of the host may change meanwhile (docs/adr/0008).
 */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Host } from '../../ports/host.ts'
import { run } from '../process/run.ts'
import { allOf, markOf, sweepMarked } from '../process/sweep.ts'

export interface HostOptions {
  /** Another process went by our identity before us: what it left is not ours. */
  readonly isHeir?: boolean
}

/**
 * The machine as it is.
 *
 * @param identity who we are where that is given from outside, `gh:<run_id>.<run_attempt>`;
 * without it, this process.
 */
export async function createHost(identity?: string, { isHeir = false }: HostOptions = {}): Promise<Host> {
  const boot = await bootId()
  const self = identity ?? (await localIdentity(boot))
  return {
    self,
    liveness: (other) => (other === self ? Promise.resolve('alive') : livenessOf(other, boot)),
    async clear(loop, dead) {
      // Not even by mistake do we end what we have started ourselves.
      return dead === self && !isHeir ? 0 : sweepMarked(allOf(markOf(loop, dead)))
    },
  }
}

const HOST = hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-')

async function localIdentity(boot: string): Promise<string> {
  const started = await startOf(process.pid)
  return `local:${HOST}:${boot}:${process.pid}:${started ?? 0}`
}

async function livenessOf(identity: string, boot: string): Promise<'alive' | 'dead' | 'elsewhere'> {
  const [, host, itsBoot = '', pid, started] = LOCAL.exec(identity) ?? []
  const isNamesake = host === HOST
  if (itsBoot === boot && (!boot.endsWith(UNKNOWN) || isNamesake))
    return (await startOf(Number(pid))) === started ? 'alive' : 'dead'
  // A container beside ours: its pids are not to be seen from here.
  if (kernelOf(itsBoot) === kernelOf(boot)) return 'elsewhere'
  return isNamesake ? 'dead' : 'elsewhere'
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

/** What a pid means something in: another one after every reboot, and in every container. */
async function bootId(): Promise<string> {
  const linux = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined)
  if (linux !== undefined) return `${linux.trim()}${await container()}`
  return /sec = (\d+)/.exec(await output('sysctl', ['-n', 'kern.boottime']))?.[1] ?? UNKNOWN
}

const UNKNOWN = 'unknown'

const kernelOf = (boot: string): string | undefined => boot.split('.')[0]

/** The pid namespace, if it is not the first one. */
async function container(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '')
  const id = /^pid:\[(\d+)\]$/.exec(link)?.[1]
  return id === FIRST_NAMESPACE ? '' : `.${id ?? UNKNOWN}`
}

/** The kernel's own number for the pid namespace that it starts with. */
const FIRST_NAMESPACE = '4026531836'

async function output(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(file, { args, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' } })
  return stdout.toString('utf8').trim()
}
