/** Programs that leave a tree that breaks rules, leads out of itself, or cannot be handled. */
import { expect } from '@jest/globals'
import type { Row, Rows } from './row.ts'
import { WITHOUT_EFFECT } from './rows-git.ts'

const refused = (says: RegExp): Row => ({ verdict: 'policy_violation', says })

export const RULES: Rows = {
  'filters.sh': refused(/\.gitattributes is protected and was modified/),
  'encoding.sh': refused(/cannot be taken: .*BOM is required/s),
  'filters-deep.sh': refused(/src\/\.gitattributes is protected and was added/),
  'workflow.sh': refused(/\.github\/workflows\/evil\.yml is protected and was added/),
  'workflow-by-case.sh': refused(/\.GitHub\/workflows\/evil\.yml is protected and was added/),
  'instructions.sh': refused(/AGENTS\.md is protected and was modified\. CLAUDE\.md is protected/),
  'instructions-deep.sh': refused(/src\/CLAUDE\.md is protected and was added/),
  'loop-file.sh': refused(/\.cms\/loop\.yml is protected and was/),
  'rewrites-check.sh': {
    ...refused(/changed what verifies it: checks\/has\.sh/),
    loop: { strict_verify: true },
  },
  'weakens-tests.sh': {
    ...WITHOUT_EFFECT,
    task: { verify: ['node test/sum.test.js'] },
    lands: ['deed.txt', 'test/sum.test.js'],
    also: (world) => {
      const [deed] = world.checkpoint('main').completed_tasks
      expect(deed?.verify_surface).toEqual(['test/sum.test.js'])
    },
  },
  'claims-done.sh': {
    verdict: 'verify_failed',
    says: /node test\/sum\.test\.js/,
    task: { verify: ['node test/sum.test.js'] },
  },
  'submodule.sh': refused(/\.gitmodules is protected and was added/),
  'links-out.sh': refused(/passwd is a link that leaves the tree \(\/etc\/passwd\)/),
  'link-for-folder.sh': refused(/src is a link that leaves the tree/),
  'huge-file.sh': refused(/huge\.bin is 60 MB; the limit is 50 MB/),
  'many-files.js': {
    ...refused(/It changes 100001 files; 50000 are the limit/),
    limits: { disk: '1200m' },
  },
}

export const TREES: Rows = {
  'nested-repository.sh': { ...WITHOUT_EFFECT, lands: ['deed.txt', 'lib/lib.txt', 'lib/unborn/x.txt'] },
  'case-clash.sh': { ...WITHOUT_EFFECT, lands: ['DEED.txt', 'SRC/sum.js', 'deed.txt', 'readme.md'] },
  'dot-git-names.sh': refused(/cannot be taken: .*\.GIT\/config/s),
  'strange-names.js': {
    ...WITHOUT_EFFECT,
    lands: /^(deed\.txt$|odd\/)/,
    // Twenty odd ones, and one of each task.
    also: (world) => expect(world.landed().paths).toHaveLength(22),
  },
  'sockets.js': { verdict: 'done', says: /outbox of deed: pipe\.json: it is not a regular file/ },
  'unreadable.sh': { verdict: 'no_progress', says: /without changing anything/ },
  'read-only.sh': WITHOUT_EFFECT,
  'deletes-workdir.sh': refused(/The working folder or its `\.git` was removed/),
  'moves-workdir.sh': refused(/something else is in its place/),
  'deletes-run-folder.sh': refused(/was removed/),
  'rewrites-index.sh': refused(/CLAUDE\.md is protected and was modified/),
  'trap-in-lane.sh': WITHOUT_EFFECT,
  'pipes-for-index.sh': refused(/cannot be taken/),
  'disturbs-lane.sh': {
    verdict: 'done',
    says: /honest: policy_violation.*The working folder or its `\.git` was removed/,
    loop: { parallel: 2, policy: { attempts: 2 } },
    honest:
      'touch busy.txt; for n in $(seq 600); do [ ! -e ../gone ] || break; sleep 0.05; done; cd / && cd "$OLDPWD"; rm -f busy.txt; echo honest > honest.txt',
  },
}
