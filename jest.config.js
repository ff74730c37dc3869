/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/examples/', '<rootDir>/test/slow/'],
  modulePathIgnorePatterns: ['<rootDir>/examples/', '<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': './scripts/strip-types.js' },
  injectGlobals: false,
  testTimeout: 30_000,
}
