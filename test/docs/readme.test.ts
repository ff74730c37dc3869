/** What the documents say about names, files and versions is what the code says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { agentNames } from '../../src/adapters/agent/registry.ts'
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import { LoopFile, TaskMapping } from '../../src/core/loop-file.ts'
import { workflowText } from '../../src/core/scaffold-workflow.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const readme = read('README.md')

/** The first YAML block that starts so. */
function block(start: string): string {
  const found = [...readme.matchAll(/```yaml\n(.*?)```/gs)].find(([, text = '']) => text.startsWith(start))
  if (found?.[1] === undefined) throw new Error(`no yaml block starts with ${start}`)
  return found[1]
}

test('the workflow shown is the one that `cms init` writes, without its comments', () => {
  const written = workflowText('claude').replace(/^ *#.*\n/gm, '')
  expect(block('name: cms')).toBe(written)
})

test('the loop file shown is valid, without warnings', () => {
  const text = block('# .cms/loop.yml')
  expect(checkBytes(new TextEncoder().encode(text), { agents: agentNames })).toMatchObject({
    is: 'valid',
    config: { warnings: [], tasks: [{ id: 'schema' }, { id: 'api', needs: ['schema'] }] },
  })
})

test('the table of keys names every key of the loop file, and no other', () => {
  const [, section = ''] = /\| Key \| Means .*?\n(.*?)\n\n/s.exec(readme) ?? []
  const firstCells = section.split('\n').map((line) => line.split('|')[1] ?? '')
  const named = firstCells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, key = '']) => key))
  const keys = Object.keys(LoopFile.shape).filter((key) => key !== '$schema')
  expect(named.sort()).toEqual(keys.sort())
})

test('every key of a task is named', () => {
  const keys = Object.keys(TaskMapping.shape).filter((key) => key !== 'deps')
  expect(keys.filter((key) => !readme.includes(`\`${key}\``))).toEqual([])
})

test('every agent is named', () => {
  const [, section = ''] = /^### Agents$(.*?)^## /ms.exec(readme) ?? []
  expect(agentNames.filter((name) => !section.includes(`\`${name}\``))).toEqual([])
})

test.each(['inputs', 'outputs'])('the %s have a place to be written to', (table) => {
  expect(readme).toMatch(new RegExp(`<!-- ${table}:start -->\\n(.*\\n)*<!-- ${table}:end -->`))
})

test('what the package holds is what its decision says', () => {
  const { files } = JSON.parse(read('package.json'))
  const [, said = ''] =
    /package contains (.*?), and has no/s.exec(
      read('docs/adr/0005-committed-dist-and-no-runtime-dependencies.md'),
    ) ?? []
  expect([...said.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(files)
})

test('the changelog has a section for this version', () => {
  const { version } = JSON.parse(read('package.json'))
  expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\]`, 'm'))
})

const documents = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
)

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading))

test.each(documents)('%s: every link leads somewhere', (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
  const broken = links.filter(([, path = '', fragment = '']) => {
    const target = path === '' ? document : join(dirname(document), path)
    return !existsSync(join(ROOT, target)) || (fragment !== '' && !anchorsOf(target).includes(fragment))
  })
  expect(broken.map(([link]) => link)).toEqual([])
})
