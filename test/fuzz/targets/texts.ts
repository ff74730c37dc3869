/** Any text that is shown, kept or compared: the log, messages of commits, pages, and what is cut out of them. */
import { firstLine, lastLines, shortened } from '../../../src/adapters/agent/words.ts'
import { plain } from '../../../src/adapters/github/plain.ts'
import { workCommit } from '../../../src/adapters/store/work-relation.ts'
import { fingerprint } from '../../../src/core/fingerprint.ts'
import { aboutTask, logEntry, logText } from '../../../src/core/log.ts'
import { cell, code, fenced, prose } from '../../../src/core/markdown.ts'
import { withPart } from '../../../src/core/pull-request-text.ts'
import { lineRedactor } from '../../../src/core/secrets/redact.ts'
import { message } from '../../../src/core/story.ts'
import { byteLength, clip, cut, oneLine, printable } from '../../../src/core/text.ts'
import { ownMessage, workMessage } from '../../../src/core/work-message.ts'
import { secretsOf } from '../../../src/entry/secrets.ts'
import { AT, checkpoint, ended, leased } from '../../support/build.ts'
import { filled, linesForm, MEGABYTE } from '../forms.ts'
import { holds, LARGE, pure, type Target, type Verdict } from '../target.ts'

const SECRET = 'Zq8Wm3Rt5-Yp7Xk9Lc2'
const { redact } = secretsOf({ API_TOKEN: SECRET })

const PART = '<!-- cms-iterate:begin -->\n1 of 2\n<!-- cms-iterate:end -->'
const EVENT = JSON.stringify({ type: 'attempt_ended', at: AT, task: 'api', because: 'It is red.' })

const CORPUS = [
  `FAIL test/a.test.ts (2.1 s)\n  ✕ adds (12 ms)\n    expect(received).toBe(expected)\n      at /home/me/a.ts:12:7\nTests: 1 failed, 12 passed\n`,
  `Add the API\n\nIt does it.\n\nCms-Task: web\nCms-Iteration: 7\nCms-Seq: 9\nSigned-off-by: x\n`,
  `Words of people\n\n${PART}\n\nmore words\n`,
  `::error file=a.ts,line=1::it broke\n##[group]x\na.ts(3,4): error TS1: x\n\u001b[31mred\u001b[0m\r\nnext`,
  `i1 api: red, attempt 1\n\n${EVENT}\n${JSON.stringify({ type: 'status_changed', at: AT })}\n\n[skip ci]`,
  `token ${SECRET} and postgres://app:${SECRET}@db/app\nAuthorization: Bearer ${SECRET}x\n${Buffer.from(SECRET).toString('base64')}\n`,
  `-----BEGIN ${'PRIVATE'} KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8\n-----END ${'PRIVATE'} KEY-----\n`,
  '# Title\n\n- a `code` ```fence``` <b>@name</b> [x](y) | z\n\n```js\nx\n```\n',
]

const PLACE = { task: { id: 'api', name: 'The API' }, iteration: 4, seq: 12 }

/** What is written of an agent's words is of the one task that it is about. */
function trailersStand(text: string): void {
  const found = workCommit(
    'x',
    workMessage({ ...PLACE, summary: text, subjects: text.split('\n').slice(0, 20) }),
  )
  const is = found.task === 'api' && found.iteration === 4 && found.seq === 12
  holds('our trailers are ours', is, () => JSON.stringify(found))
  const last = workCommit('x', ownMessage(text, PLACE_OF_OWN))
  holds("the trailers of an agent's own commit are ours", last.task === 'api' && last.seq === 12, () =>
    JSON.stringify(last),
  )
  const own = workCommit('x', ownMessage(text))
  const isNone = own.task === undefined && own.iteration === undefined && own.seq === undefined
  holds('nobody forges our trailers', isNone, () => JSON.stringify(own))
}

const PLACE_OF_OWN = { ...PLACE, subjects: [] }

const BEFORE = checkpoint({ tasks: [leased('api')] })

/** The story of one event is the story of that one, whatever is said in it. */
function storyStands(text: string): void {
  const event = ended({ because: clip(text, 1_000), summary: text.slice(0, 500) })
  const entry = logEntry({ tag: 'x', at: AT, message: message(BEFORE, [event]) })
  holds('one event is one in the log', entry.events.length === 1 && entry.events[0]?.task === 'api', () =>
    JSON.stringify(entry.events).slice(0, 300),
  )
  holds('a line of the log is one', logText([entry]).split('\n')[0]?.includes('\r') === false)
  // As anybody may write it: read, and no more than that.
  aboutTask([logEntry({ tag: 'y', at: AT, message: text })], 'api')
  logText([logEntry({ tag: 'y', at: AT, message: text })])
}

