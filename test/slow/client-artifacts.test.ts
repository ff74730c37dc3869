/** GitHub's own artifact client, in its own process, against an artifact service on loopback. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { ClientArtifacts } from '../../src/adapters/github/client-artifacts.ts'
import { ArtifactServer } from '../support/artifact-server.ts'
import { GithubServer } from '../support/github-server.ts'
import { codeOf } from '../support/world.ts'

// The client asks again five times, five seconds apart.
jest.setTimeout(120_000)

const NAME = 'cms-main-7-1.bundle'

/** A run, and who else asks for its artifacts. */
async function setting() {
  const server = await ArtifactServer.start()
  const github = await GithubServer.start({ token: 'a-token' })
  github.world.artifacts = server
  const folder = await mkdtemp(join(tmpdir(), 'cms-artifacts-'))
  const said: string[] = []
  const client = (run: number, token = 'a-token', env = {}) =>
    new ClientArtifacts({
      ...{ owner: 'acme', repo: 'widgets', run: `gh:${run}.1`, token },
      env: {
        PATH: process.env['PATH'],
        ACTIONS_RUNTIME_TOKEN: server.tokenFor(run),
        ACTIONS_RESULTS_URL: `${server.url}/`,
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: server.url.replace('127.0.0.1', 'github.localhost'),
        ...env,
      },
      say: (line) => said.push(line),
      mask: () => {},
    })
  const file = join(folder, NAME)
  await writeFile(file, 'a bundle')
  await mkdir(join(folder, 'in'))
  const wanted = { name: NAME, run: 'gh:7.1', folder: join(folder, 'in'), most: 1_000_000 }
  return {
    ...{ server, github, folder, said, client, file, wanted },
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

test('what one job sends another of the run gets, and a later run by its token', async () => {
  await using at = await setting()
  const { client, file, wanted, said, folder } = at
  await client(7).send(file)
  for (const who of [client(7), client(8)]) {
    const got = await who.fetch(wanted)
    if (got.is !== 'here') throw new Error(got.is)
    expect(await readFile(got.file, 'utf8')).toBe('a bundle')
    expect(await readdir(join(folder, 'in'))).toEqual(['artifact'])
    await rm(got.file)
  }
  // What the client would have told the runner is text.
  expect(said.filter((line) => !/^artifact: [^:[]/.test(line))).toEqual([])
})

test('there is none: of the run, or of an attempt of it', async () => {
  await using at = await setting()
  const { client, wanted } = at
  expect(await client(7).fetch(wanted)).toEqual({ is: 'none' })
  expect(await client(8).fetch(wanted)).toEqual({ is: 'none' })
})

test('one that is too large is not fetched; nor is one that is larger than was said', async () => {
  await using at = await setting()
  const { client, file, wanted, server } = at
  await writeFile(file, 'x'.repeat(5_000))
  await client(7).send(file)
  expect(await client(7).fetch({ ...wanted, most: 4_000 })).toEqual({ is: 'too_large' })
  const [artifact] = server.artifacts
  if (artifact === undefined) throw new Error('there is no artifact')
  // The size that the service tells is what the uploader said.
  artifact.told = 10
  expect(await codeOf(client(7).fetch({ ...wanted, most: 4_000 }))).toBe('artifact-failed')
})

test('what cannot be known is an error: no service, no right, a broken answer', async () => {
  await using at = await setting()
  const { client, file, wanted } = at
  const gone = { ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/' }
  expect(await codeOf(client(7, 'a-token', { ACTIONS_RUNTIME_TOKEN: 'nonsense' }).send(file))).toBe(
    'artifact-failed',
  )
  expect(await codeOf(client(8, 'another-token').fetch(wanted))).toBe('artifact-failed')
  // An Enterprise Server has no such service.
  const enterprise = { GITHUB_SERVER_URL: 'https://github.example.com', ...gone }
  expect(await codeOf(client(7, 'a-token', enterprise).send(file))).toBe('artifact-failed')
})
