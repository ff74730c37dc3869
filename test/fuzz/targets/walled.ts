/** What the jobs of one run tell each other: a handover, and the outputs of those before. */

import { NO_MAIL } from '../../../src/core/letters.ts'
import { readProposal } from '../../../src/core/proposal.ts'
import {
  Assignment,
  Handover,
  handoverText,
  Judgement,
  readHandover,
  readNeeds,
} from '../../../src/core/walled.ts'
import { BASE, oid, usage } from '../../support/build.ts'
import { filled, hostileJson, jsonForm, jsonIn } from '../forms.ts'
import { lost, plainAllThrough, sentence } from '../laws.ts'
import { settled } from '../settling.ts'
import { holds, pure, type Target, type Verdict } from '../target.ts'

const HANDOVERS: readonly object[] = [
  {
    version: 1,
    end: 'ready',
    because: '',
    usage: usage(),
    summary: 'Done.',
    outputs: { a: [1, { b: null }] },
    subjects: ['one'],
    setup_tree: BASE,
  },
  {
    version: 1,
    end: 'rate_limited',
    because: 'Later.',
    usage: usage({ usd: null, basis: 'unknown' }),
    summary: '',
    outputs: {},
    subjects: [],
    resume_at: '2026-11-24T09:30:00.000Z',
  },
  {
    ...{
      version: 1,
      end: 'agent_failed',
      because: 'It failed.',
      usage: usage({ model: 'opus' }),
      summary: '',
      outputs: {},
      subjects: [],
    },
    failure: { command: 'npm test', tail: 'not ok 1' },
    proposals: [{ id: 'more', spec: 'x', needs: [] }],
    refused: [{ id: 'x', because: 'It needs itself.' }],
  },
]

export const handoverTarget = (): Target => ({
  name: 'handover',
  share: 0.2,
  form: jsonForm(['"end":"done"', '"verdict":', '"version":1']),
  hostile: () => buffers(hostileJson()),
  open: async () =>
    pure(
      HANDOVERS.map((one) => JSON.stringify(one)),
      (input): Verdict => {
        const read = readHandover(input.toString())
        if (read.is === 'broken') {
          sentence('the refusal', read.because, 300_000)
          return 'rejected'
        }
        const { handover } = read
        plainAllThrough(handover)
        const found = handover.proposals.map((one, n) => readProposal(one, `${n}`, (text) => text))
        const proposals = found.flatMap((one) => ('because' in one ? [] : [one]))
        const again = readHandover(handoverText({ ...handover, proposals, mail: NO_MAIL }))
        holds('it can be handed on', again.is === 'read', () => JSON.stringify(again))
        // No number of JSON is infinite: what is, in a field that nobody knows, is handed on as nothing.
        const { proposals: _, refused: _2, ...said } = handover
        const place = lost(jsonIn(JSON.stringify(said)), again.handover)
        holds('all of it is handed on', place === undefined, place)
        const { end, because, summary, outputs, failure, resume_at, usage: spent } = handover
        settled(
          {
            ...{ verdict: end === 'ready' ? 'done' : end, because, summary, outputs, usage: spent },
            ...(failure === undefined ? {} : { failure }),
            ...(resume_at === undefined ? {} : { resume_at }),
          },
          { proposals, refused: handover.refused },
          (text) => text,
        )
        holds('it is of its shape', Handover.safeParse(handover).success)
        return 'accepted'
      },
    ),
})

const ASSIGNED = {
  loop: 'main',
  refs: 'branches',
  lane: '1',
  nonce: 'n1',
  task: 'api',
  fence: 3,
  iteration: 4,
  attempt: 1,
  base: BASE,
  landing: false,
}
const JUDGED = {
  verdict: 'verify_failed',
  head: BASE,
  tree: oid('b'),
  details: JSON.stringify({ because: 'It is red.', failure: { command: 'make', tail: 'no' } }),
}

const NEEDS: readonly object[] = [
  {
    begin: { result: 'success', outputs: { assignment: JSON.stringify(ASSIGNED) } },
    work: { result: 'success', outputs: {} },
  },
  {
    begin: { result: 'success', outputs: { assignment: JSON.stringify(ASSIGNED) } },
    work: { result: 'failure' },
    check: { result: 'success', outputs: JUDGED },
  },
  {
    begin: { result: 'success', outputs: { assignment: JSON.stringify(ASSIGNED) } },
    check: { result: 'success', outputs: { ...JUDGED, verdict: 'done', details: '{}' } },
  },
]

export const needsTarget = (): Target => ({
  name: 'needs',
  share: 0.2,
  form: jsonForm(['"result":"success"', '"verdict":"done"', '\\"']),
  hostile: () => buffers(hostileJson()),
  open: async () =>
    pure(
      NEEDS.map((one) => JSON.stringify(one)),
      (input): Verdict => {
        const { assignment, judgement } = readNeeds(input.toString())
        plainAllThrough([assignment, judgement])
        if (assignment !== undefined) holds('an assignment is one', Assignment.safeParse(assignment).success)
        if (judgement !== undefined) {
          holds('a judgement is one', Judgement.safeParse(judgement).success)
          holds(
            'what is done has not failed',
            judgement.verdict !== 'done' || judgement.failure === undefined,
          )
        }
        return assignment !== undefined ? 'accepted' : 'rejected'
      },
    ),
})

const buffers = (texts: Readonly<Record<string, string>>): Record<string, Buffer> => {
  const more = {
    'a text of JSON nested deeply': JSON.stringify({
      check: { result: 'success', outputs: { ...JUDGED, details: '['.repeat(900_000) } },
    }),
    'a text of braces': filled('"{'),
  }
  return Object.fromEntries(
    Object.entries({ ...texts, ...more }).map(([name, text]) => [name, Buffer.from(text)]),
  )
}
