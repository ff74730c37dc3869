/**
 * Starts a run of a workflow for a person. One POST, never repeated after an answer that was lost:
 * a second run would be harmless, but a person can look and type again.
 */
import { z } from 'zod'
import type { GithubClient, Reply } from './client.ts'
import { fixFor } from './refusals.ts'

export interface WorkflowAddress {
  readonly owner: string
  readonly repo: string
  readonly serverUrl: string
  /** File name under `.github/workflows`. */
  readonly file: string
}

export type Started =
  /** `url`: the run, or where runs of the workflow are listed. */
  | { readonly is: 'started'; readonly ref: string; readonly url: string }
  | { readonly is: 'refused'; readonly because: string; readonly fix: string }
  | { readonly is: 'unknown'; readonly because: string; readonly url: string }

const Repository = z.object({ default_branch: z.string().min(1) })
const Details = z.object({ html_url: z.string() })

/** On the default branch: GitHub knows a workflow, and its schedule, only from there. */
export async function startWorkflow(
  client: GithubClient,
  address: WorkflowAddress,
  inputs: Readonly<Record<string, string>>,
): Promise<Started> {
  const { owner, repo, file } = address
  const found = await client.request('GET /repos/{owner}/{repo}', { owner, repo })
  if (found.is !== 'answered') return told(found, address)
  const ref = Repository.safeParse(found.data).data?.default_branch
  if (ref === undefined)
    return { is: 'unknown', because: 'GitHub did not name the default branch.', url: pageOf(address) }
  const post = (details: object): Promise<Reply> =>
    client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      ...{ owner, repo, workflow_id: file, ref, inputs },
      ...details,
    })
  const reply = await post({ return_run_details: true })
  // Older servers know no details, and then have not started anything.
  const isOld = reply.is === 'denied' && /return_run_details/.test(reply.message)
  const last = isOld ? await post({}) : reply
  if (last.is !== 'answered') return told(last, address)
  return { is: 'started', ref, url: Details.safeParse(last.data).data?.html_url ?? pageOf(address) }
}

const pageOf = ({ serverUrl, owner, repo, file }: WorkflowAddress): string =>
  `${serverUrl}/${owner}/${repo}/actions/workflows/${file}`

function told(reply: Exclude<Reply, { is: 'answered' }>, address: WorkflowAddress): Started {
  switch (reply.is) {
    case 'lost':
      return { is: 'unknown', because: reply.because, url: pageOf(address) }
    case 'limited':
      return { is: 'refused', because: `GitHub: ${reply.message}`, fix: 'Try again in some minutes.' }
    default:
      return { is: 'refused', because: `GitHub: ${reply.message}`, fix: fixFor({ ...reply, ...address }) }
  }
}
