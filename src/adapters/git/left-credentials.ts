/** Whether actions/checkout left its token where an agent can read it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const HEADER = /^\s*extraheader\s*=\s*["']?authorization/im

/**
 * Versions up to 5 write a header into `.git/config`; from 6 on it is in a file of its own, which an
 * `includeIf` there names.
 */
export async function leavesCredentials(gitDir: string): Promise<boolean> {
  const config = await read(join(gitDir, 'config'))
  if (HEADER.test(config)) return true
  const paths = [...config.matchAll(/^\s*path\s*=\s*"?([^"\n]+?)"?\s*$/gim)].map(([, path = '']) => path)
  const included = await Promise.all(paths.slice(0, 20).map(read))
  return included.some((text) => HEADER.test(text))
}

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
