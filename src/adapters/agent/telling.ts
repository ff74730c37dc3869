import { firstLine } from './words.ts'

/** The arguments that tell what a tool call is about, the most telling first. */
const TELLING = [
  ...([
    'command',
    'cmd',
    'file_path',
    'filePath',
    'pattern',
    'path',
    'url',
    'query',
    'description',
    'prompt',
  ] as const),
]

/** What a tool call is about, on one line. */
export function telling(input: Readonly<Record<string, unknown>>): string {
  const values = [...TELLING.map((name) => input[name]), ...Object.values(input)]
  return firstLine(values.find((value) => typeof value === 'string') ?? '')
}
