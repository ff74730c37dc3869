/**
 * GitHub's own artifact client, in a process of its own: it reads its environment as it is loaded.
 *
 *   artifact-client.ts upload <file> [archive]      prints { id, size, digest }
 *   artifact-client.ts list                         prints the artifacts of the run
 *   artifact-client.ts download <id> <folder> [expected hash]
 *   artifact-client.ts delete <name>
 *
 * The last line of what it prints is JSON; `{ error }` where it failed.
 */
import { dirname } from 'node:path'
import { DefaultArtifactClient } from '@actions/artifact'

const client = new DefaultArtifactClient()
const [command, first = '', second = '', third] = process.argv.slice(2)

const answer = async (): Promise<unknown> => {
  if (command === 'upload')
    return client.uploadArtifact('archive', [first], dirname(first), { skipArchive: second !== 'archive' })
  if (command === 'list') return (await client.listArtifacts()).artifacts
  if (command === 'delete') return client.deleteArtifact(first)
  return client.downloadArtifact(Number(first), {
    path: second,
    ...(third === undefined ? {} : { expectedHash: third }),
  })
}

const said = await answer().catch((error: unknown) => ({ error: String(error) }))
process.stdout.write(`\n${JSON.stringify(said)}\n`)
