/**
 * A program of its own: asks GitHub's artifact client one thing and ends. The question comes on standard
 * input; on standard output, after whatever the client has to say, the answer is the last line. Without
 * one it has failed.
 */
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { ArtifactNotFoundError, DefaultArtifactClient } from '@actions/artifact'
import { type ArtifactAnswer, ArtifactQuestion } from './artifact-question.ts'

type Wanted = Extract<ArtifactQuestion, { ask: 'fetch' }>

const client = new DefaultArtifactClient()

async function fetched({ name, folder, most, of }: Wanted): Promise<ArtifactAnswer> {
  const where = of && {
    findBy: {
      token: of.token,
      workflowRunId: of.run,
      repositoryOwner: of.owner,
      repositoryName: of.repo,
    },
  }
  const found = await client.getArtifact(name, where).catch(notFound)
  if (found === undefined) return { is: 'none' }
  const { id, size } = found.artifact
  if (size > most) return { is: 'too_large' }
  await client.downloadArtifact(id, { path: folder, skipDecompress: true, ...where })
  return { is: 'here' }
}

function notFound(error: unknown): undefined {
  if (error instanceof ArtifactNotFoundError) return undefined
  throw error
}

async function answerTo(question: ArtifactQuestion): Promise<ArtifactAnswer> {
  if (question.ask === 'fetch') return fetched(question)
  const { file, days } = question
  await client.uploadArtifact('', [file], dirname(file), { skipArchive: true, retentionDays: days })
  return { is: 'sent' }
}

const question = ArtifactQuestion.parse(JSON.parse(await text(process.stdin)))
const answer = await answerTo(question)
process.stdout.write(`\n${JSON.stringify(answer)}\n`)
// Connections that are kept open for a next request would keep the process, too.
process.exit()
