/** Tests that take a minute or touch the whole installation: `npm run test:slow`. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/slow/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
