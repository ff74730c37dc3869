/** The artifact service against GitHub's own client: what a job uploads, and who gets it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { ArtifactServer } from '../support/artifact-server.ts'
import { GithubServer } from '../support/github-server.ts'

const CLIENT = new URL('../support/artifact-client.ts', import.meta.url).pathname

interface Place extends AsyncDisposable {
  readonly server: ArtifactServer
  readonly folder: string
  readonly client: (token: string, ...args: string[]) => Promise<unknown>
}

async function place(options = {}): Promise<Place> {
  const server = await ArtifactServer.start(options)
  const folder = await mkdtemp(join(tmpdir(), 'cms-artifacts-'))
  return {
    server,
    folder,
    client: async (token, ...args) => {
      const ran = await promisify(execFile)(process.execPath, [CLIENT, ...args], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          ACTIONS_RUNTIME_TOKEN: token,
          ACTIONS_RESULTS_URL: `${server.url}/`,
          GITHUB_SERVER_URL: server.url.replace('127.0.0.1', 'github.localhost'),
          GITHUB_WORKSPACE: folder,
        },
      })
      return JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

test('a raw file is listed, downloaded under its own name and deleted, by another job of the run', async () => {
  await using at = await place()
  const { server, folder, client } = at
  const file = join(folder, 'cms-main-7-1.bundle')
  await writeFile(file, 'a bundle')
  const [work, check] = [server.tokenFor(7), server.tokenFor(7)]
  const made = await client(work, 'upload', file)
  expect(made).toEqual({ id: expect.any(Number), size: 8, digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
  const { id, digest } = Object({ ...Object(made) })
  expect(server.of(7)).toMatchObject([{ name: 'cms-main-7-1.bundle', mimeType: 'application/octet-stream' }])

  expect(await client(check, 'list')).toMatchObject([
    { name: 'cms-main-7-1.bundle', id, size: 8, digest: `sha256:${digest}` },
  ])
  const there = join(folder, 'there')
  const got = await client(check, 'download', `${id}`, there, `sha256:${digest}`)
  expect(got).toEqual({ downloadPath: there, digestMismatch: false })
  expect(await readFile(join(there, 'cms-main-7-1.bundle'), 'utf8')).toBe('a bundle')

  // What the client is told of the bytes is of what was uploaded.
  for (const artifact of server.artifacts) artifact.bytes = Buffer.from('another')
  expect(await client(check, 'download', `${id}`, there, `sha256:${digest}`)).toMatchObject({
    digestMismatch: true,
  })
  expect(await client(check, 'delete', 'cms-main-7-1.bundle')).toEqual({ id })
  expect(server.artifacts).toEqual([])
})

test('an archive is unpacked again', async () => {
  await using at = await place()
  const { server, folder, client } = at
  await writeFile(join(folder, 'x.txt'), 'in a zip')
  const token = server.tokenFor(7)
  const { id } = Object({ ...Object(await client(token, 'upload', join(folder, 'x.txt'), 'archive')) })
  await client(token, 'download', `${id}`, join(folder, 'there'))
  expect(await readFile(join(folder, 'there', 'x.txt'), 'utf8')).toBe('in a zip')
})

test.each([
  { scope: 'run', second: { error: expect.stringMatching(/409.*already exists on the workflow run/) } },
  { scope: 'attempt', second: { id: expect.any(Number) } },
])('the same name in a re-run, where a name is unique in the $scope', async ({ scope, second }) => {
  await using at = await place({ scope })
  const { server, folder, client } = at
  const file = join(folder, 'a.bundle')
  await writeFile(file, 'x')
  expect(await client(server.tokenFor(7, 1), 'upload', file)).toMatchObject({ size: 1 })
  expect(await client(server.tokenFor(7, 2), 'upload', file)).toMatchObject(second)
  expect(await client(server.tokenFor(8, 1), 'upload', file)).toMatchObject({ size: 1 })
  expect([server.of(7).length, server.of(8).length]).toEqual([scope === 'run' ? 1 : 2, 1])
})

test('another run sees nothing, and a token that was revoked is none', async () => {
  await using at = await place()
  const { server, folder, client } = at
  await writeFile(join(folder, 'a.bundle'), 'x')
  const token = server.tokenFor(7)
  const { id } = Object({ ...Object(await client(token, 'upload', join(folder, 'a.bundle'))) })
  const other = server.tokenFor(8)
  expect(await client(other, 'list')).toEqual([])
  expect(await client(other, 'download', `${id}`, folder)).toMatchObject({
    error: expect.stringMatching(/No artifacts found/),
  })
  server.revoke(token)
  expect(await client(token, 'list')).toMatchObject({ error: expect.stringMatching(/401/) })
})

test('an answer that is lost after the artifact was made leaves its name taken', async () => {
  await using at = await place()
  const { server, folder, client } = at
  await writeFile(join(folder, 'a.bundle'), 'x')
  server.fail('create', 'lost')
  const upload = () => client(server.tokenFor(7), 'upload', join(folder, 'a.bundle'))
  expect(await upload()).toMatchObject({ error: expect.any(String) })
  expect(await upload()).toMatchObject({ error: expect.stringMatching(/409/) })
  expect(server.of(7)).toEqual([])
})

test('the REST API lists artifacts and sends to their bytes', async () => {
  await using at = await place()
  await using github = await GithubServer.start({ token: 't' })
  const { server, folder, client } = at
  github.world.artifacts = server
  for (const name of ['a.bundle', 'b.bundle']) {
    await writeFile(join(folder, name), name)
    await client(server.tokenFor(7), 'upload', join(folder, name))
  }
  const get = (path: string, token = 't') =>
    fetch(`${github.apiUrl}/repos/acme/widgets/actions/${path}`, {
      headers: { authorization: `token ${token}` },
      redirect: 'manual',
    })
  const listed = await (await get('runs/7/artifacts?name=a.bundle')).json()
  expect(listed).toMatchObject({ total_count: 1, artifacts: [{ name: 'a.bundle', size_in_bytes: 8 }] })
  const [artifact] = server.of(7).filter(({ name }) => name === 'a.bundle')
  const sent = await get(`artifacts/${artifact?.id}/zip`)
  expect(sent.status).toBe(302)
  expect(await (await fetch(sent.headers.get('location') ?? '')).text()).toBe('a.bundle')
  expect((await get('artifacts/1/zip')).status).toBe(404)

  github.grants.set('reads', { contents: 'read' })
  const refused = await get('runs/7/artifacts', 'reads')
  expect([refused.status, await refused.json()]).toEqual([
    403,
    { message: 'Resource not accessible by integration' },
  ])
})

test('faults come once each', async () => {
  await using at = await place()
  const { server, folder } = at
  await writeFile(join(folder, 'a.bundle'), 'x'.repeat(1000))
  await at.client(server.tokenFor(7), 'upload', join(folder, 'a.bundle'))
  const url = server.signedUrl(server.of(7)[0]?.id ?? 0) ?? ''
  server.fail('download', { status: 503 })
  server.fail('download', 'truncated')
  expect((await fetch(url)).status).toBe(503)
  await expect((await fetch(url)).text()).rejects.toThrow()
  expect((await (await fetch(url)).text()).length).toBe(1000)
  expect((await fetch(url.split('?')[0] ?? '')).status).toBe(403)
})
