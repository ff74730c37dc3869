import { describe, expect, test } from '@jest/globals'
import { addPull } from '../support/github-pulls.ts'
import type { World } from '../support/github-rest.ts'
import { NEXT, PART, pullSetting, routes, WANTED } from '../support/pull-setting.ts'

describe('opening', () => {
  test('looks, then makes a draft with our part as its body', async () => {
    await using on = await pullSetting()
    expect(await on.pulls.open(WANTED)).toEqual({ is: 'open', number: 12 })
    expect(on.world.pulls).toMatchObject([
      { head: 'cms/main/work', base: 'main', title: 'Letters', body: PART, draft: true },
    ])
    expect(routes(on.server)).toBe('pulls, open pull')
    expect(on.server.requests[0]?.url).toContain('head=acme%3Acms%2Fmain%2Fwork&base=main&state=open')
  })

  test('ready for review where that is wanted', async () => {
    await using on = await pullSetting()
    await on.pulls.open({ ...WANTED, draft: false })
    expect(on.world.pulls).toMatchObject([{ draft: false }])
  })

  test('takes over one that is there, and leaves its title and its words', async () => {
    await using on = await pullSetting({
      edit: (world) => addPull(world, { head: WANTED.head, base: 'main', title: 'Mine', body: 'Mine too.' }),
    })
    expect(await on.pulls.open(WANTED)).toEqual({ is: 'open', number: 12 })
    expect(on.world.pulls).toMatchObject([{ title: 'Mine', body: `Mine too.\n\n${PART}`, draft: false }])
    expect(routes(on.server)).toBe('pulls, edit pull')
  })

  test('not one that people closed, or one into another branch', async () => {
    await using on = await pullSetting({
      edit: (world) => {
        addPull(world, { head: WANTED.head, base: 'main', state: 'closed' })
        addPull(world, { head: WANTED.head, base: 'release' })
      },
    })
    expect(await on.pulls.open(WANTED)).toEqual({ is: 'open', number: 14 })
  })

  test('into the branch of the run, where the work began on none', async () => {
    await using on = await pullSetting()
    await on.pulls.open({ ...WANTED, base: 'HEAD' })
    expect(on.world.pulls).toMatchObject([{ base: 'main' }])
  })

  test('where no branch is known, a person must name one; nobody is asked', async () => {
    await using on = await pullSetting({ target: { fallbackBase: undefined } })
    expect(await on.pulls.open({ ...WANTED, base: 'HEAD' })).toEqual({
      is: 'refused',
      because: expect.stringContaining('`base:`'),
    })
    expect(on.server.requests).toHaveLength(0)
  })

  test('two runs at once end with one', async () => {
    await using on = await pullSetting()
    const both = await Promise.all([on.pulls.open(WANTED), on.pulls.open(WANTED)])
    expect(both).toEqual([
      { is: 'open', number: 12 },
      { is: 'open', number: 12 },
    ])
    expect(on.world.pulls).toHaveLength(1)
  })
})

describe('an answer that was lost', () => {
  test.each([
    ['cut', { when: 'after', how: 'cut' }],
    ['dropped', { when: 'after', how: 'drop' }],
    ['a bad gateway', { when: 'after', how: 'answer', status: 502 }],
    ['never', { when: 'after', how: 'silence' }],
  ] as const)('although it was opened (%s): found, not opened again', async (_what, fault) => {
    await using on = await pullSetting({ timeout: fault.how === 'silence' ? 300 : 10_000 })
    on.server.fail('open pull', fault)
    expect(await on.pulls.open(WANTED)).toEqual({ is: 'open', number: 12 })
    expect(on.world.pulls).toHaveLength(1)
    expect(on.server.requestsTo('open pull')).toHaveLength(1)
  })

  test('before it was opened: looked for, and left to a later run', async () => {
    await using on = await pullSetting()
    on.server.fail('open pull', { how: 'answer', status: 502 })
    expect(await on.pulls.open(WANTED)).toMatchObject({ is: 'unknown' })
    expect(routes(on.server)).toBe('pulls, open pull, pulls')
    expect(await on.pulls.open(WANTED)).toEqual({ is: 'open', number: 12 })
  })

  test('to the look: nothing is opened', async () => {
    await using on = await pullSetting()
    on.server.fail('pulls', { how: 'answer', status: 503 }, 5)
    expect(await on.pulls.open(WANTED)).toMatchObject({ is: 'unknown' })
    expect(on.world.pulls).toHaveLength(0)
  })

  test('to a change: not known, and nothing else', async () => {
    await using on = await pullSetting({
      edit: (world) => addPull(world, { head: WANTED.head, base: 'main' }),
    })
    on.server.fail('edit pull', { how: 'answer', status: 502 }, 5)
    expect(await on.pulls.update(12, NEXT)).toMatchObject({ is: 'unknown' })
  })
})

