/** Whether a workflow can carry a loop on, told from its text. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Whether a workflow takes the dispatches of a loop: it has `workflow_dispatch` with the inputs
 * `lane` and `nonce`. Read without a YAML parser: a wrong yes ends in a refusal by GitHub that
 * names the missing inputs, a wrong no in a loop that goes on inside its job.
 */
export function takesDispatches(text: string): boolean {
  const code = text.replace(/(^|\s)#.*$/gm, '')
  const declares = (name: string) => new RegExp(`(^|[\\s{,])["']?${name}["']?\\s*:(\\s|$)`, 'm').test(code)
  return ['workflow_dispatch', 'lane', 'nonce'].every(declares)
}

const FOLDER = '.github/workflows'

/** File names of the workflows of a checkout that take the dispatches of a loop, in order. */
export async function loopWorkflows(root: string): Promise<string[]> {
  const names = (await readdir(join(root, FOLDER)).catch(() => []))
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
  const texts = await Promise.all(
    names.map((name) => readFile(join(root, FOLDER, name), 'utf8').catch(() => '')),
  )
  return names.filter((_, n) => takesDispatches(texts[n] ?? ''))
}
