import { appendFile, stat } from 'node:fs/promises'

/** GitHub refuses the whole summary of a step that is larger, in bytes. */
const LIMIT = 1024 * 1024

const CUT = '\n\n_The rest did not fit into a job summary._\n'

/**
 * Adds markdown to the summary page of the job, cut to what still fits. Does nothing outside
 * Actions (`file` undefined), and never fails a run that did its work.
 *
 * @returns whether the page has it.
 */
export async function writeSummary(file: string | undefined, markdown: string): Promise<boolean> {
  if (file === undefined) return false
  try {
    const used = await stat(file).then(
      ({ size }) => size,
      () => 0,
    )
    await appendFile(file, fit(markdown.endsWith('\n') ? markdown : `${markdown}\n`, LIMIT - used))
    return true
  } catch {
    return false
  }
}

/** As many whole lines as fit into `limit` bytes, and a word about the rest. */
export function fit(markdown: string, limit: number): string {
  if (Buffer.byteLength(markdown) <= limit) return markdown
  const room = limit - Buffer.byteLength(CUT)
  if (room <= 0) return ''
  // The bytes of a character cut in two are dropped with the line they end.
  const head = Buffer.from(markdown).subarray(0, room).toString('utf8')
  const end = head.lastIndexOf('\n')
  return end === -1 ? '' : head.slice(0, end) + CUT
}
