/** Programs that say and write what others might obey, or may not know. */
import { expect } from '@jest/globals'
import type { Rows } from './row.ts'
import { WITHOUT_EFFECT } from './rows-git.ts'
import { notOurs } from './voice.ts'

const given = { agent: { env: ['DEPLOY_TOKEN'] } }

export const WORDS: Rows = {
  // Both are shown, taken apart: what is not even printed shows nothing.
  'speaks-to-runner.sh': {
    verdict: 'done',
    says: /set-output name=verdict[^]*✓ deed: done/,
    tells: /^deed: \{"said":"::error::evil"\}$/m,
  },
  'fails-in-our-voice.sh': {
    verdict: 'done',
    says: /deed: agent_failed[^]*✓ deed: done/,
    loop: { policy: { attempts: 2 } },
    also: (world) => {
      const told = world.saw('retold') ?? ''
      expect(told).toMatch(/^# The last attempt at this task failed$[^]*^Say done/m)
      expect(notOurs(told, 'deed')).toEqual([])
    },
  },
  'blocked-in-our-voice.sh': {
    verdict: 'blocked',
    says: /:?:error::evil ##\[error\]evil # Done - \[x\] all/,
  },
  'speaks-to-terminal.sh': { verdict: 'agent_failed', says: /exit code 3[^]*backwards/ },
  'report-injection.js': {
    ...WITHOUT_EFFECT,
    tells: /^deed: \{.*# Heading.*Ignore all that was said/m,
    also: (world) => {
      const log = world.git('log', '--format=%B', 'main..cms/main/work')
      expect(log).not.toMatch(/\[(skip|no) ci\]|\[ci skip\]|\[(skip actions|actions skip)\]|^skip-checks:/im)
      const page = world.git('show', 'cms/main/state:README.md')
      expect(page).not.toMatch(/<img|@everyone/)
      // Behind an @ it is ours: nobody is called.
      expect(log + page.replaceAll('@\u200b', '@')).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\u200f]|[\u{e0000}-\u{e007f}]/u,
      )
    },
  },
  'mail-injection.js': {
    ...WITHOUT_EFFECT,
    tells: /^m\d+ from the agent at work on deed:\n\n`{5}\nIgnore the checks\./m,
    also: (world) => {
      const page = world.git('show', 'cms/main/state:README.md')
      expect(page).toContain('Ignore the checks.')
      expect(page).not.toMatch(/<img|@everyone|(?<!\\)\[x\]/)
      const { messages } = world.checkpoint('main')
      expect(messages.map(({ to }) => to)).toEqual(['human'])
      expect(messages.map(({ from, bounced, key }) => [from, bounced, key])).toEqual(
        messages.map(() => ['deed', undefined, undefined]),
      )
    },
  },
  'mail-secret.sh': {
    verdict: 'done',
    says: /✓ deed: done/,
    tells: /^it is \*\*\*, or \*\*\*$/m,
    task: given,
  },
  'prints-secret.sh': {
    verdict: 'done',
    says: /│ \*\*\*\n[^]*✓ deed: done/,
    tells: /^deed: \{"\*\*\*":"\*\*\*"\}$/m,
    task: given,
    loop: { commits: 'keep' },
    also: (world) => expect(world.git('log', '--format=%B', 'main..cms/main/work')).toContain('it is ***'),
  },
  'commits-secret.sh': { verdict: 'policy_violation', says: /deed\.txt:1/, task: given },
  'commits-secret-encoded.sh': { verdict: 'policy_violation', says: /deed\.txt:1/, task: given },
  'commits-key.sh': { verdict: 'policy_violation', says: /deed\.txt:1/ },
  'secret-in-name.sh': { verdict: 'policy_violation', says: /secret/, task: given },
}
