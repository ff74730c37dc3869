/** Real agents against a loopback API: `npm run agents:install`, then `npm run test:agents`. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/agents/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
