/**
 * The pull request of a loop on GitHub.
 *
 * Guarantees:
 *  1. It never throws.
 *  2. A POST is made only after a look that showed no open pull request of these branches. After
 *     an answer that was lost there is another look, and no second POST: GitHub itself refuses a
 *     second one of the same branches, and so two runs at once end with one.
 *  3. Before a body is written it is read: what people wrote around our part stays. A title is
 *     written once, and what people closed or merged is left alone.
 *
 * Calls: two to open (three or four when GitHub refuses the first way), one to look, one to write.
 */
import { z } from 'zod'
import { withPart } from '../../core/pull-request-text.ts'
import { clip, oneLine, sentences } from '../../core/text.ts'
import type {
  PullRequestOpened,
  PullRequests,
  PullRequestTrouble,
  PullRequestUpdated,
  PullRequestWanted,
} from '../../ports/pull-requests.ts'
import type { GithubClient, Reply } from './client.ts'
import { pullAnswer } from './pull-refusals.ts'

/** Whose pull requests. */
export interface PullTarget {
  readonly owner: string
  readonly repo: string
  /** `https://github.com`, or a server of one's own. */
  readonly serverUrl: string
  /** Stands in for a base that was no branch, where one is known. */
  readonly fallbackBase: string | undefined
}

const Pull = z.object({
  number: z.int().positive(),
  state: z.string().default('open'),
  body: z.string().nullish(),
  merged_at: z.string().nullish(),
})
type Pull = z.infer<typeof Pull>
const Pulls = z.array(Pull)

type Branches = Pick<PullRequestWanted, 'head' | 'base'>
type Denied = Extract<Reply, { is: 'denied' }>

type Found = { readonly is: 'found'; readonly pull: Pull } | { readonly is: 'none' } | PullRequestTrouble

export class GithubPullRequests implements PullRequests {
  readonly #client: GithubClient
  readonly #target: PullTarget

  constructor(client: GithubClient, target: PullTarget) {
    this.#client = client
    this.#target = target
  }

  async open(asked: PullRequestWanted): Promise<PullRequestOpened> {
    const base = asked.base === 'HEAD' ? this.#target.fallbackBase : asked.base
    if (base === undefined)
      return {
        is: 'refused',
        because: 'The work began on no branch: name the one to merge into as `base:` in the loop file.',
      }
    const wanted = { ...asked, base }
    const found = await this.#find(wanted)
    if (found.is === 'found') return this.#take(found.pull, wanted)
    return found.is === 'none' ? this.#create(wanted) : found
  }

  async update(number: number, part: string): Promise<PullRequestUpdated> {
    const reply = await this.#call('GET', 'pulls/{pull_number}', { pull_number: number })
    if (reply.is !== 'answered') return troubleOf(reply)
    const pull = Pull.safeParse(reply.data).data
    if (pull === undefined) return UNREADABLE
    if (pull.merged_at) return { is: 'merged', at: pull.merged_at }
    return pull.state === 'open' ? this.#write(pull, part) : { is: 'closed' }
  }

  async #find({ head, base }: Branches): Promise<Found> {
    const asked = { head: `${this.#target.owner}:${head}`, base, state: 'open', per_page: 1 }
    const reply = await this.#call('GET', 'pulls', asked)
    if (reply.is === 'denied') return this.#refused(reply, { head, base })
    if (reply.is !== 'answered') return troubleOf(reply)
    const pulls = Pulls.safeParse(reply.data).data
    if (pulls === undefined) return UNREADABLE
    const [pull] = pulls
    return pull === undefined ? { is: 'none' } : { is: 'found', pull }
  }

  /** It is the loop's from now on; should the body not be written, a later run writes it. */
  async #take(pull: Pull, { part }: PullRequestWanted): Promise<PullRequestOpened> {
    await this.#write(pull, part)
    return { is: 'open', number: pull.number }
  }

  async #create(wanted: PullRequestWanted): Promise<PullRequestOpened> {
    const { head, base, title, part, draft } = wanted
    const reply = await this.#call('POST', 'pulls', { head, base, title, body: part, draft })
    if (reply.is === 'answered') {
      const made = Pull.safeParse(reply.data).data
      return made === undefined ? this.#lookAgain(wanted) : { is: 'open', number: made.number }
    }
    if (reply.is === 'lost') return this.#lookAgain(wanted)
    if (reply.is === 'limited') return troubleOf(reply)
    const answer = pullAnswer(reply)
    switch (answer.is) {
      case 'no_drafts':
        return draft ? this.#create({ ...wanted, draft: false }) : troubleOf(reply)
      case 'exists':
        return this.#lookAgain(wanted)
      case 'empty':
        return { is: 'empty' }
      default:
        return this.#refused(reply, wanted)
    }
  }

  async #lookAgain(wanted: PullRequestWanted): Promise<PullRequestOpened> {
    const found = await this.#find(wanted)
    if (found.is === 'found') return { is: 'open', number: found.pull.number }
    return found.is === 'none' ? { is: 'unknown', because: 'GitHub shows no pull request yet.' } : found
  }

  /** A person can open it with two clicks, whatever keeps us from it. */
  #refused(denied: Denied, { base, head }: Branches): PullRequestTrouble {
    const { serverUrl, owner, repo } = this.#target
    const page = `${serverUrl}/${owner}/${repo}/compare/${pathOf(base)}...${pathOf(head)}?expand=1`
    return { is: 'refused', because: `${troubleOf(denied).because} Or open it yourself: ${page}` }
  }

  async #write(pull: Pull, part: string): Promise<PullRequestUpdated> {
    const before = pull.body ?? ''
    const body = withPart(before, part)
    if (body === before.replaceAll('\r\n', '\n')) return { is: 'updated' }
    const reply = await this.#call('PATCH', 'pulls/{pull_number}', { pull_number: pull.number, body })
    return reply.is === 'answered' ? { is: 'updated' } : troubleOf(reply)
  }

  #call(method: string, path: string, parameters: Readonly<Record<string, unknown>>): Promise<Reply> {
    const { owner, repo } = this.#target
    return this.#client.request(`${method} /repos/{owner}/{repo}/${path}`, { owner, repo, ...parameters })
  }
}

const UNREADABLE: PullRequestTrouble = { is: 'unknown', because: 'GitHub answered with something else.' }

const pathOf = (branch: string): string => branch.split('/').map(encodeURIComponent).join('/')

/** GitHub's sentence; behind "Validation Failed" it is in the details. */
function gist(said: string): string {
  const detail = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1]
  return `GitHub: ${clip(oneLine(detail ?? said), 200)}`
}

function troubleOf(reply: Exclude<Reply, { is: 'answered' }>): PullRequestTrouble {
  if (reply.is === 'lost') return { is: 'unknown', because: reply.because }
  if (reply.is === 'limited') return { is: 'unknown', because: reply.message }
  const answer = pullAnswer(reply)
  return {
    is: 'refused',
    because: sentences(gist(reply.message), answer.is === 'refused' ? answer.fix : ''),
  }
}
