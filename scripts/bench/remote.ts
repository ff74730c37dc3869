/** A remote on loopback: bare repositories behind git's own HTTP back end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { git, ROOT } from './place.ts'

export interface Remote extends AsyncDisposable {
  readonly url: (name: string) => string
  /** Makes a bare repository. @returns its git dir. */
  readonly create: (name: string, from?: string) => Promise<string>
  /** How many pushes were sent to it. */
  readonly pushes: () => Promise<number>
}

export async function remote(folder: string): Promise<Remote> {
  const root = join(folder, 'served')
  await mkdir(root, { recursive: true })
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'bench', 'server.ts'), root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const port = String(line).trim()
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    async create(name, from) {
      const gitDir = join(root, name)
      await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', gitDir)
      await git(gitDir, 'config', 'http.receivepack', 'true')
      if (from !== undefined) await git(from, 'push', '--quiet', gitDir, 'main')
      return gitDir
    },
    async pushes() {
      const answer = await fetch(`http://127.0.0.1:${port}/pushes`)
      return Number(await answer.text())
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
