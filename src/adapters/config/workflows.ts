/** The workflows of a checkout, read and parsed. A text may be anything: what cannot be read says why. */
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkflowFile } from '../../core/doctor/facts.ts'
import { parseYaml } from './yaml.ts'

const FOLDER = '.github/workflows'

/** GitHub reads no larger one. Bytes. */
const LARGEST = 500 * 1024

/** Nobody has more, and a hostile checkout may. */
const MOST_FILES = 300

/** Every workflow below `root`, in the order of their names. */
export async function readWorkflows(root: string): Promise<readonly WorkflowFile[]> {
  const names = (await readdir(join(root, FOLDER)).catch(() => []))
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .slice(0, MOST_FILES)
  const files: WorkflowFile[] = []
  // One after the other: together they could be more than there is memory for.
  for (const file of names) files.push(await readWorkflow(join(root, FOLDER), file))
  return files
}

async function readWorkflow(folder: string, file: string): Promise<WorkflowFile> {
  const text = await textOf(join(folder, file))
  return text === undefined
    ? { file, text: '', parsed: { because: 'it is no file of at most 500 KB' } }
    : { file, text, parsed: parseWorkflow(text) }
}

/** Never more than the limit, whatever the path leads to. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    // A pipe that nobody writes to would never be open.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return undefined
    const buffer = Buffer.alloc(LARGEST + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return bytesRead > LARGEST ? undefined : buffer.toString('utf8', 0, bytesRead)
  } catch {
    return undefined
  }
}

/** The value of a workflow's text, or what is wrong with it, in one sentence. */
export function parseWorkflow(text: string): WorkflowFile['parsed'] {
  const parsed = parseYaml(text)
  const [mistake] = parsed.mistakes
  if (mistake !== undefined) return { because: `line ${mistake.line}: ${mistake.message}` }
  return parsed.is === 'read' ? { value: parsed.value } : { because: 'it cannot be read' }
}
