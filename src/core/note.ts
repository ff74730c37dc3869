/** What is posted when a loop ends or stops: for programs, and one text for people. */
import type { Checkpoint } from './checkpoint.ts'
import { tally } from './job-summary.ts'
import type { Web } from './pull-request-text.ts'
import { oneLine } from './text.ts'

/** Programs rely on these names. */
export interface Note {
  readonly loop: string
  readonly epoch: number
  readonly status: string
  readonly reason: string
  readonly next: string
  readonly tasks: { readonly total: number; readonly done: number }
  readonly usd: number
  /** The pull request, else the run, else the repository; empty where nothing is on the web. */
  readonly url: string
  /** Slack and what is like it show this. */
  readonly text: string
}

export function noteOf(checkpoint: Checkpoint, web: Web | undefined): Note {
  const { loop, epoch, status, reason, next, completed_tasks, remaining_tasks, ledger } = checkpoint
  const url = urlOf(checkpoint, web)
  const title = `${web === undefined ? '' : `${nameOf(web.repository)}: `}loop ${loop}: ${status.replaceAll('_', ' ')}`
  return {
    loop,
    epoch,
    status,
    reason,
    next,
    tasks: { total: completed_tasks.length + remaining_tasks.length, done: completed_tasks.length },
    usd: Number(ledger.usd.toFixed(6)),
    url,
    text: escaped(`${title}. ${oneLine(reason)} ${tally(checkpoint)}${url === '' ? '' : ` ${url}`}`),
  }
}

function urlOf({ pull_request }: Checkpoint, web: Web | undefined): string {
  if (web === undefined) return ''
  return pull_request.number === null
    ? (web.run ?? web.repository)
    : `${web.repository}/pull/${pull_request.number}`
}

const nameOf = (repository: string): string => repository.split('/').slice(-2).join('/')

/** In Slack `<!channel>` calls everybody: text of agents must not. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
