/** A loop in a clone, or on a remote that is not GitHub or for which there is no token. */
import type { PullRequests } from '../../ports/pull-requests.ts'

export const noPullRequests: PullRequests = {
  open: () => Promise.resolve({ is: 'nowhere' }),
  update: () => Promise.resolve({ is: 'unknown', because: 'Without a token nobody can tell.' }),
}
