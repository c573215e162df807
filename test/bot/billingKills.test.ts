import { rm } from 'node:fs/promises';
import { BillModel } from '../../models/bill.ts';
import { BillAdjustmentModel } from '../../models/billAdjustment.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import type { StoreConnection } from '../../models/store/connect.ts';
import { makeDataDir, settings } from '../support/app.ts';
import { advance, billed, onlySomeAccounts } from '../support/billingTime.ts';
import { until } from '../support/customer.ts';
import { type AppProcess, startAppProcess } from '../support/processes.ts';
import { openStore } from '../support/store.ts';

/** Whoever is killed has its claim for a minute: many kills are for the long tests. */
const kills = process.env.LONG === '1' ? 6 : 0;
const count = kills > 0 ? 310 : 60;

let dataDir: string;
let store: StoreConnection;
let apps: AppProcess[];
const start = () =>
  startAppProcess({ ...settings(dataDir), SECRET_KEY: 'a key that both processes of this test share' });

beforeAll(async () => {
  dataDir = await makeDataDir();
  store = await openStore(dataDir);
  apps = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.kill('SIGTERM')));
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

const newBills = () => BillModel.countDocuments({ requestId: /^billRun:/ });

it(
  'each customer has each period’s bill once, with its charge and at most one late fee, whichever of two processes is killed at it',
  async () => {
    const all = await CustomerAccountModel.idsAfter('', 1000);
    await onlySomeAccounts(all.slice(0, count));
    let now = await advance(apps[0]?.url ?? '', 'P64D');
    for (let kill = 0; kill < kills; kill++) {
      const before = await newBills();
      await until('more bills', async () => (await newBills()) > before + 5, 170_000).catch(() => {});
      await apps[kill % 2]?.kill('SIGKILL');
      apps[kill % 2] = await start();
    }
    if (kills > 0) now = await advance(apps[0]?.url ?? '', 'P1D');
    await billed(now);

    const bills = await BillModel.find({ requestId: /^billRun:/ }).lean();
    expect(bills.length).toBeGreaterThanOrEqual(count - 10);
    expect(new Set(bills.map(({ accountId, periodStart }) => `${accountId} ${periodStart}`)).size).toBe(
      bills.length,
    );
    const charges = await LedgerEntryModel.find({ requestId: /^bill:/ }).lean();
    expect(charges.map(({ requestId, amount }) => `${requestId} ${amount}`).sort()).toEqual(
      bills.map(({ _id, total }) => `bill:${_id} ${total}`).sort(),
    );
    const fees = await LedgerEntryModel.find({ label: 'lateFee' }).lean();
    expect(fees.length).toBeGreaterThan(0);
    expect(new Set(fees.map(({ of }) => of)).size).toBe(fees.length);
    expect(await BillAdjustmentModel.countDocuments({ kind: 'lateFee', status: 'confirmed' })).toBe(
      fees.length,
    );
    for (const accountId of await CustomerAccountModel.idsAfter('', 1000))
      expect(await LedgerEntryModel.holds(accountId)).toBe(true);
  },
  kills > 0 ? 1_200_000 : 180_000,
);
