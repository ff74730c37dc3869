/** Programs that go for refs, for what git obeys, and for what git keeps. */
import { expect } from '@jest/globals'
import type { Rows } from './row.ts'

/** What was done is no reason to fail: it has no effect, and the work counts. */
export const WITHOUT_EFFECT = { verdict: 'done', says: /✓ deed: done/ } as const

const KEEP = { commits: 'keep' } as const

export const GIT: Rows = {
  'moves-refs.sh': { verdict: 'no_progress', says: /without changing anything/ },
  'pushes.sh': { ...WITHOUT_EFFECT, isRemote: true },
  'git-config.sh': WITHOUT_EFFECT,
  'git-hooks.sh': WITHOUT_EFFECT,
  'alternates.sh': WITHOUT_EFFECT,
  'tampers-objects.sh': { ...WITHOUT_EFFECT, loop: KEEP },
  'replaces-objects.sh': { ...WITHOUT_EFFECT, loop: KEEP },
  'git-as-file.sh': WITHOUT_EFFECT,
  'git-as-link.sh': WITHOUT_EFFECT,
  'git-removed.sh': { ...WITHOUT_EFFECT, loop: KEEP },
  'index-lock.sh': WITHOUT_EFFECT,
  'hides-in-index.sh': { verdict: 'policy_violation', says: /CLAUDE\.md is protected and was modified/ },
  'ignores-all.sh': { ...WITHOUT_EFFECT, lands: ['deed.txt', 'src/.gitignore', 'src/hidden.js'] },
  'forges-trailers.sh': {
    ...WITHOUT_EFFECT,
    loop: KEEP,
    also: (world) => {
      const log = world.git('log', '--format=%B', 'main..cms/main/work')
      expect(log).toContain('Cms-Task - honest')
      expect(log).not.toMatch(/cms-seq\s*:\s*999999/i)
    },
  },
  'strange-commits.sh': { ...WITHOUT_EFFECT, loop: KEEP },
  'skips-checks.sh': {
    ...WITHOUT_EFFECT,
    loop: KEEP,
    also: (world) => {
      const log = world.git('log', '--format=%B', 'main..cms/main/work')
      expect(log).not.toMatch(/\[(skip|no) ci\]|\[actions skip\]|^skip-checks:/im)
    },
  },
}
