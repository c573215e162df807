import { stripTypeScriptTypes } from 'node:module';

/** Strips types in place, so that lines and columns in a failure are those of the source. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
};
