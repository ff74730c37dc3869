/**
 * Parcels as git bundles in artifacts: one commit on the base, whose message is what is said of it.
 *
 * What comes out is a stranger's. It is a bundle of one ref that asks for the base and nothing else; the
 * commit has the base as its only parent; git takes the objects apart with fsck on, so that no tree names
 * `.git` or `..`; and every object is there. Anything else is refused, and says why.
 */
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { oneLine } from '../../core/text.ts'
import type { Parcel, Parcels, Received, ReceiveFrom } from '../../ports/parcels.ts'
import type { Courier } from '../git/courier.ts'
import type { RunGit } from '../git/git.ts'
import type { Artifacts } from '../github/artifacts.ts'

/** The only ref of a bundle. */
const REF = 'refs/cms/parcel'

const MIB = 1024 * 1024
/** Of a bundle, unless somebody says less. */
const MOST_BYTES = 256 * MIB
/** Of what is said of it. */
const MOST_TEXT = 256 * 1024
/** The header is a few short lines. */
const HEADER_BYTES = 4_096
/** Git may take so long over a bundle, ms. */
const TIMEOUT = 120_000

export interface BundleParcelsOptions {
  readonly artifacts: Artifacts
  readonly courier: Courier
  /** An existing folder for what is gone afterwards. */
  readonly directory: string
  /** Of a bundle, bytes. */
  readonly most?: number
}

export class BundleParcels implements Parcels {
  readonly isThere = true
  readonly #artifacts: Artifacts
  readonly #courier: Courier
  readonly #directory: string
  readonly #most: number

  constructor({ artifacts, courier, directory, most = MOST_BYTES }: BundleParcelsOptions) {
    this.#most = most
    this.#artifacts = artifacts
    this.#courier = courier
    this.#directory = directory
  }

  async send({ run, loop, tree, base, text }: Parcel): Promise<void> {
    const whole = tree ?? (await this.#run(['rev-parse', `${base}^{tree}`])).text
    const commit = await this.#courier.commit({ tree: whole, parents: [base], message: text, at: 0 })
    await using place = await this.#place()
    const file = join(place.path, nameOf(loop, run))
    await this.#run(['update-ref', REF, commit])
    await this.#run(['bundle', 'create', '--quiet', file, REF, `^${base}`])
    const { size } = await stat(file)
    if (size > this.#most) {
      const text = `It changes ${Math.ceil(size / MIB)} MiB, packed; ${this.#most / MIB} MiB are the limit.`
      throw new LoopError('parcel-too-large', text)
    }
    await this.#artifacts.send(file)
  }

  async receive({ run, loop, base }: ReceiveFrom): Promise<Received> {
    await using place = await this.#place()
    const wanted = { name: nameOf(loop, run), run, folder: place.path, most: this.#most }
    const fetched = await this.#artifacts.fetch(wanted)
    switch (fetched.is) {
      case 'none':
        return { is: 'none' }
      case 'too_large':
        return refused(`it is larger than ${this.#most / MIB} MiB.`)
      default:
        return await this.#take(fetched.file, base)
    }
  }

  async #take(file: string, base: string): Promise<Received> {
    const header = await headerOf(file)
    if (header === undefined) return refused('it is no git bundle.')
    const { needs, refs, at } = header
    if (needs.length !== 1 || needs[0] !== base)
      return refused('it stands on something else than was leased.')
    const [[tip, name] = [], ...others] = refs
    if (tip === undefined || name !== REF || others.length > 0)
      return refused(
        `it has other refs than ${REF}: ${oneLine(refs.map(([, one]) => one).join(', ')).slice(0, 200)}.`,
      )
    const broken = await this.#index(file, at)
    return broken === undefined ? this.#opened(tip, base) : refused(broken)
  }

  /** Takes the pack apart. @returns what is wrong with it. */
  async #index(file: string, at: number): Promise<string | undefined> {
    const input = (await readFile(file)).subarray(at)
    const args = ['index-pack', '--stdin', '--fix-thin', '--fsck-objects', `--max-input-size=${this.#most}`]
    const ran = await this.#run(args, { input, ok: [0, 1, 128], timeout: TIMEOUT })
    return ran.code === 0 ? undefined : `git does not take it: ${lastLine(ran.stderr)}`
  }

