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
const OUTER = `exec > >(exec cat) 2>&1; ${INNER}`

/** Arguments for `bash` that run a command line; `args` are its `$1`, `$2`, … */
export const strictShell = (command: string, args: readonly string[] = []): string[] => [
  '--norc',
  '-c',
  OUTER,
  command,
  ...args,
]
