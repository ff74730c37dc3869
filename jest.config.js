/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/examples/',
    '<rootDir>/test/slow/',
    '<rootDir>/test/faults/',
    '<rootDir>/test/agents/',
    '<rootDir>/test/hostile/',
    '<rootDir>/test/act/',
    '<rootDir>/test/demo/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/examples/', '<rootDir>/dist/', '<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': './scripts/strip-types.js' },
  injectGlobals: false,
  testTimeout: 60_000,
  // Most tests wait for processes: Jest's own default leaves one of two cores idle.
  maxWorkers: '100%',
}
