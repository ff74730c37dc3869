/** Who may read a repository, as GitHub says. */
import { z } from 'zod'
import type { Visibility } from '../../core/scaffold-workflow.ts'
import type { GithubClient } from './client.ts'

const Repository = z.object({ private: z.boolean() })

/** `undefined` when GitHub does not say. Asked once: a person waits. */
export async function askVisibility(
  client: GithubClient,
  { owner, repo }: { readonly owner: string; readonly repo: string },
): Promise<Visibility | undefined> {
  const reply = await client.request('GET /repos/{owner}/{repo}', { owner, repo }, { once: true })
  const found = reply.is === 'answered' ? Repository.safeParse(reply.data).data : undefined
  return found && (found.private ? 'private' : 'public')
}
