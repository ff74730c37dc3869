/** The example workflows, run by nektos/act: `npm run tools:install`, `npm run build`, then `npm run test:act`. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/act/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
