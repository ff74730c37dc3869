/** What the real client only does with more than a test should move: blobs in blocks, and parts of them. */
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { CACHE_TOKEN, CacheServer } from './cache-server.ts'

const METHODS = 'twirp/github.actions.results.api.v1.CacheService'

async function ask(server: CacheServer, method: string, body: object, token = CACHE_TOKEN) {
  const answer = await fetch(`${server.url}/${METHODS}/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}

const Signed = z.object({ signed_upload_url: z.string() })

test('a blob in blocks is those of its list, in the order of the list', async () => {
  await using server = await CacheServer.start()
  const entry = { key: 'k', version: 'v' }
  const { signed_upload_url: url } = Signed.parse((await ask(server, 'CreateCacheEntry', entry)).body)
  const put = async (query: string, body: string) =>
    (await fetch(`${url}&${query}`, { method: 'PUT', body })).status
  expect(await put('comp=block&blockid=b', 'world')).toBe(201)
  expect(await put('comp=block&blockid=a', 'hello ')).toBe(201)
  expect(await put('comp=block&blockid=c', 'unused')).toBe(201)
  const list = '<BlockList><Latest>a</Latest><Latest>b</Latest></BlockList>'
  expect(await put('comp=blocklist', list)).toBe(201)
  // The size must be what was uploaded.
  const finalise = (size_bytes: string) => ask(server, 'FinalizeCacheEntryUpload', { ...entry, size_bytes })
  expect((await finalise('10')).body).toEqual({ ok: false })
  expect((await finalise('11')).body).toEqual({ ok: true, entry_id: '1' })

  const part = await fetch(url, { headers: { range: 'bytes=6-8' } })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    'bytes 6-8/11',
    'wor',
  ])
  const head = await fetch(url, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '11'])
})

test('who has no token, or no signature, gets nothing', async () => {
  await using server = await CacheServer.start()
  const entry = { key: 'k', version: 'v' }
  expect((await ask(server, 'CreateCacheEntry', entry, 'another')).status).toBe(401)
  expect(server.entries).toEqual([])
  await ask(server, 'CreateCacheEntry', entry)
  expect((await fetch(`${server.url}/caches/1`)).status).toBe(403)
  expect((await fetch(`${server.url}/_apis/artifactcache/cache?keys=k&version=v`)).status).toBe(401)
})
