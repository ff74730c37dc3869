/** What a run of the action leaves on the page of its job. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { githubContext } from '../../src/adapters/github/context.ts'
import { parseInputs } from '../../src/adapters/github/inputs.ts'
import { tell } from '../../src/entry/action-tell.ts'
import { settingsOf, World } from '../support/world.ts'

test('nothing secret is in the summary', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cms-tell-'))
  try {
    const summary = join(folder, 'summary.md')
    const context = githubContext({
      GITHUB_REPOSITORY: 'owner/repo',
      GITHUB_RUN_ID: '1',
      GITHUB_WORKSPACE: '/work',
      GITHUB_STEP_SUMMARY: summary,
    })
    const redact = (text: string) => text.replaceAll('hunter2', '***')
    const action = {
      context,
      inputs: parseInputs(() => ''),
      onward: 'stop' as const,
      broken: undefined,
      ports: { ...new World().run(), redact },
      run: settingsOf(undefined),
      signal: new AbortController().signal,
      attempts: [],
      cache: undefined,
      found: () => {},
      refs: 'branches' as const,
      notify: undefined,
      spent: () => {},
    }
    await tell(action, { changed: 'Nothing changed: it said hunter2.', after: undefined, red: false })
    const written = await readFile(summary, 'utf8')
    expect(written).toContain('it said ***.')
    expect(written).not.toContain('hunter2')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
