/**
 * Text of others, made harmless for the log of a job.
 *
 * The runner reads every line that a step prints, and obeys some: `::command::` where a line
 * begins, `##[command]` anywhere in it, and what the problem matchers of earlier steps (`tsc`,
 * `eslint`, compilers) take for an error becomes an annotation. `::stop-commands::` would switch
 * off the first two, but for our own lines as well, and for the rest of the step if this process
 * dies in the middle. So each line is made so that nothing in it is obeyed, wherever it is shown.
 */

/** Where the runner sees a new line, and so the beginning of a command. */
export const LINE_ENDS = /\r\n|\r|\n/

/** Sequences for terminals, all but colours: the log shows those, and obeys none of the others. */
const SEQUENCES =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /\u001b(?!\[[0-9;]*m)(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])?/g

/**
 * Control characters but tab and escape, and marks that no eye can see: .NET looks through them
 * when it compares, so that `:`, a zero-width space and `:` would begin a command.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u2028\u2029]|\p{Default_Ignorable_Code_Point}/gu

// eslint-disable-next-line no-control-regex -- the colours that are left
const COLOUR = String.raw`(?:\u001b\[[0-9;]*m)*`

/** Whatever is not to be seen before the first colon, and between the two. */
const COMMAND = new RegExp(String.raw`^((?:\s|\u001b\[[0-9;]*m)*:)(?=${COLOUR}:)`, 'u')
const OLD_COMMAND = new RegExp(String.raw`(#${COLOUR}#)(?=${COLOUR}\[)`, 'gu')

/** `a.ts(3,4): error`, `a.c:3:4: warning`, `line 3, col 4, Error`: the shapes that matchers look for. */
const MATCHED =
  /([\d)])\s*[:,]\s*(?=(?:fatal )?(?:error|err|warning|warn|info|information|note|notice|message|hint)\b)/giu

/** The same text, on one line per line, with nothing in it that the runner would obey. */
export const plain = (text: string): string => text.split(LINE_ENDS).map(plainLine).join('\n')

const plainLine = (line: string): string =>
  line
    .replace(SEQUENCES, '')
    .replace(UNSEEN, '')
    .replace(OLD_COMMAND, '$1 ')
    .replace(COMMAND, '$1 ')
    .replace(MATCHED, '$1 · ')
