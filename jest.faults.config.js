/** Real faults against the real bundle: `npm run build`, then `npm run test:faults`. Linux, as root (small disks). */
import config from './jest.config.js'

export default {
  ...config,
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A row starts some ten processes: a busy machine needs its time.
  testTimeout: 180_000,
}
