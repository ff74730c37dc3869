/** Open issues of a repository that carry a label, oldest first. Reads only. */
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'
import { LIMITS } from '../../core/limits.ts'
import type { Issues } from '../../ports/exchange.ts'
import type { GithubClient, Reply } from './client.ts'

const PAGE = 100

/** A loop has no room for more. */
const MOST_PAGES = LIMITS.tasks / PAGE

const Page = z.array(z.unknown())

export const githubIssues = (
  client: GithubClient,
  { owner, repo }: { readonly owner: string; readonly repo: string },
): Issues => ({
  async list(label) {
    const issues: unknown[] = []
    for (let page = 1; page <= MOST_PAGES; page++) {
      const asked = { owner, repo, labels: label, state: 'open', sort: 'created', direction: 'asc' }
      const reply = await client.request('GET /repos/{owner}/{repo}/issues', {
        ...asked,
        per_page: PAGE,
        page,
      })
      const found = reply.is === 'answered' ? Page.safeParse(reply.data).data : undefined
      if (found === undefined) throw trouble(reply, `${owner}/${repo}`)
      issues.push(...found)
      if (found.length < PAGE) return { issues, isCut: false }
    }
    return { issues, isCut: true }
  },
})

function trouble(reply: Reply, where: string): LoopError {
  switch (reply.is) {
    case 'answered':
      return new LoopError('remote-unreachable', `GitHub answered with no list of issues of ${where}.`)
    case 'lost':
      return new LoopError('remote-unreachable', `GitHub did not answer: ${reply.because}`)
    case 'limited':
      return new LoopError('remote-unreachable', `GitHub: ${reply.message}`, {
        hint: 'Try again in some minutes.',
      })
    default:
      return denied(reply, where)
  }
}

const denied = ({ status, message }: Extract<Reply, { is: 'denied' }>, where: string): LoopError =>
  new LoopError('auth-failed', `GitHub will not list the issues of ${where}: ${message}`, {
    hint:
      status === 410
        ? 'The repository has no issues: switch them on, or name another one with --repo.'
        : 'Check the name, and that the token may read the issues of that repository.',
  })
