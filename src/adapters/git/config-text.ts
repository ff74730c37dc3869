import type { Repository } from './repository.ts'

type Setting = readonly [key: string, value: string]

/** A git config file, each setting with a section line of its own. */
export const configText = (settings: readonly Setting[]): string => settings.map(lines).join('')

/** `remote.origin.promisor`, `true` → a section and a line. */
function lines([key, value]: Setting): string {
  const first = key.indexOf('.')
  const last = key.lastIndexOf('.')
  const subsection = first === last ? '' : ` ${JSON.stringify(key.slice(first + 1, last))}`
  return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)} = ${JSON.stringify(value)}\n`
}

/** What a git dir must say of itself to use the objects of a repository. */
export function formatOf({ objectFormat, promisor }: Repository): readonly Setting[] {
  const extended = objectFormat === 'sha256' || promisor.length > 0
  return [
    ['core.repositoryFormatVersion', extended ? '1' : '0'],
    ...(objectFormat === 'sha256' ? [['extensions.objectFormat', 'sha256'] as const] : []),
  ]
}
