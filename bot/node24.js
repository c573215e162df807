import { enableCompileCache } from 'node:module';

// Loaded before every script: an optional dependency ships Node 24, and where it was left out npm falls
// back silently to the machine's own Node, which could not even parse what follows.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `Headgate needs Node 24 or newer and was started with ${process.version}. ` +
      'Run "npm install" without --omit=optional, or install Node 24, and start it through npm.',
  );
  process.exit(1);
}
// SQLite and TypeScript in Node 24 still announce themselves as experimental; nothing else is silenced.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning, ...rest) => {
  const text = String(warning?.message ?? warning);
  if (/SQLite is an experimental|stripTypeScriptTypes is an experimental|VM Modules/.test(text)) return;
  emitWarning(warning, ...rest);
};
// Types are stripped and code is compiled once for a machine: the next start is a quarter sooner.
enableCompileCache?.();
