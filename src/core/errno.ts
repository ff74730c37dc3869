/** Whether an error is one of the operating system's, by the names of its codes: `ENOENT`. */
export const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  Error.isError(error) && 'code' in error && codes.includes(String(error.code))
