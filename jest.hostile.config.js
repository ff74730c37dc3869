/** Hostile and broken agents, as a user with few rights: `npm run test:hostile`, as root. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/hostile/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
