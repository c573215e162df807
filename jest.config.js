/** Tests run as ES modules; Node's own type stripping turns TypeScript into JavaScript, as in production. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/test/support/stripTypes.js' },
  testTimeout: 60_000,
  maxWorkers: 3, // on two cores: some of what is tested is waiting
  testSequencer: '<rootDir>/test/support/slowFirst.js',
  reporters: ['default', '<rootDir>/test/support/countReporter.js'],
  modulePathIgnorePatterns: ['<rootDir>/data', '<rootDir>/console/web/dist'],
};
