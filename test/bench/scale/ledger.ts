import { insertMissing } from '../../../models/insertMissing.ts';
import { type LedgerEntry, LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import { type Measure, placesFrom } from './measure.ts';

const entries = 10_000;

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

/** One account with 10,000 entries, and one entry of each other account. */
async function fill(from: number, to: number): Promise<void> {
  if (from === 0)
    for (const places of placesFrom(0, entries))
      await insertMissing(
        LedgerEntryModel as never,
        places.map((place) => entryOf('one', place + 1)),
      );
  for (const places of placesFrom(from, to))
    await insertMissing(
      LedgerEntryModel as never,
      places.map((place) => entryOf(`a${place}`, 1)),
    );
}

/** The money of an account with 10,000 entries, among ever more other accounts. */
export const ledgerMeasures: Measure[] = [
  {
    name: 'balance, 10,000 entries',
    fill,
    async run() {
      const balance = await LedgerEntryModel.balanceOf('one');
      if (!Number.isInteger(balance)) throw new Error('no balance');
    },
  },
  {
    name: 'history, 20 lines',
    async run() {
      const page = await LedgerEntryModel.page('one', { limit: 20, cursor: '2026-06-15|5005|one:5005' });
      if (page.length !== 20) throw new Error('no page');
    },
  },
  {
    name: 'a new entry',
    async run(run, size) {
      const requestId = `new-${size}-${run}`;
      await LedgerEntryModel.post({ ...entryOf('one', 1), _id: requestId, requestId });
    },
  },
];
