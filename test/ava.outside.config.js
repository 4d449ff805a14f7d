import base from './ava.config.js';

/** The tests that need programs of other languages: not of the usual run. Some are built and installed first. */
export default { ...base, files: ['test/outside/**/*.test.ts'], timeout: '6m' };
