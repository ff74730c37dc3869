/** A small file system of its own, which can be full, or read-only. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Root mounts; elsewhere, as on the runners of GitHub, `sudo` does without asking. */
const SUDO = process.getuid?.() === 0 ? [] : ['sudo', '-n']

function asRoot(...command: readonly string[]): void {
  const [file = '', ...args] = [...SUDO, ...command]
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(
      `${command.join(' ')}: ${stderr || String(error)}\nMounting needs root: sudo npm run test:faults`,
    )
}

export class SmallDisk implements AsyncDisposable {
  /** A folder on it, for tests. */
  readonly path: string
  readonly #mount: string

  private constructor(mount: string) {
    this.#mount = mount
    this.path = join(mount, 'here')
  }

  /** @param inodes how many files and folders fit on it. */
  static async open({ inodes = 10_000 }: { inodes?: number } = {}): Promise<SmallDisk> {
    const mount = await mkdtemp(join(tmpdir(), 'cms-disk-'))
    const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()}`
    asRoot('mount', '-t', 'tmpfs', '-o', `size=8m,nr_inodes=${inodes},mode=0700,${owner}`, 'cms', mount)
    const disk = new SmallDisk(mount)
    await mkdir(disk.path)
    return disk
  }

  /** A file that takes all the space but so many KiB. */
  get ballast(): string {
    return join(this.#mount, 'ballast')
  }

  /** Leaves so many KiB. */
  fill(left: number): void {
    const { bavail, bsize } = statfsSync(this.#mount)
    const size = bavail * bsize - left * 1024
    writeFileSync(this.ballast, Buffer.alloc(Math.max(0, size)))
  }

  /** Leaves so many inodes. */
  crowd(left: number): void {
    const { ffree } = statfsSync(this.#mount)
    mkdirSync(`${this.ballast}-files`)
    for (let n = left + 1; n < ffree; n++) writeFileSync(join(`${this.ballast}-files`, `${n}`), '')
  }

  /** There is space again. */
  free(): void {
    rmSync(this.ballast, { force: true })
    rmSync(`${this.ballast}-files`, { recursive: true, force: true })
  }

  readOnly(): void {
    asRoot('mount', '-o', 'remount,ro', this.#mount)
  }

  writable(): void {
    asRoot('mount', '-o', 'remount,rw', this.#mount)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    asRoot('umount', '--lazy', this.#mount)
    await rm(this.#mount, { recursive: true })
  }
}
