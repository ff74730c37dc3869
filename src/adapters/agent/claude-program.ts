/**
 * Claude Code on npm: the package that people install picks its program from one of these, which
 * run without Node. Version and hashes move together: `npm view <package>@<version> dist.integrity`.
 */
import type { AgentProgram } from '../../ports/agent.ts'

const PACKAGE = '@anthropic-ai/claude-code'

// biome-ignore format: one row, one platform
const TARBALLS = {
  'linux-x64':        'sha512-9Gn+V7DtJ8M1nztP9CeDVl9g3RtrepI7rOFTyPRRnZe8D6zebIHKmC7OvBauucuAP0X0k85SDN/LPVZyjsGezQ==',
  'linux-arm64':      'sha512-V4yanAY5EA5UpwwRPtjSfqDbNqAlUJeVn3NYZw2AgmRHjdpSsLtHAzbxRXfkAnbjwTXzE0uedjQxUY02ARPcsA==',
  'linux-x64-musl':   'sha512-OnduSSPY1b59FA8jTbq20Y1XkDUV0S1OVyvYBNslEbpX79P81JF7Ih4lgYvDKiFnnSv75z4Kv6qLE5DQqogYXA==',
  'linux-arm64-musl': 'sha512-NemfeTqZ30tQDhAeumZgDYoX4ewhAHkN3dbcsyvlgb+yvpKUlcYu5Bor8K+Du5azGe3uy9sftlJxbGhTsCR7zA==',
  'darwin-x64':       'sha512-XenTNj2zXaFrnLmf47n25vChfFhlfeyaAR/vW5SFsEnLGwd2U1vDUY97+5etHBZu3xWBnlK8HhBVxzRi9YTUDw==',
  'darwin-arm64':     'sha512-rgzAjrRJJsIdZXGF9CCFFbURxKuJNobRr+krV3dNmqNJWIws74rLD0CABe4+nXlx/9WwRECTrveprWB96mubqw==',
} as const

export const claudeProgram: AgentProgram = {
  package: PACKAGE,
  version: '2.1.330',
  binaries: Object.fromEntries(
    Object.entries(TARBALLS).map(([platform, integrity]) => [
      platform,
      { package: `${PACKAGE}-${platform}`, path: 'claude', integrity },
    ]),
  ),
}
