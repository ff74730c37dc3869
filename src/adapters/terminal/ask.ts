/** Questions in a terminal. */
import type { Ask } from '../../ports/project.ts'

/**
 * Asks by arrow keys and lines of text; `undefined` where nobody can answer. The library is
 * loaded only then: every other command starts without it.
 */
export async function terminalAsk(terminal: {
  readonly input: { readonly isTTY?: boolean | undefined }
  readonly output: { readonly isTTY?: boolean | undefined }
}): Promise<Ask | undefined> {
  if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) return undefined
  const { isCancel, select, text } = await import('@clack/prompts')
  return async ({ message, initial, choices }) => {
    const answer = choices
      ? await select({
          message,
          initialValue: initial,
          options: choices.map((value) => ({ value, label: value })),
        })
      : await text({ message, initialValue: initial })
    return isCancel(answer) ? undefined : (answer ?? '')
  }
}
