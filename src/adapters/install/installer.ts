/**
 * Programs of agents from npm, into a folder of this job.
 *
 * What comes is the tarball of the one package that has the program: nothing of it is run until
 * it is unpacked, there are no scripts, and nothing of npm stays. For the tested version the hash
 * is part of this program, so that neither a registry nor a cache can put something else in its place.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { diskTrouble } from '../../core/errno.ts'
import { LoopError, unreachable } from '../../core/error.ts'
import { clip } from '../../core/text.ts'
import { duration } from '../../core/time.ts'
import type { AgentAdapter, AgentProgram, AgentWatch } from '../../ports/agent.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Variables } from '../process/environment.ts'
import { download, type Undelivered } from './npm.ts'
import { platformKey } from './platform.ts'
import { hasIntegrity, unpack } from './tarball.ts'

interface CacheEntry {
  readonly paths: readonly string[]
  readonly key: string
}

/** Keeps tarballs between jobs. Trouble with it is an answer, never an error. */
export interface TarballCache {
  /** @returns the key of the entry that was unpacked. */
  restore(entry: CacheEntry): Promise<string | undefined>
  /** @returns whether the entry is there now. */
  save(entry: CacheEntry): Promise<boolean>
}

export interface InstallPlace {
  /** Absolute; gone when the job ends. */
  readonly folder: string
  /** None: every job asks npm. */
  readonly cache: TarballCache | undefined
  /** `platformKey()`, unless a test says otherwise. */
  readonly platform?: string
}

export interface InstallOptions extends InstallPlace {
  /** An exact one; default, the tested one. */
  readonly version: string | undefined
  /** Our environment. */
  readonly from: Variables
  readonly clock: Clock
}

/** Does what `AgentInstaller` promises. */
export async function install(
  options: InstallOptions,
  name: string,
  program: AgentProgram,
  watch?: AgentWatch,
): Promise<string> {
  const { version = program.version, folder, clock } = options
  const by = byHand(program, version)
  const parcel = parcelFor(options, name, program, version)
  if (parcel === undefined) throw new LoopError('agent-missing', unknownPlatform(options, name, program), by)
  const since = clock.now()
  watch?.note({ line: `agent ${name}: installing ${parcel.spec}` })
  try {
    await mkdir(folder, { recursive: true })
    const source = await obtain({ ...options, parcel, by, signal: watch?.signal })
    const into = join(folder, `${name}-${version}`)
    const unpacked = await unpack({ ...parcel, into, from: options.from, signal: watch?.signal })
    if ('said' in unpacked) throw notUnpacked(parcel, unpacked.said, by)
    // What stays is for `keepDownloads`.
    const keeps = source === 'npm' && parcel.integrity !== undefined && options.cache !== undefined
    if (!keeps) await rm(parcel.tarball, { force: true })
    const took = duration(clock.now() - since)
    watch?.note({ line: `agent ${name}: installed ${parcel.spec} from ${source} in ${took}` })
    return unpacked.file
  } catch (error) {
    throw diskTrouble(error)
  }
}

/**
 * Saves what this job had to download, for later jobs. To be called when no agent works any more:
 * no attempt waits for it, and what an agent put in the place of a download is not saved.
 *
 * @returns the keys that are there now.
 */
export async function keepDownloads(place: InstallPlace, agents: Iterable<AgentAdapter>): Promise<string[]> {
  const kept: string[] = []
  for (const { name, program } of agents) {
    const parcel = program && parcelFor(place, name, program, program.version)
    if (parcel?.integrity === undefined || place.cache === undefined) continue
    if (!(await hasIntegrity(parcel.tarball, parcel.integrity))) continue
    if (await place.cache.save(entryOf(parcel))) kept.push(parcel.key)
  }
  return kept
}

/** One tarball: what it is called in the registry, in the cache and here, and what is wanted of it. */
interface Parcel {
  readonly spec: string
  readonly key: string
  readonly tarball: string
  readonly path: string
  readonly beside: readonly string[]
  /** `undefined` for a version that was not tested: npm's own check has to do. */
  readonly integrity: string | undefined
}

