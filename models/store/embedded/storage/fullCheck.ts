import { encodeKey } from '../bson/keys.ts';
import { decode } from '../bson/values.ts';
import type { Engine } from './engine.ts';
import { problemsOf } from './health.ts';
import { keysOf } from './indexKeys.ts';

export type Report = {
  problems: string[];
  collections: { name: string; documents: number; indexes: number }[];
};

/** Reads everything: SQLite's structure, every document, and every index entry against its document. */
export function fullCheck(engine: Engine): Report {
  const problems = problemsOf(engine.sqlite, 'full');
  const collections = engine.catalog.all().map((collection) => {
    let documents = 0;
    const expected = new Map(collection.indexes.map((index) => [index.id, 0]));
    for (const { row, id, doc } of engine.sqlite
      .prepare(`SELECT row, id, doc FROM d${collection.id}`)
      .iterate()) {
      documents += 1;
      try {
        const document = decode(Buffer.from(doc as Uint8Array));
        if (!encodeKey(document._id).equals(id as Uint8Array))
          problems.push(`${collection.namespace}: row ${row} is stored under another _id`);
        for (const index of collection.indexes) {
          const keys = keysOf(index.spec, document).keys;
          if (keys.length > 1 && !index.multikey)
            problems.push(`${collection.namespace}: index ${index.spec.name} is not marked as on arrays`);
          expected.set(index.id, (expected.get(index.id) ?? 0) + keys.length);
          const has = engine.sqlite.prepare(`SELECT 1 FROM x${index.id} WHERE key = ? AND row = ?`);
          if (keys.some((key) => has.get(key, Number(row)) === undefined)) {
            problems.push(`${collection.namespace}: index ${index.spec.name} lacks row ${row}`);
          }
        }
      } catch (error) {
        problems.push(`${collection.namespace}: row ${row} cannot be read: ${(error as Error).message}`);
      }
    }
    for (const index of collection.indexes) {
      const entries = Number(engine.sqlite.prepare(`SELECT count(*) AS n FROM x${index.id}`).get()?.n);
      if (entries !== expected.get(index.id))
        problems.push(
          `${collection.namespace}: index ${index.spec.name} has ${entries} entries and should have ${expected.get(index.id)}`,
        );
    }
    return { name: collection.namespace, documents, indexes: collection.indexes.length };
  });
  return { problems, collections };
}
