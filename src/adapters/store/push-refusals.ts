/** What GitHub says when it refuses a push for good, and the way out. Other remotes' words stand for themselves. */
import { LoopError } from '../../core/error.ts'
import { type LoopRefs, shortRef } from '../../core/refs.ts'

/** `… for refs/heads/cms/main/state.`, once for each ref. */
const RULE = /GH0(?:06|13): [^\n]*? for (refs\/\S+?)\.?\s*$/gm
const PROTECTED = /GH006|GH013|protected branch hook declined|repository rule violations/i
const WORKFLOW =
  /refusing to allow [^\n]*? to create or update workflow `?([^\s`]+)`? without `?workflows?`? (?:permission|scope)/i

/** @param said all that the remote said. @returns `undefined` when it is none of GitHub's own refusals. */
export function githubRefusal(said: string, names: LoopRefs): LoopError | undefined {
  const [, workflow] = WORKFLOW.exec(said) ?? []
  if (workflow !== undefined) {
    return new LoopError('workflow-refused', `The token may not change ${workflow}.\n${said}`)
  }
  return PROTECTED.test(said) ? protectedBy(said, names) : undefined
}

function protectedBy(said: string, names: LoopRefs): LoopError {
  const refs = [...new Set([...said.matchAll(RULE)].map(([, ref = '']) => ref))]
  const which = refs.length === 0 ? 'branches of the loop' : refs.map(shortRef).join(' and ')
  const page = /https?:\/\/\S+\/rules\S*/.exec(said)?.[0] ?? 'Settings → Rules, or Settings → Branches'
  const isWork = refs.length === 0 || refs.includes(names.work)
  const hidden = isWork
    ? 'With `refs: hidden` in the loop file, set before the loop begins, only the work branch needs that.'
    : 'Or set `refs: hidden` in the loop file before the loop begins: then all but the work is out of sight of rules for branches.'
  return new LoopError(
    'branch-protected',
    `A rule of the repository does not let this token push ${which}.\n${said}`,
    {
      hint: `Exempt \`cms/**\` from the rule (${page}), or give the token of an App that may bypass it as \`github-token\`. ${hidden}`,
    },
  )
}
