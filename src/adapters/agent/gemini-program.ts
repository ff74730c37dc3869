/** Gemini CLI on npm: JavaScript in one package for all platforms, which the Node on the PATH runs. */
import type { AgentProgram, BinaryPackage } from '../../ports/agent.ts'

const PACKAGE = '@google/gemini-cli'

const TARBALL: BinaryPackage = {
  package: PACKAGE,
  path: 'bundle/gemini.js',
  beside: ['bundle', 'package.json'],
  integrity:
    'sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==',
}

const PLATFORMS = [
  ...['linux-x64', 'linux-arm64', 'linux-x64-musl', 'linux-arm64-musl', 'darwin-x64', 'darwin-arm64'],
]

export const geminiProgram: AgentProgram = {
  package: PACKAGE,
  version: '0.61.0',
  binaries: Object.fromEntries(PLATFORMS.map((platform) => [platform, TARBALL])),
}
