import { createHttpRecords } from '../../adapters/records/httpRecords.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { createChanges } from '../../services/changes.ts';
import { fieldOrderStores } from '../../services/fieldOrders/districtStores.ts';
import { createFieldOrders } from '../../services/fieldOrders.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { createPremisesElsewhere } from '../../services/premisesElsewhere.ts';
import type { Records } from '../../services/records.ts';
import { elsewhereStores } from '../../services/serviceOrders/elsewhereStores.ts';
import { createServiceOrderService, type StartRequest } from '../../services/serviceOrders.ts';
import { startFakeBilling } from '../support/fakeBilling.ts';
import { openDistrict, openStore } from './district.ts';

const secret = 'a secret of the tests, 32 letters';
let store: Awaited<ReturnType<typeof openStore>>;
let billing: Awaited<ReturnType<typeof startFakeBilling>>;
let world: Awaited<ReturnType<typeof open>>;
let count = 0;

/** Service orders as an app has them whose RECORDS_URL names the billing system. */
async function open() {
  const { clock, policy, secrets } = await openDistrict('2026-11-23T18:00:00Z');
  const records = createHttpRecords({ url: billing.url, secret, log: { warn() {} } });
  const followUps = createFollowUps({ store: FollowUpModel, clock, policy, log: { error() {} } });
  const changes = createChanges({ records, store: PendingChangeModel, followUps, secrets, clock });
  const common = { followUps, audit: AuditEntryModel, clock, policy };
  const { serviceLocation } = records;
  const fieldOrders = createFieldOrders({ ...common, ...fieldOrderStores, serviceLocation, send: null });
  const orders = createServiceOrderService({
    ...common,
    ...elsewhereStores(records),
    records,
    changes,
    fieldOrders,
    secrets,
    issueFinal: null,
  });
  return { clock, records, followUps, fieldOrders, orders };
}

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  billing = await startFakeBilling(secret);
  await Promise.all([
    ServiceOrderModel.deleteMany({}),
    FieldOrderModel.deleteMany({}),
    FollowUpModel.deleteMany({}),
    PendingChangeModel.deleteMany({}),
  ]);
  world = await open();
});
afterEach(() => billing.close());

async function hours(many: number) {
  for (let hour = 0; hour < many; hour++) {
    world.clock.pass(60);
    await world.followUps.runDue();
  }
}
const applicant = { name: 'Ines Alvarez', language: 'es', phone: '+15105550177', email: null };
async function asked(): Promise<StartRequest> {
  const quoted = await world.orders.quote({ serviceLocationId: 'P-1', day: '2026-11-25' });
  if (!quoted.ok) throw new Error(quoted.reason);
  return {
    requestId: `r${++count}`,
    conversationId: null,
    serviceLocationId: 'P-1',
    day: '2026-11-25',
    occupancy: 'tenant',
    applicant,
    proof: { kind: 'lease', reference: 'file 1' },
    agreed: quoted.quote.total,
  };
}
const stopOf = (requestId: string) => ({
  requestId,
  accountId: 'A-1',
  lastDay: '2026-12-02',
  forwardingAddress: '1 Elm St, Fremont CA 94538',
  conversationId: null,
});
const told = () => billing.done.filter(({ kind }) => kind === 'serviceOrder');

describe('service at a District whose records are held elsewhere', () => {
  it('is begun by the billing system, which gets all it needs for the account and charges the fees itself', async () => {
    const request = await asked();
    const answer = await world.orders.start(request);
    expect(answer).toMatchObject({ ok: true, confirmation: 'confirmed', order: { accountNumber: null } });
    expect(told()).toMatchObject([
      {
        order: {
          kind: 'start',
          serviceLocationId: 'P-1',
          effectiveOn: '2026-11-25',
          start: { customerOf: null, applicant, occupancy: 'tenant', accountKind: 'residential' },
        },
      },
    ]);
    const [change] = told();
    const fees = change?.kind === 'serviceOrder' ? (change.order.start?.fees ?? []) : [];
    expect(fees.reduce((sum, { amount }) => sum + amount, 0)).toBe(request.agreed);

    await hours(72);
    const { order } = answer as { order: { orderNumber: string; accountId: string } };
    expect(await world.orders.byNumber(order.orderNumber)).toMatchObject({ status: 'done' });
    expect(billing.done).toHaveLength(1);
    expect(await CustomerAccountModel.findById(order.accountId).lean()).toBeNull();
    expect(await LedgerEntryModel.find({ accountId: order.accountId }).lean()).toEqual([]);
  });

  it('is for the customer of the account that moves', async () => {
    const { applicant: _, ...request } = await asked();
    await world.orders.start({ ...request, accountId: 'A-1' }).then(async (answer) => {
      if (!answer.ok && answer.reason === 'feesChanged')
        return world.orders.start({ ...request, accountId: 'A-1', agreed: answer.quote.total });
      return answer;
    });
    expect(told()).toMatchObject([{ order: { start: { customerOf: 'A-1', applicant: null } } }]);
  });

  it('is ended there, and the crew reads the meter and turns the water off', async () => {
    const answer = await world.orders.stop(stopOf(`r${++count}`));
    expect(answer).toMatchObject({ ok: true, confirmation: 'confirmed' });
    const { orderNumber } = (answer as { order: { orderNumber: string } }).order;
    expect((await world.fieldOrders.forServiceOrder(orderNumber)).map(({ type }) => type).sort()).toEqual([
      'READ_OUT',
      'TURN_OFF',
    ]);
  });

  it('is not confirmed while the billing system is down, and asked for once when it is back', async () => {
    const request = stopOf(`r${++count}`);
    billing.failWrites('die');
    const before = await world.orders.stop(request);
    expect(before).toMatchObject({ ok: true, confirmation: 'pending' });
    const { orderNumber } = (before as { order: { orderNumber: string } }).order;
    expect(await world.fieldOrders.forServiceOrder(orderNumber)).toEqual([]);
    billing.failWrites(null);
    await hours(3);
    expect(await world.orders.stop(request)).toMatchObject({ ok: true, confirmation: 'confirmed' });
    expect(told()).toHaveLength(1);
    expect(await world.fieldOrders.forServiceOrder(orderNumber)).toHaveLength(2);
  });

  it.each([
    ['premiseActive', 'premiseActive'],
    ['somethingElse', 'refusedByRecords'],
  ])('is refused where the billing system says %s, and no crew goes', async (said, reason) => {
    billing.behaviour.refuses = { serviceOrder: said };
    const request = await asked();
    expect(await world.orders.start(request)).toEqual({ ok: false, reason });
    expect(await world.fieldOrders.openFor('P-1')).toEqual([]);
    // The premise is free again.
    billing.behaviour.refuses = {};
    expect(await world.orders.start(await asked())).toMatchObject({ ok: true });
  });

  it('is looked for there, by an address in the customer’s words', async () => {
    const find = world.records.findServiceLocations as NonNullable<Records['findServiceLocations']>;
    const premises = createPremisesElsewhere(find);
    expect(await premises.search('12 alder crk road')).toEqual({
      match: 'candidates',
      premises: [{ serviceLocationId: 'P-1', address: '12 Alder Creek Road', zip: '94538' }],
    });
    expect(await premises.search('9 nowhere st')).toEqual({ match: 'none', missing: null });
    expect(await premises.search('alder creek')).toEqual({ match: 'none', missing: 'houseNumber' });
  });
});
