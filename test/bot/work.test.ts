import type { App } from '../../bot/app.ts';
import { BillModel } from '../../models/bill.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { MeterModel } from '../../models/meter.ts';
import { ReadingModel } from '../../models/reading.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { sayResult, startWorkServer } from '../adapters/work/workServer.ts';
import { startApp } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';

const secret = 'a secret of the crews’ system';
let work: Awaited<ReturnType<typeof startWorkServer>>;
let app: App;

beforeAll(async () => {
  work = await startWorkServer();
  app = await startApp({}, { WORK_WEBHOOK_URL: work.url, WORK_WEBHOOK_SECRET: secret });
});
afterAll(async () => {
  await app.stop();
  await work.stop();
});

const advance = (by: string) =>
  fetch(`${app.url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: by }),
  });
const orderOf = (type: string) =>
  until(`the crew to get ${type}`, async () => work.received.find(({ body }) => body.type === type)?.body);
const report = (body: object) => sayResult({ url: `${app.url}/work/results`, secret }, body);

it('a customer who leaves has the meter read by the crew and gets the last bill of that reading', async () => {
  const customer = await Customer.open(app.url);
  await customer.verify();
  await customer.say('stop my water service nov 25, last bill to 9 Elm St, Reno');
  expect(await customer.say('yes')).toMatch(/Confirmation number SO-/);

  const readOut = await orderOf('READ_OUT');
  const turnOff = await orderOf('TURN_OFF');
  expect(readOut).toMatchObject({ action: 'create', scheduledOn: '2026-11-25', premise: { zip: '94538' } });
  const [order] = await ServiceOrderModel.find().lean();
  expect(turnOff).toMatchObject({ serviceOrderNumber: order?._id });

  await advance('P2D');
  const { accountId = '', serviceLocationId = '' } = order ?? {};
  const latest = await BillModel.latestOf(accountId);
  const [meter] = await MeterModel.atLocation(serviceLocationId);
  const [last] = await ReadingModel.latestOf(meter?._id ?? '', 1);
  const said = {
    eventId: 'e1',
    orderNumber: readOut.orderNumber,
    status: 'done',
    technician: 'Lee',
    result: { code: 'READ', reading: (last?.value ?? 0) + 1 },
  };
  expect(await report({ ...said, result: { code: 'READ' } })).toMatchObject({ status: 422 });
  expect(await report(said)).toMatchObject({ status: 200, body: { status: 'done' } });
  expect(await report(said)).toMatchObject({ status: 200 });
  expect(await report({ ...said, status: 'cannot' })).toMatchObject({ status: 409 });

  await until('the account to close', async () => {
    const now = await CustomerAccountModel.findById(accountId).lean();
    return now?.state === 'closed';
  });
  await advance('P1D');
  const final = await until('the last bill', async () => {
    const bill = await BillModel.latestOf(accountId);
    return bill?._id === latest?._id ? null : bill;
  });
  expect(final).toMatchObject({ periodEnd: '2026-11-25', estimated: false });
});
