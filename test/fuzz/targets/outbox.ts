/** The outbox of an agent: a report and proposals that say whatever they like. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createOutbox } from '../../../src/adapters/system/outbox.ts'
import { MOST_ACKS, readLetter } from '../../../src/core/letters.ts'
import { LIMITS } from '../../../src/core/limits.ts'
import { type AgentReport, type OutboxFile, readReport, reportedUsage } from '../../../src/core/outbox.ts'
import { readProposal } from '../../../src/core/proposal.ts'
import type { Redact } from '../../../src/core/secrets/redact.ts'
import { byteLength, clip } from '../../../src/core/text.ts'
import { soundUsage, Usage } from '../../../src/core/usage.ts'
import { handoverText, readHandover } from '../../../src/core/walled.ts'
import { secretsOf } from '../../../src/entry/secrets.ts'
import type { Desk } from '../../../src/ports/outbox.ts'
import { usage } from '../../support/build.ts'
import { chanceOf } from '../../support/chance.ts'
import { lost, plainAllThrough } from '../laws.ts'
import { settled } from '../settling.ts'
import { holds, type Opened, type Target, type Verdict } from '../target.ts'
import { filesIn, form, SECRET } from './outbox-form.ts'
import { hostileOutboxes } from './outbox-hostile.ts'

/** One in so many goes through a real folder. */
const ON_DISK = 100

const report = (content: object) => ({ path: 'report.json', json: content })
const proposal = (id: string, over: object = {}) => ({
  path: `tasks/${id}.json`,
  json: {
    id,
    name: `Do ${id}`,
    spec: 'All of it.',
    needs: ['api'],
    verify: ['npm test'],
    priority: 1,
    ...over,
  },
})

const CORPUS: readonly (readonly object[])[] = [
  [report({})],
  [report({ status: 'ready', summary: 'All is done.', outputs: { port: 80, list: [1, { a: null }] } })],
  [report({ status: 'blocked', because: 'There is no key.', summary: 'x'.repeat(900) })],
  [report({ status: 'blocked', because: 'Come back.', retry_at: '2026-11-24T09:30:00+02:00' })],
  [
    report({
      summary: `With ${SECRET}\nand two lines`,
      outputs: { [`a ${SECRET}`]: { deep: [[[SECRET]]] } },
      usage: { usd: 0.12, input_tokens: 1_000, cache_read_tokens: 5, output_tokens: 7 },
    }),
  ],
  [
    report({ status: 'split' }),
    proposal('one'),
    proposal('two', { needs: ['one'] }),
    { path: 'tasks/x.json' },
  ],
  [
    report({ status: 'ready' }),
    proposal('more', { verify: [], priority: -3 }),
    { path: 'notes.txt', text: 'x' },
  ],
  [proposal('alone', { spec: 'x'.repeat(5_000) }), { path: 'report.json', json: { outputs: { a: 'é😀' } } }],
  [{ path: 'messages/a.json' }, report({ status: 'ready', summary: '' })],
  [
    { path: 'messages/b.json', json: { to: 'api', body: 'The field is called id.', reply_to: 'm7' } },
    { path: 'messages/c.json', json: { to: '*', body: 'é😀'.repeat(600) } },
    { path: 'acks.json', json: ['m1', 'm2'] },
  ],
]

/** What is told of a report is bounded and of its form. */
function wellFormed(found: AgentReport): void {
  const { summary, because, outputs, proposals, retryAt, problems } = found
  holds('the summary is bounded', byteLength(summary) <= LIMITS.summary_bytes, `${byteLength(summary)}`)
  holds('the reason is bounded', byteLength(because) <= LIMITS.because_bytes, `${byteLength(because)}`)
  const bytes = byteLength(JSON.stringify(outputs))
  holds('the outputs are bounded', bytes <= LIMITS.outputs_bytes, `${bytes} bytes`)
  plainAllThrough(found)
  if (retryAt !== undefined) holds('the time is one', new Date(retryAt).toISOString() === retryAt, retryAt)
  for (const one of proposals.proposals) {
    const again = readProposal(one, 'x', (text) => text)
    holds('an accepted proposal is accepted again', lost(one, again) === undefined, () =>
      JSON.stringify(again).slice(0, 300),
    )
  }
  for (const { id, because: why } of proposals.refused)
    holds('a refusal is bounded', byteLength(id) <= 100 && byteLength(why) <= 300 && why !== '', why)
  for (const one of found.mail.letters) {
    holds('a letter is bounded', byteLength(one.body) <= LIMITS.message_bytes, one.body.slice(0, 100))
    const again = readLetter(one, 'x', (text) => text)
    holds('a letter is one again', !('because' in again) && again.body === one.body, JSON.stringify(again))
  }
  for (const { id, because: why } of found.mail.refused)
    holds('a refusal of mail is bounded', byteLength(id) <= 100 && byteLength(why) <= 300 && why !== '', why)
  holds('few are acknowledged', found.mail.acks.length <= MOST_ACKS)
  holds(
    'problems are told',
    problems.every((problem) => problem.trim() !== ''),
  )
}

