/**
 * Arguments of a bash that stops at the first thing that fails, anywhere in a pipe, and takes an
 * unset variable for a mistake. The command follows.
 *
 * `--norc`: with a socket as standard input, which is what Node gives to children, bash takes
 * itself for a remote login and would run the user's `.bashrc` first.
 */
export const STRICT_SHELL = ['--norc', '-euo', 'pipefail', '-c'] as const
