import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { CustomerModel, nameKeys } from '../../models/customer.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { connectStore } from '../../models/store/connect.ts';
import { checkDigit } from '../../services/accountNumber.ts';
import { createDistrictRecords } from '../../services/districtRecords.ts';

/** How long a look at an account takes, and how that grows with the number of accounts: it must not. */
const sizes = (process.argv[2] ?? '10000,100000').split(',').map(Number);
const looks = 2_000;
const batch = 5_000;

const dataDir = await mkdtemp(path.join(tmpdir(), 'headgate-accounts-'));
const store = await connectStore({
  uri: process.env.MONGODB_URI,
  dataDir,
  embedded: { allowed: true, synchronous: 'NORMAL' },
  log: pino({ level: 'silent' }),
});
await store.ensureIndexes();
const records = createDistrictRecords();

const numberOf = (place: number) => {
  const seven = String(3_000_000 + place);
  return `${seven}${checkDigit(seven)}`;
};

async function fill(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += batch) {
    const places = Array.from({ length: Math.min(batch, to - at) }, (_, place) => at + place);
    await CustomerAccountModel.collection.insertMany(
      places.map((place) => ({
        _id: `a${place}` as never,
        accountNumber: numberOf(place),
        zip: '94538',
        state: 'active',
        kind: 'residential',
        occupancy: 'owner',
        serviceLocationId: `p${place}`,
      })) as never,
    );
    await CustomerModel.collection.insertMany(
      places.map((place) => ({
        _id: `c${place}` as never,
        name: `Ann Lee${place}`,
        ...nameKeys(`Ann Lee${place}`),
        language: 'en',
        phone: `+1510${String(5_000_000 + place)}`,
        email: `ann${place}@example.com`,
        accountIds: [`a${place}`],
      })) as never,
    );
  }
}

async function measured(name: string, size: number, look: (place: number) => Promise<unknown>) {
  const times: number[] = [];
  for (let n = 0; n < looks + 200; n++) {
    const place = (n * 7919) % size;
    const begun = performance.now();
    await look(place);
    if (n >= 200) times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { name, size, p50: at(0.5), p99: at(0.99) };
}

const first = sizes[0] ?? 0;
const firsts = new Map<string, number>();
let filled = 0;
for (const size of sizes) {
  await fill(filled, size);
  filled = size;
  const search = (by: 'phone' | 'name', value: string) =>
    records.findCustomers({ by, value, limit: 20, cursor: null });
  for (const { name, p50, p99 } of [
    await measured('account by number and ZIP', size, (place) =>
      records.matchAccount({ accountNumber: numberOf(place), zip: '94538' }),
    ),
    await measured('account that is not there', size, () =>
      records.matchAccount({ accountNumber: '10000009', zip: '94538' }),
    ),
    await measured('contacts of an account', size, (place) => records.contacts(`a${place}`)),
    await measured('customer by phone', size, (place) => search('phone', `+1510${5_000_000 + place}`)),
    await measured('customer by last name', size, (place) => search('name', `Lee${place} ann`)),
  ]) {
    if (size === first) firsts.set(name, p50);
    const growth = p50 / (firsts.get(name) ?? p50);
    console.log(
      `${name.padEnd(28)} ${String(size).padStart(9)} accounts  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  x${growth.toFixed(2)} of ${first}`,
    );
  }
}
await store.close();
await rm(dataDir, { recursive: true, force: true });
process.exit(0);