// biome-ignore format: one row, one refusal
test.each<[what: string, edit: (world: World) => void, calls: number, answer: object]>([
  ['no drafts in this repository', (world) => { world.knowsDrafts = false }, 3, { is: 'open', number: 12 }],
  ['Actions may not open any',     (world) => { world.mayOpenPulls = false }, 2,
    { is: 'refused', because: 'GitHub: GitHub Actions is not permitted to create or approve pull requests. Under Settings → Actions → General → Workflow permissions, allow Actions to create pull requests (an organisation may have to allow it first). Or open it yourself: https://github.com/acme/widgets/compare/main...cms/main/work?expand=1' }],
  ['no permission',                (world) => { world.mayWritePulls = false }, 2,
    { is: 'refused', because: expect.stringMatching(/^GitHub: Resource not accessible by integration\. .*`permissions: pull-requests: write`.*\/compare\/main\.\.\.cms\/main\/work\?expand=1$/) }],
])('refused: %s', async (_what, edit, calls, answer) => {
  await using on = await pullSetting({ edit })
  expect(await on.pulls.open(WANTED)).toEqual(answer)
  expect(on.server.requests).toHaveLength(calls)
})

test('refused as a draft, it is ready for review', async () => {
  await using on = await pullSetting({
    edit: (world) => {
      world.knowsDrafts = false
    },
  })
  await on.pulls.open(WANTED)
  expect(on.world.pulls).toMatchObject([{ draft: false, body: PART }])
})

test('no commits between the branches: there is nothing to open yet', async () => {
  await using on = await pullSetting({ commits: 0 })
  expect(await on.pulls.open(WANTED)).toEqual({ is: 'empty' })
})

test('a token that is not valid', async () => {
  await using on = await pullSetting({ token: 'ghs_other' })
  expect(await on.pulls.open(WANTED)).toEqual({
    is: 'refused',
    because: expect.stringContaining('`github-token`'),
  })
})

/** GitHub's own words, each with the part of our answer that a person acts on. */
// biome-ignore format: one row, one refusal
test.each<[status: number, message: string, fix: RegExp]>([
  [403, 'GitHub Actions is not permitted to create or approve pull requests.', /allow Actions to create pull requests/],
  [403, 'Resource not accessible by personal access token', /pull-requests: write/],
  [403, 'Repository was archived so is read-only.', /unarchive/],
  [403, 'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.', /Authorise the token/],
  [403, 'Something new', /pull-requests: write/],
  [404, 'Not Found', /cannot see pull requests/],
  [422, 'Validation Failed {"resource":"PullRequest","field":"base","code":"invalid"}', /`base:`/],
  [422, 'Validation Failed {"resource":"PullRequest","field":"head","code":"invalid"}', /work branch is not on GitHub/],
  [422, 'Validation Failed {"resource":"PullRequest","code":"custom","message":"The main branch has no history in common with cms/main/work"}', /start the loop anew/],
  [422, 'Something else', /Mend what GitHub names/],
])('%s %s', async (status, message, fix) => {
  await using on = await pullSetting()
  on.server.fail('open pull', { how: 'answer', status, message })
  const answer = await on.pulls.open(WANTED)
  expect(answer).toEqual({ is: 'refused', because: expect.stringMatching(fix) })
  expect(answer).toEqual({ is: 'refused', because: expect.stringContaining('/compare/main...cms/main/work?expand=1') })
})

test.each([
  ['the first', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }],
  ['the second', { 'retry-after': '1' }],
])('%s rate limit puts it off', async (_what, headers) => {
  await using on = await pullSetting()
  on.server.fail('open pull', { how: 'answer', status: 403, message: 'API rate limit exceeded', headers }, 5)
  expect(await on.pulls.open(WANTED)).toMatchObject({ is: 'unknown' })
})

describe('updating', () => {
  const mine = { head: WANTED.head, base: 'main' }

  test('reads before it writes: the words of people stay', async () => {
    await using on = await pullSetting()
    await on.pulls.open(WANTED)
    const [pull] = on.world.pulls
    if (pull === undefined) throw new Error('not opened')
    pull.title = 'A better title'
    pull.body = `Look at b first.\r\n\r\n${pull.body}\r\n\r\nThanks!`
    expect(await on.pulls.update(12, NEXT)).toEqual({ is: 'updated' })
    expect(on.world.pulls).toMatchObject([
      { title: 'A better title', body: `Look at b first.\n\n${NEXT}\n\nThanks!` },
    ])
    expect(on.server.requestsTo('edit pull').map(({ body }) => Object.keys(Object(body)))).toEqual([['body']])
  })

  test('what is there already is not written', async () => {
    await using on = await pullSetting({ edit: (world) => addPull(world, { ...mine, body: PART }) })
    expect(await on.pulls.update(12, PART)).toEqual({ is: 'updated' })
    expect(routes(on.server)).toBe('pull')
  })

  test.each([
    ['closed', {}, { is: 'closed' }],
    ['merged', { merged_at: '2026-11-23T10:00:00Z' }, { is: 'merged', at: '2026-11-23T10:00:00Z' }],
  ] as const)('one that people %s is left alone', async (_what, over, answer) => {
    await using on = await pullSetting({
      edit: (world) => addPull(world, { ...mine, ...over, state: 'closed', body: 'as it was' }),
    })
    expect(await on.pulls.update(12, NEXT)).toEqual(answer)
    expect(on.world.pulls).toMatchObject([{ body: 'as it was' }])
    expect(routes(on.server)).toBe('pull')
  })

  test('a body that people have made too long', async () => {
    await using on = await pullSetting({
      edit: (world) => addPull(world, { ...mine, body: `${'x'.repeat(65_500)}${PART}` }),
    })
    expect(await on.pulls.update(12, NEXT.repeat(9))).toEqual({
      is: 'refused',
      because: expect.stringMatching(/Shorten what was written around/),
    })
  })
})
