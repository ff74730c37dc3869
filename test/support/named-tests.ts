/** Tests that a document names: `path`, and the name of one of its tests in double quotes behind it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface NamedTest {
  readonly file: string
  readonly name: string
}

/** Those that a document names with a test. */
export const namedTests = (text: string): readonly NamedTest[] =>
  [...text.matchAll(/`(test\/[^`]+)`\s+"([^"]+)"/g)].map(([, file = '', name = '']) => ({
    file,
    name: name.replaceAll(/\s+/g, ' '),
  }))

/** Every file or folder of tests that a document names. */
export const namedFiles = (text: string): readonly string[] =>
  [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file)

/** Whether the test is in the file. */
export const isThere = ({ file, name }: NamedTest): boolean =>
  existsSync(join(ROOT, file)) &&
  new RegExp(`(test|it|\\])[^\\n]*\\(\\s*['"\`]${escaped(name)}`).test(readFileSync(join(ROOT, file), 'utf8'))

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
