/** What a prompt says in the voice of the harness, and should not. */

/** Headings of a prompt; the task is named by its id. */
const ours = (id: string): readonly string[] => [
  '# The goal of the whole',
  `# Your task: ${id} (${id})`,
  '# What the tasks before yours found out',
  '# The last attempt at this task failed',
  '# Mail for you',
  '# How your work is judged',
  '# How to report',
]

const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u

/**
 * Lines outside of fences that begin a section which is not ours, or one a second time; any that hide something; and
 * the beginning of a fence that does not end.
 */
export function notOurs(prompt: string, id: string): readonly string[] {
  const open = new Set(ours(id))
  let fence: string | undefined
  const lines = prompt.split('\n').filter((line) => {
    if (UNSEEN.test(line)) return true
    const [ticks] = /^`{3,}/.exec(line) ?? []
    if (fence !== undefined) {
      // It is closed by one as long, with nothing behind it.
      if (ticks === line && line.length >= fence.length) fence = undefined
      return false
    }
    fence = ticks
    return line.startsWith('#') && !open.delete(line)
  })
  return fence === undefined ? lines : [...lines, fence]
}
