/** What the learning is measured by stays as it was made up: a changed judge would make old numbers worthless. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** SHA-256 of each file, as it was before the learning was written. */
const FROZEN: Readonly<Record<string, string>> = {
  'apprentice.ts': 'ac4015f4a28322dc44473150f0dc43511e30553e8710d2de88e3d86e28dd4aa0',
  'families.ts': '5f46c108adf2c15f0572782399af39a4e815bf81a62f30b28c917deb16e04ff6',
}

/** @throws Error when one of them is another one now. */
export async function assertFrozen(): Promise<void> {
  for (const [file, digest] of Object.entries(FROZEN)) {
    const bytes = await readFile(join(import.meta.dirname, file))
    const found = createHash('sha256').update(bytes).digest('hex')
    if (found !== digest)
      throw new Error(`${file} has changed since the learning was measured by it: ${found}`)
  }
}
