/** Workflows of a checkout, whatever lies in the folder. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { parseWorkflow, readWorkflows } from '../../../src/adapters/config/workflows.ts'

const root = mkdtempSync(join(tmpdir(), 'cms-workflows-'))
afterAll(() => rmSync(root, { recursive: true }))

test('each by name: its value, or why there is none', async () => {
  const folder = join(root, '.github/workflows')
  expect(await readWorkflows(root)).toEqual([])
  mkdirSync(join(folder, 'folder.yml'), { recursive: true })
  writeFileSync(join(folder, 'b.yaml'), 'on: push\n')
  writeFileSync(join(folder, 'a.yml'), 'on: [\n')
  writeFileSync(join(folder, 'huge.yml'), '#'.repeat(600 * 1024))
  writeFileSync(join(folder, 'README.md'), 'x')
  symlinkSync('/nowhere', join(folder, 'link.yml'))
  execFileSync('mkfifo', [join(folder, 'z-pipe.yml')])
  const files = await readWorkflows(root)
  expect(files.map(({ file, parsed }) => [file, 'value' in parsed ? parsed.value : 'because'])).toEqual([
    ['a.yml', 'because'],
    ['b.yaml', { on: 'push' }],
    ['folder.yml', 'because'],
    ['huge.yml', 'because'],
    ['link.yml', 'because'],
    ['z-pipe.yml', 'because'],
  ])
})

test.each([
  ['a key given twice', 'on: push\non: push\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['an alias of nothing', 'a: *b\n'],
  ['depth', `${'['.repeat(10_000)}`],
])('%s: says so in a sentence', (_, text) => {
  expect(parseWorkflow(text)).toEqual({ because: expect.stringMatching(/^line \d+: ./) })
})
