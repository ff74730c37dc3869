import type { FakeWorkflow } from './github-rest.ts'

/** The workflow of the README, as GitHub sees it. */
export const README_WORKFLOW: FakeWorkflow = {
  inputs: {
    loop: { default: 'main' },
    lane: {},
    nonce: {},
    resume: { default: 'false' },
    stop: { default: 'false' },
    fresh: { default: 'false' },
  },
  state: 'active',
  runName: ({ loop, lane, nonce }) => `cms ${loop || 'main'} ${lane ? `lane ${lane} ${nonce}` : 'tick'}`,
}
