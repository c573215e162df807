import { existsSync } from 'node:fs';
import { storeDirectory } from './address.ts';
import { databaseFile, sqliteBusy, sqliteCode } from './storage/database.ts';
import { Engine } from './storage/engine.ts';
import { fullCheck } from './storage/fullCheck.ts';

/** `npm run store:check -- DATA_DIR`: reads the whole store, which must not be in use, and says what is wrong. */
const dataDir = process.argv[2] ?? './data';

if (!existsSync(databaseFile(storeDirectory(dataDir)))) {
  console.error(`There is no store in ${dataDir}.`);
  process.exit(2);
}
let engine: Engine;
try {
  engine = new Engine({ directory: storeDirectory(dataDir), synchronous: 'FULL' });
} catch (error) {
  if (sqliteCode(error) !== sqliteBusy) throw error;
  console.error('The store is in use: stop the application first.');
  process.exit(2);
}
const { problems, collections } = fullCheck(engine);
engine.close();
for (const { name, documents, indexes } of collections)
  console.log(`${name}: ${documents} documents, ${indexes} indexes`);
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'ok' : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
