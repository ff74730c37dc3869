/**
 * Codex on npm: one package, whose versions end in the platform. The program looks for its sandbox and
 * its tools beside itself; without them it ends well, and none of its commands has run.
 */
import type { AgentProgram } from '../../ports/agent.ts'

const PACKAGE = '@openai/codex'

// biome-ignore format: one row, one platform
const TARBALLS = [
  ['linux-x64',        'linux-x64',    'x86_64-unknown-linux-musl',  'sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww=='],
  ['linux-arm64',      'linux-arm64',  'aarch64-unknown-linux-musl', 'sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg=='],
  ['linux-x64-musl',   'linux-x64',    'x86_64-unknown-linux-musl',  'sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww=='],
  ['linux-arm64-musl', 'linux-arm64',  'aarch64-unknown-linux-musl', 'sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg=='],
  ['darwin-x64',       'darwin-x64',   'x86_64-apple-darwin',        'sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A=='],
  ['darwin-arm64',     'darwin-arm64', 'aarch64-apple-darwin',       'sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ=='],
] as const

export const codexProgram: AgentProgram = {
  package: PACKAGE,
  version: '0.169.0',
  binaries: Object.fromEntries(
    TARBALLS.map(([platform, suffix, triple, integrity]) => [
      platform,
      {
        package: PACKAGE,
        suffix: `-${suffix}`,
        path: `vendor/${triple}/bin/codex`,
        beside: ['vendor'],
        integrity,
      },
    ]),
  ),
}
