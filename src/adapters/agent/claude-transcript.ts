/**
 * The transcript Claude Code keeps of a session. Ended by TERM it prints no result, but the last
 * line of its transcript still says what the session has cost so far.
 */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const END = 256 * 1024

/** The last `cost-state` line of a session, if there is one. Never rejects. */
export async function lastCost(
  session: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const config =
    env['CLAUDE_CONFIG_DIR'] ?? (env['HOME'] === undefined ? undefined : join(env['HOME'], '.claude'))
  if (config === undefined) return []
  const projects = join(config, 'projects')
  // The session id is unique, so the rule by which folders are named need not be known.
  for (const project of await readdir(projects).catch(() => [])) {
    const lines = await endOf(join(projects, project, `${session}.jsonl`)).catch(() => undefined)
    const cost = lines?.findLast((line) => line.startsWith('{"type":"cost-state"'))
    if (cost !== undefined) return [cost]
  }
  return []
}

async function endOf(path: string): Promise<readonly string[]> {
  await using file = await open(path)
  const { size } = await file.stat()
  const from = Math.max(0, size - END)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
  return buffer.subarray(0, bytesRead).toString('utf8').split('\n')
}
