/**
 * A program of its own: asks GitHub's cache client one thing and ends. The question comes on standard
 * input; on standard output, after whatever the client has to say, the answer is the last line.
 */
import { text } from 'node:stream/consumers'
import { isFeatureAvailable, restoreCache, saveCache } from '@actions/cache'
import { type CacheAnswer, CacheQuestion } from './cache-question.ts'

async function keyOf({ ask, paths, key, prefixes }: CacheQuestion): Promise<string | undefined> {
  if (!isFeatureAvailable()) return undefined
  if (ask === 'restore') return restoreCache(paths, key, prefixes)
  // It answers -1 instead of throwing.
  return (await saveCache(paths, key)) === -1 ? undefined : key
}

const question = CacheQuestion.parse(JSON.parse(await text(process.stdin)))
const answer: CacheAnswer = { key: (await keyOf(question)) ?? null }
process.stdout.write(`\n${JSON.stringify(answer)}\n`)
// Connections that are kept open for a next request would keep the process, too.
process.exit()