/** What the other jobs get to know of it. */
function handedOver(found: AgentReport): void {
  const { summary, outputs, proposals } = found
  const text = handoverText({
    ...{
      version: 1,
      end: 'ready',
      because: '',
      usage: usage(),
      summary,
      outputs: { ...outputs },
      subjects: [],
    },
    ...{ proposals: proposals.proposals, refused: [...proposals.refused], mail: found.mail },
  })
  const read = readHandover(text)
  holds('what is handed over can be read', read.is === 'read', () => JSON.stringify(read))
  const { letters = [] } = read.handover.mail ?? {}
  holds('letters are handed over', letters.length >= Math.min(20, found.mail.letters.length))
  holds('all outputs are handed over', lost(outputs, read.handover.outputs) === undefined)
}

function judge(files: readonly OutboxFile[], redact: Redact, read: typeof readReport): Verdict {
  const found = read(files, redact)
  wellFormed(found)
  const { summary, because, outputs, proposals, mail } = found
  const kept = JSON.stringify([summary, because, outputs, proposals, mail])
  holds('no secret is kept', !kept.includes(SECRET), () =>
    clip(kept.slice(Math.max(0, kept.indexOf(SECRET) - 200)), 400),
  )
  const spent = soundUsage(reportedUsage(usage({ usd: null, basis: 'unknown' }), found))
  holds('what it used can be charged', Usage.safeParse(spent).success, () => JSON.stringify(spent))
  if (found.broken === undefined) handedOver(found)
  const verdict = { ready: 'done', blocked: 'blocked', split: 'split' } as const
  const written = settled(
    {
      verdict: found.broken === undefined ? verdict[found.status] : 'agent_failed',
      because: found.broken ?? found.because,
      summary: found.summary,
      outputs: found.outputs,
      usage: spent,
    },
    found.proposals,
    redact,
  )
  holds('no secret is written', !written.includes(SECRET), () =>
    clip(written.slice(written.indexOf(SECRET) - 200), 400),
  )
  return found.broken === undefined ? 'accepted' : 'rejected'
}

/** The same files in a folder, as far as a folder can hold them, are read as they are. */
async function onDisk(folder: string, files: readonly OutboxFile[]): Promise<void> {
  const outbox = createOutbox(folder)
  const desk: Desk = await outbox.open('1', '{}')
  const written = new Map<string, string>()
  for (const file of files) {
    if (!('text' in file) || !/^[\w-]{1,50}(\/[\w.-]{1,50})?\.json$/.test(file.path)) continue
    const path = join(desk.outbox, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.text)
    written.set(file.path, file.text)
  }
  const read = await outbox.read(desk)
  holds('every file is read or refused', read.length === written.size, () =>
    JSON.stringify(read).slice(0, 300),
  )
  for (const file of read)
    if ('text' in file)
      holds('a file is read as it is', file.text.length <= 65_536 && same(file.text, written.get(file.path)))
}

/** A mark of the byte order at the beginning is no part of a text. */
const same = (read: string, written: string | undefined): boolean =>
  written !== undefined &&
  read ===
    Buffer.from(written)
      .toString()
      .replace(/^\ufeff/, '')

/** @param read the reader: tests put broken ones in its place. */
export const outboxTarget = (read: typeof readReport = readReport): Target => ({
  name: 'outbox',
  share: 1,
  form,
  hostile: hostileOutboxes,
  async open(): Promise<Opened> {
    const folder = await mkdtemp(join(tmpdir(), 'cms-fuzz-'))
    const { redact } = secretsOf({ API_TOKEN: SECRET })
    let count = 0
    return {
      corpus: CORPUS.map((files) => form.print(files, chanceOf(0))),
      async judge(input) {
        const files = filesIn(input)
        if (count++ % ON_DISK === 0) await onDisk(folder, files)
        return judge(files, redact, read)
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    }
  },
})
