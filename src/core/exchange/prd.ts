/**
 * `prd.json`, in the dialect of Ralph (`id`, `acceptanceCriteria`, `priority`, `passes`) and in that of
 * ralph-tui (`dependsOn`, `labels`, `metadata`). Their 1 is the first to be done: stories are put into
 * that order, which is what a loop goes by where nothing else decides.
 */
import { isRecord } from '../task-mistakes.ts'
import { DONE, type Found, type FoundState, type FoundTask, OPEN, type Remark } from './found.ts'
import { type Json, keysOf, listOf, own, textAt, textsOf } from './loose.ts'
import { bullets, specOf, titleOf } from './wording.ts'

/** Whether a value is such a list. */
export const isPrd = (value: unknown): value is Json =>
  isRecord(value) && Array.isArray(own(value, 'userStories'))

export function readPrd(value: Json): Found {
  const remarks: Remark[] = []
  const stories = listOf(own(value, 'userStories')).flatMap((story, index) => {
    const at = `userStories[${index}]`
    if (isRecord(story)) return [{ story, at, rank: rankOf(story) }]
    remarks.push({ at, text: 'It is no story: it was left out.' })
    return []
  })
  const ordered = stories.toSorted((a, b) => a.rank - b.rank)
  const tasks = ordered.map(({ story, at }) => taskOf(story, at, remarks))
  const isFree = tasks.length > 1 && tasks.every(({ needs }) => needs.length === 0)
  if (isFree)
    remarks.push({
      at: 'userStories',
      text: 'No story says which others it needs: with several lanes they run at the same time. `--in-order` makes each wait for the one before it.',
    })
  return { goal: goalOf(value), tasks, remarks }
}

function rankOf(story: Json): number {
  const rank = Number(textAt(story, 'priority') || Number.NaN)
  return Number.isFinite(rank) ? rank : Number.MAX_VALUE
}

const goalOf = (prd: Json): string => {
  const name = textAt(prd, 'project') || textAt(prd, 'name')
  return [name, textAt(prd, 'description')].filter((text) => text.trim() !== '').join(': ')
}

function taskOf(story: Json, at: string, remarks: Remark[]): FoundTask {
  const description = textAt(story, 'description')
  const criteria = textsOf(own(story, 'acceptanceCriteria'))
  const key = textAt(story, 'id').trim()
  const title = textAt(story, 'title').trim() || titleOf(description)
  if (key === '')
    remarks.push({ at, text: `It has no id: it is called by its ${title === '' ? 'place' : 'title'}.` })
  const labels = textsOf(own(story, 'labels'))
  return {
    key: key || title || at,
    at: key === '' ? at : `${at} (${key})`,
    name: title,
    spec: specOf([
      { text: description },
      { title: 'Acceptance criteria', text: bullets(criteria) },
      { title: 'Notes', text: textAt(story, 'notes') },
      { title: 'Labels', text: labels.join(', ') },
    ]),
    needs: keysOf(own(story, 'dependsOn') ?? own(story, 'dependencies')),
    state: stateOf(own(story, 'passes'), at, remarks),
  }
}

function stateOf(passes: unknown, at: string, remarks: Remark[]): FoundState {
  if (passes === true || passes === 'true') return DONE
  if (passes === undefined || passes === null || passes === false || passes === 'false') return OPEN
  const said = JSON.stringify(passes).slice(0, 60)
  remarks.push({ at, text: `"passes" is ${said}, which is neither true nor false: it is taken as open.` })
  return OPEN
}
