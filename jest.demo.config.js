/** What the demos show, and in what time: one after the other, with nothing beside them. `npm run test:demo`. */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/demo/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}
