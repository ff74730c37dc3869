/** Processor time of this process while `body` runs, ms: what others do on the machine hardly counts. */
export function cpuTime(body: () => void): number {
  const before = process.cpuUsage()
  body()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
