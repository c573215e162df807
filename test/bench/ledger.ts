import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { insertMissing } from '../../models/insertMissing.ts';
import { type LedgerEntry, LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { connectStore } from '../../models/store/connect.ts';
import { quantile } from './load.ts';

type Timed = { operation: string; others: number; p50: number; p99: number };

const entries = 10_000;
const reads = 300;
const batch = 2_000;

const entryOf = (accountId: string, seq: number): LedgerEntry => ({
  _id: `${accountId}:${seq}`,
  requestId: `${accountId}:${seq}`,
  accountId,
  kind: seq % 2 ? 'charge' : 'payment',
  amount: seq % 2 ? seq : -seq,
  postedOn: `2026-${String((seq % 12) + 1).padStart(2, '0')}-15`,
  billId: null,
  label: null,
  of: null,
  seq,
  // 1 - 2 + 3 - 4 …
  sum: seq % 2 ? (seq + 1) / 2 : -seq / 2,
});

async function fill(from: number, to: number, make: (place: number) => LedgerEntry): Promise<void> {
  for (let at = from; at < to; at += batch) {
    const count = Math.min(batch, to - at);
    await insertMissing(
      LedgerEntryModel as never,
      Array.from({ length: count }, (_, place) => make(at + place)),
    );
  }
}

async function timed(
  operation: string,
  others: number,
  act: (at: number) => Promise<unknown>,
): Promise<Timed> {
  const times: number[] = [];
  for (let at = 0; at < reads; at++) {
    const began = performance.now();
    await act(at);
    times.push(performance.now() - began);
  }
  return { operation, others, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Balance, a page of history and a new entry of one account with 10,000 entries, among ever more other accounts. */
export async function benchLedger(sizes: number[]): Promise<Timed[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headgate-ledger-'));
  const store = await connectStore({
    uri: undefined,
    dataDir,
    embedded: { allowed: true, synchronous: 'FULL' },
    log: pino({ level: 'silent' }),
  });
  await store.ensureIndexes();
  await fill(0, entries, (place) => entryOf('one', place + 1));
  const rows: Timed[] = [];
  let there = 0;
  for (const size of sizes) {
    await fill(there, size, (place) => entryOf(`other-${place}`, 1));
    there = size;
    rows.push(
      await timed('balance', size, () => LedgerEntryModel.balanceOf('one')),
      await timed('history, 20 lines', size, () =>
        LedgerEntryModel.page('one', { limit: 20, cursor: '2026-06-15|5005|one:5005' }),
      ),
      await timed('new entry', size, (at) =>
        LedgerEntryModel.post({
          ...entryOf('one', 1),
          _id: `new-${size}-${at}`,
          requestId: `new-${size}-${at}`,
        }),
      ),
    );
  }
  if (!(await LedgerEntryModel.holds('one'))) throw new Error('the ledger does not add up');
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
  return rows;
}

if (process.argv[1]?.endsWith('ledger.ts')) {
  const sizes = process.argv.slice(2).map(Number);
  console.log(
    `One account with ${entries} ledger entries, ${reads} times each, among other accounts’ entries.`,
  );
  console.table(
    (await benchLedger(sizes.length > 0 ? sizes : [10_000, 100_000])).map(({ p50, p99, ...row }) => ({
      ...row,
      'p50 ms': p50.toFixed(2),
      'p99 ms': p99.toFixed(2),
    })),
  );
}
