/**
 * A bash that stops at the first thing that fails, anywhere in a pipe, and takes an unset
 * variable for a mistake.
 *
 * `--norc`: with a socket as standard input, which is what Node gives to children, bash takes
 * itself for a remote login and would run the user's `.bashrc` first.
 *
 * Output goes through `cat`, both streams in the order they were written: what Node gives to
 * children as standard output is a socket too, and `> /dev/stderr`, which scripts are full of,
 * cannot open one.
 */
const INNER = 'exec bash --norc -euo pipefail -c "$0" run "$@"'
const PIPED = 'exec > >(exec cat) 2>&1'
const OUTER = `${PIPED}; ${INNER}`

/** Arguments for `bash` that run a command line; `args` are its `$1`, `$2`, … */
export const strictShell = (command: string, args: readonly string[] = []): string[] => [
  '--norc',
  '-c',
  OUTER,
  command,
  ...args,
]

/** The same without the pipe: for whoever starts it behind one. */
export const bareShell = (command: string): string[] => [
  ...['--norc', '-euo', 'pipefail', '-c', command, 'run'],
]

/** Arguments for `bash` that start a program behind the pipe, which outlives it. */
export const behindPipe = (file: string, args: readonly string[]): string[] => [
  ...['--norc', '-c', `${PIPED}; exec "$@"`, 'bash', file, ...args],
]