/** @returns `undefined` when there is none for this machine. */
function parcelFor(
  place: InstallPlace,
  name: string,
  program: AgentProgram,
  version: string,
): Parcel | undefined {
  const platform = place.platform ?? platformKey()
  const binary = program.binaries[platform]
  if (binary === undefined) return undefined
  return {
    spec: `${binary.package}@${version}${binary.suffix ?? ''}`,
    key: `cms-agent/${name}/${version}/${platform}`,
    tarball: join(place.folder, `${name}-${version}-${platform}.tgz`),
    path: binary.path,
    beside: binary.beside ?? [],
    integrity: version === program.version ? binary.integrity : undefined,
  }
}

const entryOf = ({ tarball, key }: Parcel): CacheEntry => ({ paths: [tarball], key })

interface Order extends InstallOptions {
  readonly parcel: Parcel
  readonly by: Hint
  readonly signal: AbortSignal | undefined
}

/** @returns where the tarball, which is there now, came from. */
async function obtain(order: Order): Promise<'the cache' | 'npm'> {
  const { parcel, by, from, signal } = order
  if (await restored(order)) return 'the cache'
  const { spec, tarball, integrity } = parcel
  const failed = await download({ spec, file: tarball, from, signal })
  if (failed !== undefined) throw undelivered(order, failed)
  if (integrity === undefined || (await hasIntegrity(tarball, integrity))) return 'npm'
  await rm(tarball, { force: true })
  throw new LoopError('agent-missing', `npm has another ${spec} than the one that was tested`, by)
}

/** The cache can be written by whatever runs in a job: what has not the known hash is thrown away. */
async function restored({ cache, parcel }: Order): Promise<boolean> {
  const { integrity, key, tarball } = parcel
  if (cache === undefined || integrity === undefined) return false
  const found = await cache.restore(entryOf(parcel))
  if (found === key && (await hasIntegrity(tarball, integrity))) return true
  await rm(tarball, { recursive: true, force: true })
  return false
}

function notUnpacked({ spec }: Parcel, said: string, by: Hint): LoopError {
  const text = `${spec} cannot be unpacked: ${clip(said, 500)}`
  return /no space left|quota exceeded/i.test(said)
    ? new LoopError('disk-full', text)
    : new LoopError('agent-missing', text, by)
}

type Hint = { readonly hint: string }

const byHand = (program: AgentProgram, version: string): Hint => ({
  hint: `Install it in a step before this one: \`npm install --global ${program.package}@${version}\`.`,
})

const unknownPlatform = (place: InstallPlace, name: string, { package: from, binaries }: AgentProgram) =>
  `agent "${name}": ${from} has no program for ${place.platform ?? platformKey()}, only for ${Object.keys(binaries).join(', ')}`

function undelivered({ parcel, by, version }: Order, { why, said }: Undelivered): LoopError {
  const { spec } = parcel
  switch (why) {
    case 'no_npm':
      return new LoopError('agent-missing', `${spec} is not installed, and there is no npm to install it`, {
        hint: 'Install Node with npm, or the agent itself, in a step before this one.',
      })
    case 'no_version':
      return new LoopError('agent-missing', `npm does not find ${spec}: ${said}`, {
        hint:
          version === undefined
            ? `Point npm to a registry that has it. Or: ${by.hint}`
            : `Change the input \`agent-version\`, or leave it out: then the tested version is installed.`,
      })
    case 'unreachable':
      return new LoopError('agent-unavailable', `npm could not get ${spec}: ${said}`)
    case 'disk_full':
      return new LoopError('disk-full', `npm could not get ${spec}: ${said}`)
    case 'other':
      return new LoopError('agent-missing', `npm could not get ${spec}: ${said}`, by)
    default:
      return unreachable(why)
  }
}
