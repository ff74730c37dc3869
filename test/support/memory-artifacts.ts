/** Artifacts in memory, as the service keeps them: by name and run. Tests may put in whatever they like. */
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Artifacts, ArtifactWanted, Fetched } from '../../src/adapters/github/artifacts.ts'

export class MemoryArtifacts implements Artifacts {
  readonly kept = new Map<string, Buffer>()

  async send(file: string): Promise<void> {
    this.kept.set(basename(file), await readFile(file))
  }

  async fetch({ name, folder, most }: ArtifactWanted): Promise<Fetched> {
    const bytes = this.kept.get(name)
    if (bytes === undefined) return { is: 'none' }
    if (bytes.length > most) return { is: 'too_large' }
    const file = join(folder, 'artifact')
    await writeFile(file, bytes)
    return { is: 'here', file }
  }

  /** Puts a file in the place of what was sent. */
  async replace(file: string): Promise<void> {
    const [name = ''] = this.kept.keys()
    this.kept.set(name, await readFile(file))
  }
}
