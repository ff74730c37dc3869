/**
 * Completes package-lock.json, and that of the agents: `npm run lock`, after every `npm install`.
 *
 * Tools with native parts list one optional package per platform. npm leaves those out of the
 * lock file that the registry in use could not give, and `npm ci` then refuses the file as out
 * of step. They are put back with what is known without downloading them: the exact version
 * their parent asks for, and the platform in their name. npm checks the platform before it
 * looks anywhere, so only a machine of that platform ever fetches them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const Entry = z.looseObject({
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  dev: z.boolean().optional(),
})
const Lock = z.looseObject({ packages: z.record(z.string(), z.unknown()) })

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

interface Platform {
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/** `@tool/binding-linux-x64-musl` → linux, x64, musl. */
export function platformOf(name: string): Platform {
  const words = name.split(/[/-]/)
  const os = OS.find((word) => words.includes(word))
  const cpu = CPU.find((word) => words.includes(word))
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined || os !== 'linux' ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  }
}

function missing(packages: Readonly<Record<string, unknown>>): [string, object][] {
  return Object.values(packages).flatMap((entry) => {
    const { optionalDependencies = {}, dev } = Entry.parse(entry)
    return Object.entries(optionalDependencies).flatMap(([name, version]): [string, object][] => {
      const path = `node_modules/${name}`
      const platform = platformOf(name)
      if (path in packages || !/^\d+\.\d+\.\d+/.test(version) || Object.keys(platform).length === 0) return []
      return [[path, { version, ...platform, ...(dev === true ? { dev } : {}), optional: true }]]
    })
  })
}

if (import.meta.main) {
  for (const name of ['package-lock.json', 'scripts/agents/package-lock.json']) {
    const file = new URL(`../${name}`, import.meta.url)
    const lock = Lock.parse(JSON.parse(readFileSync(file, 'utf8')))
    const added = missing(lock.packages)
    const packages = Object.fromEntries(
      [...Object.entries(lock.packages), ...added].toSorted(([a], [b]) => a.localeCompare(b, 'en')),
    )
    writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
    process.stdout.write(`${name}: ${added.length} packages of other platforms put back\n`)
  }
}
