import base from './jest.config.js'

/** Slow tests that kill real processes: `npm run test:kill`. One after another, with time to spare. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/slow/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 180_000,
}
