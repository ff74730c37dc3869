/** Real agents against a loopback API: `npm run agents:install`, then `npm run test:agents`. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/agents/**/*.test.ts'],
  // Some start in five seconds of processor time.
  testTimeout: 120_000,
  testPathIgnorePatterns: ['/node_modules/'],
}
