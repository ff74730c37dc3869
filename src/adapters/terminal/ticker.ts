/** Calls back at an interval without keeping the process alive. @returns how to stop it. */
export function every(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms)
  timer.unref()
  return () => clearInterval(timer)
}
