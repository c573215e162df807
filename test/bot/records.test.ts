import { rm } from 'node:fs/promises';
import { type App, createApp } from '../../bot/app.ts';
import { loadConfig } from '../../bot/config.ts';
import { createLogger } from '../../bot/logger.ts';
import type { TaskDialog } from '../../dialogs/form/task.ts';
import * as registry from '../../dialogs/index.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { VerificationPinModel } from '../../models/verificationPin.ts';
import { hashPin } from '../../services/pins.ts';
import { makeDataDir, settings } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';
import { startFakeBilling } from '../support/fakeBilling.ts';
import { conversationOf } from '../support/store.ts';

const secret = 'a secret of the tests, 32 letters';
let billing: Awaited<ReturnType<typeof startFakeBilling>>;
let app: App;
let dataDir: string;

/** A small task that changes the records: the phone number becomes another. */
const newPhone: TaskDialog = {
  kind: 'newPhone',
  version: 1,
  intents: ['ModifyAccount'],
  needs: 'contactChange',
  skill: 'billing',
  fields: [],
  async finish({ turn, services }) {
    const accountId = turn.proof?.accountId ?? '';
    const answer = await services.customers.changeContacts({
      requestId: await turn.requestId('contacts.change', accountId),
      accountId,
      by: { id: 'customer', conversationId: turn.conversationId },
      contacts: { phone: '+15105550177' },
    });
    return { say: answer.ok ? answer.status : 'refused' };
  },
  words: {
    en: { confirmed: 'It is done.', pending: 'Asked for, not confirmed yet.', refused: 'No.' },
    es: { confirmed: 'Hecho.', pending: 'Pedido, sin confirmar.', refused: 'No.' },
  },
};

beforeAll(async () => {
  billing = await startFakeBilling(secret);
  dataDir = await makeDataDir();
  const config = loadConfig({ ...settings(dataDir), RECORDS_URL: billing.url, RECORDS_SECRET: secret });
  app = await createApp(config, {
    log: createLogger(process.env.TEST_LOG ?? 'silent'),
    tasks: [...Object.values(registry), newPhone],
    recogniser: {
      async recognise(text, language) {
        const intent = /phone/.test(text) ? 'ModifyAccount' : /owe/.test(text) ? 'BillInquiry' : 'None';
        const action = intent === 'None' ? ('reject' as const) : ('act' as const);
        return { intent, score: 1, ranked: [], action, safety: null, language };
      },
    },
  });
  await VerificationPinModel.create({ _id: 'A-1', ...(await hashPin('4821')) });
});
afterAll(async () => {
  await app?.stop();
  await billing?.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  Object.assign(billing.behaviour, { mode: 'well', asOf: null, refuses: {} });
});

const clock = (advance: string) =>
  fetch(`${app.url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance }),
  });

it('proves a customer by the records of the billing system elsewhere, and reads the bill from there', async () => {
  const customer = await Customer.open(app.url);
  expect(await customer.verify()).toMatch(/You owe \$130\.15\. It is due on Thursday, December 3/);
  expect(await CustomerAccountModel.countDocuments({})).toBe(0);
  expect((await conversationOf(customer.conversationId))?.network).toMatch(/^[\w-]{43}$/);
  expect((await conversationOf(customer.conversationId))?.address).toMatch(/^[\w-]{43}$/);
  expect(await AuditEntryModel.findOne({ accountId: 'A-1' }).lean()).not.toBeNull();
});

it('says how old the figures are where they are old', async () => {
  billing.behaviour.asOf = '2026-11-20T18:00:00-08:00';
  const customer = await Customer.open(app.url);
  expect(await customer.verify()).toMatch(/as of Friday, November 20(,| at) 6:00/);
});

it.each(['die', 'garbage', 'error'] as const)(
  'says that a change is not confirmed yet while the other side is silent (%s), and tells it once when it was done',
  async (mode) => {
    const customer = await Customer.open(app.url);
    billing.kept.contacts.phone = '+15105550101';
    await customer.verify();
    const made = billing.done.length;
    // Reads are answered; only the write meets a system that fails.
    billing.failWrites(mode);
    expect(await customer.say('a new phone')).toMatch('Asked for, not confirmed yet.');
    billing.failWrites(null);
    await clock('PT2M');
    await until('the confirmation', async () =>
      (await customer.shown()).some(({ text }) =>
        /the change of your contact details is confirmed/.test(text ?? ''),
      ),
    );
    await clock('PT3H');
    await clock('PT3H');
    await customer.say('what do I owe');
    const told = (await customer.shown()).filter(({ text }) => /is confirmed now/.test(text ?? ''));
    expect(told).toHaveLength(1);
    expect(billing.done.length - made).toBe(1);
    expect(billing.kept.contacts.phone).toBe('+15105550177');
  },
);

it('hears what to do in a danger at once while the other side hangs, and the crew learns where once it is back', async () => {
  const customer = await Customer.open(app.url);
  await customer.verify();
  billing.behaviour.mode = 'hang';
  const begun = performance.now();
  expect(await customer.say('water is flooding the street, a main broke')).toMatch(/emergency crew/);
  // The recogniser of these tests knows no danger, so this is a case by its words alone.
  expect(performance.now() - begun).toBeLessThan(4_000);
  const record = await CaseModel.findOne({ conversationId: customer.conversationId }).lean();
  expect(record).toMatchObject({ serviceCode: 'flooding', accountId: 'A-1', address: null });
  const orders = () => FieldOrderModel.find({ caseNumber: record?._id }).sort({ createdAt: 1 }).lean();
  expect(await orders()).toMatchObject([{ status: 'open', place: 'Address not known yet' }]);
  billing.behaviour.mode = 'well';
  await until('the place', async () => {
    await clock('PT1M');
    return (await CaseModel.findById(record?._id).lean())?.serviceLocationId === 'P-1';
  });
  await until('the order for there', async () => {
    const all = await orders();
    const open = all.filter(({ status }) => status === 'open');
    return open.length === 1 && open[0]?.serviceLocationId === 'P-1' && all.length === 2;
  });
});
