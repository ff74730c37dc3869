/** The file in which Codex keeps a session: what it says there and not in its output. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Beyond it nothing is read: what is wanted of a longer one is missing then. Bytes. */
const MOST = 256 * 1024 * 1024

/** How the records that are wanted begin, after time and number. */
const WANTED = [
  ...(['"type":"turn_context"', '"type":"token_usage_record"'] as const),
  ...(['"type":"token_count"', '"type":"task_complete"'] as const),
]
const HEAD = 200

/** The last record of each kind that is wanted, of one session. Never rejects. */
export async function rolloutOf(
  thread: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const home = env['CODEX_HOME'] ?? (env['HOME'] === undefined ? undefined : join(env['HOME'], '.codex'))
  if (home === undefined) return []
  // They are in folders by year, month and day, of a clock and zone that need not be known.
  const sessions = join(home, 'sessions')
  const names = await readdir(sessions, { recursive: true }).catch(() => [])
  const name = names.find((one) => one.endsWith(`-${thread}.jsonl`))
  return name === undefined ? [] : lastOfEach(join(sessions, name)).catch(() => [])
}

async function lastOfEach(path: string): Promise<readonly string[]> {
  await using file = await open(path)
  const { size } = await file.stat()
  if (size > MOST) return []
  const last = new Map<string, string>()
  for await (const line of file.readLines({ autoClose: false })) {
    const head = line.slice(0, HEAD)
    const kind = WANTED.find((one) => head.includes(one))
    if (kind !== undefined) last.set(kind, line)
  }
  return [...last.values()]
}
