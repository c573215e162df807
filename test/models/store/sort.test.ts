import { find } from '../../../models/store/embedded/query/find.ts';
import { sorted } from '../../../models/store/embedded/query/sort.ts';
import { cleanUp, inProcess } from './support.ts';

afterAll(cleanUp);

const itself = <Item>(item: Item) => item;
const context = { now: new Date(0) };

describe('a sort', () => {
  it('with a limit needs memory for what it keeps, however much passes by', () => {
    const key = 'k'.repeat(1000);
    const keys = function* () {
      for (let at = 120_000; at > 0; at--) yield { key: key + String(at).padStart(6, '0') };
    };
    expect(sorted(keys(), itself, itself, { key: 1 }, 2)).toEqual([
      { key: `${key}000001` },
      { key: `${key}000002` },
    ]);
    expect(() => sorted(keys(), itself, itself, { key: 1 })).toThrow(/memory limit/);
  });

  it('lets go of the documents and keeps where they are', () => {
    const { engine } = inProcess();
    const things = engine.catalog.ensure('db', 'things');
    engine.control('BEGIN');
    const text = 'x'.repeat(50_000);
    for (let _id = 0; _id < 3000; _id++) things.insert({ _id, n: -_id, text });
    engine.control('COMMIT');
    const before = process.memoryUsage();
    const [first] = find(things, { filter: {}, sort: { n: 1 }, context });
    expect(first?.document._id).toBe(2999);
    engine.close();
    const held = process.memoryUsage().heapUsed - before.heapUsed;
    expect(held).toBeLessThan(100_000_000); // all of them weigh 150 MB
  });
});