  async #opened(tip: string, base: string): Promise<Received> {
    const what = await this.#run(['cat-file', '--batch-check'], { input: `${tip}\n` })
    const [, kind, size] = what.text.split(' ')
    if (kind !== 'commit') return refused('its ref is no commit, or that is not in it.')
    if (Number(size) > MOST_TEXT) return refused('what it says of itself is too long.')
    const { code, text } = await this.#run(['cat-file', 'commit', tip], { ok: [0, 1, 128] })
    const [head, message] = cut(text, '\n\n')
    const lines = head.split('\n')
    const parents = lines.flatMap((line) => (line.startsWith('parent ') ? [line.slice(7)] : []))
    const [tree] = lines.flatMap((line) => (line.startsWith('tree ') ? [line.slice(5)] : []))
    if (code !== 0 || tree === undefined || parents.length !== 1 || parents[0] !== base)
      return refused('its commit does not stand on what was leased, and on that alone.')
    const whole = await this.#run(['rev-list', '--objects', '--quiet', tip, `^${base}`], {
      ok: [0, 1, 128],
      timeout: TIMEOUT,
    })
    return whole.code === 0
      ? { is: 'parcel', tree, text: message }
      : refused('not all of its files are in it.')
  }

  /** What is not here is not looked for elsewhere: a partial clone would ask its remote. */
  readonly #run: RunGit = (args, options = {}) =>
    this.#courier.run(args, { ...options, env: { ...options.env, GIT_NO_LAZY_FETCH: '1' } })

  async #place(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = await mkdtemp(join(this.#directory, 'parcel-'))
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  }
}

const refused = (because: string): Received => ({ is: 'refused', because })

/** `gh:7.1` → `cms-main-7-1.bundle`: no two attempts of a run share one. */
const nameOf = (loop: string, run: string): string => {
  const [, id, attempt] = /^gh:(\d+)\.(\d+)$/.exec(run) ?? []
  if (id === undefined || attempt === undefined) throw new Error(`${run} is no run on GitHub`)
  return `cms-${loop}-${id}-${attempt}.bundle`
}

interface Header {
  readonly needs: readonly string[]
  readonly refs: readonly (readonly [id: string, name: string])[]
  /** Where the pack begins, in bytes. */
  readonly at: number
}

/** Reads what stands before the pack. `undefined`: it is none. https://git-scm.com/docs/gitformat-bundle */
async function headerOf(file: string): Promise<Header | undefined> {
  const bytes = await startOf(file)
  const end = bytes.indexOf('\n\n')
  if (end === -1) return undefined
  const [signature, ...lines] = bytes.toString('utf8', 0, end).split('\n')
  if (signature !== '# v2 git bundle' && signature !== '# v3 git bundle') return undefined
  const needs: string[] = []
  const refs: [string, string][] = []
  for (const line of lines) {
    const [, minus, id, name] = /^(-?)([0-9a-f]{40,64})(?: (.*))?$/.exec(line) ?? []
    // A capability: only the format of ids is one that we write.
    if (id === undefined && !/^@object-format=sha(1|256)$/.test(line)) return undefined
    if (id !== undefined && minus === '-') needs.push(id)
    if (id !== undefined && minus === '') refs.push([id, name ?? ''])
  }
  return { needs, refs, at: end + 2 }
}

async function startOf(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if (isErrno(error, 'EISDIR') || isErrno(error, 'ENOENT')) return Buffer.alloc(0)
    throw error
  }
}

const cut = (text: string, at: string): [string, string] => {
  const found = text.indexOf(at)
  return found === -1 ? [text, ''] : [text.slice(0, found), text.slice(found + at.length)]
}

const lastLine = (text: string): string => oneLine(text.trim().split('\n').at(-1) ?? '').slice(0, 300)