function bounded(text: string): void {
  for (const most of [3, 10, 1_000]) {
    holds('a clipped text is short', byteLength(clip(text, most)) <= most, () => `${most}`)
    holds('a cut text is short', Array.from(cut(text, most)).length <= most, () => `${most}`)
  }
  const line = oneLine(text)
  holds('one line is one', !/[\n\r\t]/.test(line) && oneLine(line) === line, line.slice(0, 200))
  holds('what is printable stays', printable(printable(text)) === printable(text))
  holds('a first line is one', firstLine(text).length <= 300 && !firstLine(text).includes('\n'))
  holds('last lines are short', lastLines(text).length <= 301)
  holds('a shortened text is short', shortened(text, 100).length <= 100)
}

/** Nothing that the runner of a job would obey. */
function harmless(text: string): void {
  const shown = plain(text)
  const bad = shown.split(/\r\n|\r|\n/).find((line) => /^\s*::/.test(line) || line.includes('##['))
  holds('the runner obeys nothing in it', bad === undefined, bad)
  if (text.length <= LARGE)
    holds('what is harmless stays as it is', plain(shown) === shown, () => shown.slice(0, 200))
}

function pages(text: string): void {
  const ticks = /^`+/.exec(fenced(text))?.[0] ?? ''
  const inside = fenced(text).split('\n').slice(1, -1)
  holds(
    'a fence ends where we end it',
    ticks.length >= 3 && !inside.some((one) => one.trim().startsWith(ticks)),
  )
  for (const one of [prose(text), cell(text)])
    holds('a page has no tags', !/<|@[^\u200b]/.test(one), one.slice(0, 200))
  holds('code is one line', !code(text).includes('\n'))
  const body = withPart(text, PART)
  holds('our part is in it', body.includes(PART))
  const again = withPart(body, PART)
  holds('our part is in it once', lineEnds(again) === lineEnds(body), () => body.slice(0, 300))
}

/** Without those that are two. */
const lineEnds = (text: string): string => text.replaceAll('\r', '')

function secretless(text: string): void {
  const shown = redact(text)
  holds('no secret is left', !shown.includes(SECRET), () => shown.slice(0, 200))
  if (text.length > LARGE) return
  const line = lineRedactor(redact)
  holds('no secret is left in lines', !text.split('\n').map(line).join('\n').includes(SECRET))
}

/** Each is hard on an expression with a star in it. */
const PIECES: readonly string[] = [
  ...[
    'a',
    '1',
    ' ',
    '\n',
    '\t',
    '-',
    '.',
    '/',
    'a/',
    '0x',
    ':',
    '1:',
    '1.',
    '1 ',
    '1:1:',
    ') ',
    '`',
    '` ',
    '|',
    '@',
    '<',
    '\\',
    '"',
    "'",
    '#',
    '##',
    '##[',
    '::',
    ' :',
    '\r',
    '\u001b',
    '\u001b[',
    '\u001b[1;',
    '\u001b]',
    '\u001b[0m:',
    '\u200b',
  ],
  ...[
    '://',
    '://a:',
    '://a:b',
    'https://',
    'ghp_',
    'ghp_a',
    'sk-',
    'sk-a',
    'sk-ant-',
    'eyJ',
    'eyJa.',
    'xoxb-',
    'AKIA',
    'AIza',
    'npm_',
    'glpat-',
    'Bearer ',
    'authorization: ',
    'authorization:',
    'x-api-key:',
    'AccountKey=',
    '_authToken=',
    'aws_secret_access_key=',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'AAAA\n',
    '<!-- ',
    '<!-- cms-iterate:begin ',
    '<!-- cms-iterate:begin -->',
    'cms-task:',
    ' cms-',
    '2026-11-23T12:00:00',
    'error ',
    '…',
    'Zq8Wm3Rt5',
    'Zq8Wm3Rt5…',
    'WnE4V20zUnQ1',
    '{"type":',
    `${EVENT}\n`,
  ],
]

/** Half a megabyte: a dozen readers share the second. */
const hostile = (): Record<string, Buffer> =>
  Object.fromEntries(PIECES.map((piece) => [JSON.stringify(piece), Buffer.from(filled(piece, MEGABYTE / 2))]))

export const textsTarget: Target = {
  name: 'texts',
  share: 0.2,
  form: linesForm([
    '\n\n',
    'Cms-Task: x\n',
    '::set-output::',
    '##[',
    PART,
    EVENT,
    '`'.repeat(9),
    '…',
    SECRET,
    '\r',
    '\u2028',
    '\u200b',
  ]),
  hostile,
  open: async () =>
    pure(CORPUS, (input): Verdict => {
      const text = input.toString()
      const isLarge = text.length > LARGE
      trailersStand(text)
      storyStands(text)
      bounded(isLarge ? text.slice(0, LARGE) : text)
      harmless(text)
      pages(text)
      secretless(text)
      holds('a fingerprint is short', fingerprint('npm test', text).length <= 64)
      return 'accepted'
    }),
}
