import { z } from 'zod'

const Report = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) })

/** This machine as npm packages call it: `linux-x64`, `linux-arm64-musl`, `darwin-arm64`. */
export function platformKey(): string {
  const key = `${process.platform}-${process.arch}`
  return process.platform === 'linux' && isWithoutGlibc() ? `${key}-musl` : key
}

function isWithoutGlibc(): boolean {
  // Or it would look up the name of every address of this machine.
  Object.assign(process.report, { excludeNetwork: true })
  return Report.parse(process.report.getReport()).header.glibcVersionRuntime === undefined
}
